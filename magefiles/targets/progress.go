package targets

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// progress tells what long work is going on: on a terminal a line a phase with the time that runs,
// in a pipe a line when the phase is over.
type progress struct {
	w    io.Writer
	tty  bool
	tick time.Duration
}

func newProgress(f *os.File) *progress {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return &progress{w: f, tty: err == nil, tick: time.Second}
}

// do runs one phase.
func (p *progress) do(name string, work func() error) error {
	start := time.Now()
	stop := p.live(name, start)
	err := work()
	stop()
	seconds := time.Since(start).Seconds()
	switch {
	case err != nil && p.tty:
		fmt.Fprintf(p.w, "\r%-40s failed after %.1f s\n", name, seconds)
	case err != nil:
		fmt.Fprintf(p.w, "%s: failed after %.1f s\n", name, seconds)
	case p.tty:
		fmt.Fprintf(p.w, "\r%-40s %.1f s\n", name, seconds)
	default:
		fmt.Fprintf(p.w, "%s: %.1f s\n", name, seconds)
	}
	return err
}

// live shows the running time on a terminal until the returned function is called.
func (p *progress) live(name string, start time.Time) (stop func()) {
	if !p.tty {
		return func() {}
	}
	fmt.Fprintf(p.w, "%-40s", name)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		ticker := time.NewTicker(p.tick)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				fmt.Fprintf(p.w, "\r%-40s %.0f s", name, time.Since(start).Seconds())
			}
		}
	}()
	return func() { close(done); wg.Wait() }
}
