package patchcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync/atomic"

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
		d.Error = stopped(err, total(d), len(list))
	}
	d.Exit = d.exit()
	if q.json {
		_ = d.write(p.out)
	} else {
		p.end(d, len(list))
	}
	return p.leave(d.Exit)
}

// stopped words the end of a run that was told to end.
func stopped(why error, done, files int) *message {
	if done == files {
		return &message{What: fmt.Sprintf("%v: all files were done before", why)}
	}
	return &message{fmt.Sprintf("%v: %d of %d files were done, the others are as they were", why, done, files), "run again; what is done stays done"}
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
	todo := jobs(list)
	var next atomic.Int64
	workers := min(runtime.GOMAXPROCS(0), len(todo))
	for range workers {
		go func() {
			debug.SetPanicOnFault(true) // files are mapped, and others may cut them short
			b := &batch{ctx: ctx, share: workers, done: func(i int, r *result) {
				if r != nil {
					slots[i] <- *r
				}
				close(slots[i])
				progress.Step(list[i].path)
			}}
			for k := int(next.Add(1)) - 1; k < len(todo); k = int(next.Add(1)) - 1 {
				w.job(b, list, todo[k])
			}
			b.commit()
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

// job does one file under all its names: in a folder where it is done already, a name becomes a link to that.
func (w *worker) job(b *batch, list []target, names []int) {
	done := map[string]target{}
	for _, i := range names {
		t := list[i]
		if b.ctx.Err() != nil {
			b.done(i, nil)
			continue
		}
		dir, _ := split(t.real)
		if first, ok := done[dir]; ok {
			r := w.link(t, first)
			b.done(i, &r)
			continue
		}
		r := w.do(b.ctx, t)
		fresh := r.ready != nil
		if b.add(i, r); len(names) == 1 {
			return
		}
		if ok := b.commit(); ok && fresh {
			done[dir] = t
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
