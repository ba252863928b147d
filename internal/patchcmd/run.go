package patchcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"

	"relinterp/internal/cli"
)

// run does a request and answers. What it gives is a cli.Status unless all was done.
func run(ctx context.Context, q *request, name string, stdout, stderr io.Writer) error {
	list := q.targets()
	progress := cli.NewProgress(stderr, len(list))
	d := newDocument(q)
	p := &printer{q: q, name: name, out: newSink(stdout), err: stderr}
	w := &worker{q: q}
	for r := range w.all(ctx, list, progress) {
		d.add(r)
		if !q.json && r.Status != skipped {
			progress.Around(func() { p.result(&r) })
		}
	}
	progress.Around(func() {})
	if err := context.Cause(ctx); err != nil {
		d.Error = &message{fmt.Sprintf("%v: %d of %d files were done, the others are as they were", err, total(d), len(list)), "run again; what is done stays done"}
	}
	d.Exit = d.exit()
	if q.json {
		_ = d.write(p.out)
	} else {
		p.end(d, len(list))
	}
	return p.leave(d.Exit)
}

func total(d *document) (n int) {
	for _, count := range d.Summary {
		n += count
	}
	return n
}

// all does every file, on every processor, and gives the results in the files' order as they come.
func (w *worker) all(ctx context.Context, list []target, progress *cli.Progress) func(func(result) bool) {
	slots := make([]chan result, len(list))
	for i := range slots {
		slots[i] = make(chan result, 1)
	}
	var mu sync.Mutex
	next := 0
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1
	}
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		go func() {
			for i := take(); i < len(list); i = take() {
				if ctx.Err() == nil {
					r := w.do(ctx, list[i])
					if r.Status != failed || ctx.Err() == nil {
						slots[i] <- r
					}
				}
				progress.Step(list[i].path)
				close(slots[i])
			}
		}()
	}
	return func(yield func(result) bool) {
		for _, slot := range slots {
			if r, ok := <-slot; ok && !yield(r) {
				return
			}
		}
	}
}

// sink is standard output: a line at a time on a terminal, else in large pieces. It remembers the
// first error, and stops there.
type sink struct {
	w     io.Writer
	buf   []byte
	lines bool
	err   error
}

func newSink(w io.Writer) *sink { return &sink{w: w, lines: cli.Terminal(w)} }

func (s *sink) Write(p []byte) (int, error) {
	s.buf = append(s.buf, p...)
	if s.lines || len(s.buf) > 32<<10 {
		s.flush()
	}
	return len(p), nil
}

func (s *sink) flush() {
	if s.err == nil && len(s.buf) > 0 {
		_, s.err = s.w.Write(s.buf)
	}
	s.buf = s.buf[:0]
}

// leave gives the run's error: the status, unless the answer could not be written.
func (p *printer) leave(exit int) error {
	p.out.flush()
	switch {
	case p.out.err != nil && errors.Is(p.out.err, unix.EPIPE):
		return cli.Status(max(exit, cli.StatusFailed)) // who closed the pipe wants to hear no more
	case p.out.err != nil:
		return &cli.Error{What: "standard output: " + reason(p.out.err), Hint: "the files are done; --verify and --inspect tell how"}
	case exit != cli.StatusDone:
		return cli.Status(exit)
	}
	return nil
}
