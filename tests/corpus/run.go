package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// checkAll checks the programs with several workers, in a folder that is gone afterwards. after is a
// command that every patched file goes through, or nil.
func checkAll(ctx context.Context, programs []Program, workers int, after []string, progress io.Writer) ([]Record, error) {
	base, err := os.MkdirTemp("", "relinterp-corpus-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(base)
	libraries := filepath.Join(base, "store")
	if err := errors.Join(os.Chmod(base, 0o755), os.Mkdir(libraries, 0o755)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	shared := &store{dir: libraries}
	records := make([]Record, len(programs))
	jobs := make(chan int)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c := &checker{base: filepath.Join(base, fmt.Sprint("worker", i)), store: shared, after: after}
			if err := c.work(ctx, programs, records, jobs); err != nil {
				cancel(err)
			}
		}()
	}
	tell := func(done int) {
		if done%50 == 0 {
			fmt.Fprintf(progress, "%d of %d programs\n", done, len(programs))
		}
	}
feeding:
	for i := range programs {
		tell(i)
		select {
		case jobs <- i:
		case <-ctx.Done():
			break feeding
		}
	}
	close(jobs)
	wg.Wait()
	return records, context.Cause(ctx)
}

// work takes programs until there are no more.
func (c *checker) work(ctx context.Context, programs []Program, records []Record, jobs <-chan int) (err error) {
	if err := os.Mkdir(c.base, 0o755); err != nil {
		return err
	}
	if c.box, err = newSandbox(ctx, c.base); err != nil {
		return err
	}
	defer c.box.close()
	for i := range jobs {
		if records[i], err = c.check(ctx, programs[i]); err != nil {
			return fmt.Errorf("%s: %w", programs[i].Path, err)
		}
	}
	return nil
}

// machine says in a line what the programs are those of.
func machine() string {
	name := "Linux"
	text, _ := os.ReadFile("/etc/os-release")
	for _, line := range strings.Split(string(text), "\n") {
		if value, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			name = strings.Trim(value, `"`)
		}
	}
	var u unix.Utsname
	_ = unix.Uname(&u)
	release, _, _ := strings.Cut(unix.ByteSliceToString(u.Release[:]), "-")
	return fmt.Sprintf("%s, Linux %s, %s", name, release, unix.ByteSliceToString(u.Machine[:]))
}
