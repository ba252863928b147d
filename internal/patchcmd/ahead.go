package patchcmd

import (
	"context"

	"relinterp/internal/atomicfile"
)

// large files are copied while the plan is made, on another processor: what reads this much of a file
// for a plan has found a program.
const large = 8 << 20

// ahead is a copy of a whole file that was begun before the plan was ready.
type ahead struct {
	file   *atomicfile.File
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

// copyAhead arranges that the copy to dst begins when the plan reads on and on.
func (in *input) copyAhead(ctx context.Context, dst string) {
	if in.state.Size() < large {
		return
	}
	in.begin = func() {
		f, err := atomicfile.NewReal(dst)
		if err != nil {
			return // comes again when it matters
		}
		ctx, cancel := context.WithCancel(ctx)
		a := &ahead{file: f, cancel: cancel, done: make(chan struct{})}
		in.ahead = a
		go func() {
			defer close(a.done)
			a.err = f.CopyRange(ctx, in.source, 0, 0, in.state.Size())
		}()
	}
}

func (a *ahead) drop() {
	a.cancel()
	<-a.done
	a.file.Discard()
}

// take gives the file that was written so far, and how much of it is the input's bytes at their places.
func (in *input) take(dst string) (*atomicfile.File, int64, error) {
	in.once.Do(func() {}) // from here on nothing begins
	a := in.ahead
	if a == nil {
		f, err := atomicfile.NewReal(dst)
		return f, 0, err
	}
	<-a.done
	if a.err != nil {
		return nil, 0, a.err
	}
	in.ahead = nil
	a.cancel()
	return a.file, in.state.Size(), nil
}
