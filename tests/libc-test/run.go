package libctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"relinterp/tests/libc-test/supervise"
)

// Config says what to run.
type Config struct {
	Toolchain *Toolchain
	Programs  []Program
	Modes     []Mode
	Expected  Expectations
	Work      string // an empty folder that everybody may read
	Jobs      int
	Timeout   time.Duration
	// Progress is told of each step; it may be nil.
	Progress func(step string, done, all int)
}

// Run builds all programs in all modes, runs them and reports. Faults of programs are in the report,
// the error says that the run itself could not be done.
func Run(ctx context.Context, c Config) (*Report, error) {
	began := time.Now()
	b := &builder{t: c.Toolchain, work: c.Work, objects: objects{t: c.Toolchain, dir: filepath.Join(c.Work, "obj")}}
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return nil, err
	}
	r := &Report{Compiler: c.Toolchain.Name, Version: c.Toolchain.Version, Arch: c.Toolchain.Arch,
		Musl: c.Toolchain.Musl, Modes: c.Modes, Rows: make([]Row, len(c.Programs))}
	for i, p := range c.Programs {
		r.Rows[i] = Row{p.Name, map[Mode]Outcome{}, p.NoRetrofit}
	}
	if err := c.build(ctx, b, r); err != nil {
		return nil, err
	}
	if err := c.run(ctx, b, r); err != nil {
		return nil, err
	}
	r.Took = time.Since(began)
	return r, nil
}

// build links everything and notes what did not link.
func (c Config) build(ctx context.Context, b *builder, r *Report) error {
	linked := slices.DeleteFunc(slices.Clone(c.Modes), func(m Mode) bool { return m == Retrofit })
	retrofit := slices.Contains(c.Modes, Retrofit)
	if retrofit && !slices.Contains(linked, Interp) {
		return fmt.Errorf("mode %s is made of mode %s; ask for both", Retrofit, Interp)
	}
	for _, m := range linked {
		if err := b.prepare(m, c.Programs); err != nil {
			return err
		}
	}
	err := c.each(ctx, "build", func(i int, p Program) error {
		for _, m := range linked {
			if p.has(m) {
				if o := b.build(ctx, p, m); o.Kind != "" {
					r.Rows[i].Outcomes[m] = o
				}
			}
		}
		return nil
	})
	if err != nil || !retrofit {
		return err
	}
	refused, err := b.patch(ctx, c.Programs)
	for i, p := range c.Programs {
		if o, bad := refused[b.program(p, Retrofit)]; bad {
			r.Rows[i].Outcomes[Retrofit] = o
		} else if o, bad := r.Rows[i].Outcomes[Interp]; bad && p.has(Retrofit) {
			r.Rows[i].Outcomes[Retrofit] = o
		}
	}
	return err
}

// run runs everything that was linked. A program's modes come one after the other: some tests use
// names that the whole machine shares.
func (c Config) run(ctx context.Context, b *builder, r *Report) error {
	return c.each(ctx, "run", func(i int, p Program) error {
		row := r.Rows[i].Outcomes
		for _, m := range c.Modes {
			if _, known := row[m]; known || !p.has(m) {
				continue
			}
			o, err := c.tries(ctx, b, p, m)
			if err != nil {
				return err
			}
			row[m] = o
		}
		if p.SameOutput {
			sameOutput(row)
		}
		return nil
	})
}

// sameOutput turns passes whose output differs from that with PT_INTERP into failures.
func sameOutput(row map[Mode]Outcome) {
	want, known := row[Interp]
	for m, o := range row {
		if known && m != Static && o.Passed() && want.Passed() && o.Output != want.Output {
			o.Kind = otherOutput
			o.Errors += fmt.Sprintf("%s said:\n%s%s said:\n%s", Interp, want.Output, m, o.Output)
			row[m] = o
		}
	}
}

// each does something for every program, Jobs at a time.
func (c Config) each(ctx context.Context, step string, do func(int, Program) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var lock sync.Mutex
	var workers sync.WaitGroup
	next, done := 0, 0
	for range max(1, c.Jobs) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for {
				lock.Lock()
				i := next
				next++
				lock.Unlock()
				if i >= len(c.Programs) || ctx.Err() != nil {
					return
				}
				if err := do(i, c.Programs[i]); err != nil {
					cancel(err)
				}
				lock.Lock()
				if done++; c.Progress != nil {
					c.Progress(step, done, len(c.Programs))
				}
				lock.Unlock()
			}
		}()
	}
	workers.Wait()
	return context.Cause(ctx)
}

// tries runs a program until it passes, once where nothing says that it is flaky.
func (c Config) tries(ctx context.Context, b *builder, p Program, m Mode) (o Outcome, err error) {
	tries := 1
	if e, listed := c.Expected.find(c.Toolchain.subject(), p.Name, m); listed && e.Verdict == Flaky {
		tries = flakyTries
	}
	for n := 1; n <= tries; n++ {
		if o, err = c.once(ctx, b, p, m); err != nil || o.Passed() {
			o.Tries = n
			return o, err
		}
	}
	o.Tries = tries
	return o, nil
}

// once runs a program in a folder of its own.
func (c Config) once(ctx context.Context, b *builder, p Program, m Mode) (Outcome, error) {
	dir, err := os.MkdirTemp(c.Work, "tmp-")
	if err != nil {
		return Outcome{}, err
	}
	defer os.RemoveAll(dir)
	if p.TreeAs != "" {
		if err := os.Symlink(b.tree(m), filepath.Join(dir, p.TreeAs)); err != nil {
			return Outcome{}, err
		}
	}
	s := supervise.Spec{Dir: dir, Timeout: c.Timeout, Env: append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=" + dir, "TMPDIR=" + dir, "PROBE_MODE=" + string(m), "PROBE_LIB=" + filepath.Join(b.tree(m), "lib"), "PROBE_LOADER=" + c.Toolchain.Loader}, p.Env...)}
	if len(c.Toolchain.Runner) > 0 {
		s.Env = append(s.Env, "PROBE_RUNNER="+strings.Join(c.Toolchain.Runner, " "))
	}
	wrap, err := lookUp(p.Wrap)
	if err != nil {
		return Outcome{}, err
	}
	s.Argv = append(s.Argv, wrap...)
	s.Argv = append(s.Argv, c.Toolchain.Runner...)
	if p.Stack > 0 && len(c.Toolchain.Runner) > 0 { // the limit would be qemu's own
		s.Argv = append(s.Argv, "-s", fmt.Sprint(p.Stack))
	}
	s.Argv = append(append(s.Argv, b.program(p, m)), p.Args...)
	if p.Stack > 0 && len(c.Toolchain.Runner) == 0 {
		s.Limits = []supervise.Limit{{Resource: unix.RLIMIT_STACK, Value: p.Stack}}
	}
	r, err := supervise.Run(ctx, s)
	return Outcome{Kind: r.Kind(), Output: r.Output, Errors: r.Errors}, err
}

// lookUp gives the words with the first as a path.
func lookUp(words []string) ([]string, error) {
	if len(words) == 0 {
		return nil, nil
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return nil, fmt.Errorf("%w; install it", err)
	}
	return append([]string{path}, words[1:]...), nil
}
