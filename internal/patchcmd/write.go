package patchcmd

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"relinterp/internal/atomicfile"
	"relinterp/patcher"
)

// place is where an output goes.
type place struct {
	path    string // the real name that is given or replaced
	inPlace bool   // it is the input's
	exists  bool
}

// placeFor finds it: output is -o, or "".
func placeFor(t target, output string) (place, error) {
	real, err := t.real, error(nil)
	if real == "" {
		real, err = atomicfile.Resolve(t.path)
	}
	if err != nil || output == "" {
		return place{real, true, true}, err
	}
	out, err := atomicfile.Resolve(output)
	if err != nil {
		return place{}, err
	}
	outReal, err1 := realPath(real)
	inReal, err2 := realPath(out)
	if err1 == nil && err2 == nil && outReal == inReal {
		return place{real, true, true}, nil
	}
	info, err := os.Stat(out)
	if err == nil && info.IsDir() {
		return place{}, unix.EISDIR
	}
	return place{out, false, err == nil}, nil
}

// small files are read whole, up to this size in bytes: a plan looks at many places, and one read and one write cost
// less than asking the kernel to copy pieces.
const small = 2 << 20

// buffers hold small files.
var buffers = sync.Pool{New: func() any { return new([small]byte) }}

// large files are copied while the plan is made, on another processor: what reads this much of a file
// for a plan has found a program.
const large = 8 << 20

// input is an open file with what writing its successor needs.
type input struct {
	*source
	name  string
	whole []byte // of small files
	buf   *[small]byte
	ahead *ahead // of large ones, once it has begun
	begin func() // starts ahead
	once  sync.Once
	mu    sync.Mutex
	read  int64
}

// openInput opens a file. Of one that was found below a folder it looks at the first bytes only, if they are not ELF's.
func openInput(path string, found bool) (*input, error) {
	f, err := openSource(path)
	if err != nil {
		return nil, err
	}
	if found {
		if why := foreign(f); why != nil {
			f.Close()
			return nil, why
		}
	}
	in := &input{source: f, name: path}
	if size := f.state.Size(); size <= small {
		in.buf = buffers.Get().(*[small]byte)
		in.whole = in.buf[:size]
		if _, err := f.ReadAt(in.whole, 0); err != nil {
			in.close()
			if errors.Is(err, io.EOF) {
				err = atomicfile.ErrChanged
			}
			return nil, err
		}
	}
	return in, nil
}

// foreign refuses what does not begin like an ELF file.
func foreign(f *source) error {
	var start [4]byte
	n, err := f.ReadAt(start[:], 0)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case n >= 2 && start[0] == '#' && start[1] == '!':
		return &patcher.Refusal{Kind: patcher.Script, What: "a script", Hint: "patch its interpreter"}
	case string(start[:n]) != elf.ELFMAG:
		return &patcher.Refusal{Kind: patcher.NotELF, What: "not an ELF file", Hint: "name a dynamic executable"}
	}
	return nil
}

// ReadAt reads for the plan. It implements io.ReaderAt.
func (in *input) ReadAt(p []byte, off int64) (int, error) {
	if in.whole != nil {
		return bytes.NewReader(in.whole).ReadAt(p, off)
	}
	if in.begin != nil {
		in.mu.Lock()
		in.read += int64(len(p))
		enough := in.read > large/4
		in.mu.Unlock()
		if enough {
			in.once.Do(in.begin)
		}
	}
	return in.source.ReadAt(p, off)
}

// close ends everything that was begun and not committed.
func (in *input) close() {
	if in.ahead != nil {
		in.ahead.drop()
	}
	if in.buf != nil {
		buffers.Put(in.buf)
		in.buf, in.whole = nil, nil
	}
	in.source.Close()
}

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
		f, err := atomicfile.New(dst)
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
		f, err := atomicfile.New(dst)
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

// pending is a whole output that has not taken its place yet.
type pending struct {
	file   *atomicfile.File
	exists bool
	source string // the input's path, and what it was
	state  atomicfile.State
	size   int64
}

// commit puts it there, unless the input is not any more what was read.
func (p *pending) commit() error {
	defer p.file.Discard()
	if err := p.state.Still(p.source); err != nil {
		return err
	}
	return p.file.Commit(p.exists)
}

// write makes out a file that can take the place p. The notes are about what could not be kept.
func (in *input) write(ctx context.Context, out *patcher.Output, p place, times bool) (*pending, []message, error) {
	f, same, err := in.take(p.path)
	if err != nil {
		return nil, nil, err
	}
	notes, err := in.writeTo(ctx, f, same, out, p, times)
	if err != nil {
		f.Discard()
		return nil, nil, err
	}
	source := in.name
	if p.inPlace {
		source = p.path // what is replaced must be what was read
	}
	return &pending{f, p.exists, source, in.state, out.Size()}, notes, nil
}

func (in *input) writeTo(ctx context.Context, f *atomicfile.File, same int64, out *patcher.Output, p place, times bool) (notes []message, err error) {
	if err := in.fill(ctx, f, out, same); err != nil {
		return nil, err
	}
	if p.inPlace {
		lost, err := f.Like(in.source, times)
		if err != nil {
			return nil, err
		}
		for _, n := range lost {
			notes = append(notes, message{n.What, n.Hint})
		}
	} else if notes, err = in.newFile(f, times); err != nil {
		return nil, err
	}
	return notes, ctx.Err()
}

// newFile gives f what cp gives to a new file, and says what that leaves out.
func (in *input) newFile(f *atomicfile.File, times bool) ([]message, error) {
	var notes []message
	if in.state.Mode()&(unix.S_ISUID|unix.S_ISGID) != 0 {
		notes = append(notes, message{"the set-user-ID and set-group-ID bits are not copied to a new file", "chown and chmod it as root"})
	}
	err := f.Perm(fs.FileMode(in.state.Mode()))
	if err == nil && times {
		err = f.Times(in.source)
	}
	return notes, err
}

// fill writes the output's bytes; the first same bytes of f are the input's already.
func (in *input) fill(ctx context.Context, f *atomicfile.File, out *patcher.Output, same int64) error {
	if in.whole != nil {
		var list [][]byte
		for _, piece := range out.Pieces() {
			if piece.Data == nil {
				piece.Data = in.whole[piece.Offset : piece.Offset+piece.Size]
			}
			list = append(list, piece.Data)
		}
		return f.WriteAll(list)
	}
	var at int64
	for _, piece := range out.Pieces() {
		var err error
		switch {
		case piece.Data != nil:
			_, err = f.WriteAt(piece.Data, at)
		case piece.Offset == at && at+piece.Size <= same:
		default:
			err = f.CopyRange(ctx, in.source, piece.Offset, at, piece.Size)
		}
		if err != nil {
			return err
		}
		if piece.Data != nil {
			piece.Size = int64(len(piece.Data))
		}
		at += piece.Size
	}
	return f.Truncate(at)
}
