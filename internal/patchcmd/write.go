package patchcmd

import (
	"context"
	"errors"
	"io/fs"
	"os"

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
	if info, err := os.Stat(output); err == nil && !info.Mode().IsRegular() { // before links are read: that of /dev/stdout leads to no name
		if info.IsDir() {
			return place{}, unix.EISDIR
		}
		return place{}, errNotRegular
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
	_, err = os.Stat(out)
	return place{out, false, err == nil}, nil
}

// pending is a whole output that has not taken its place yet.
type pending struct {
	file   *atomicfile.File
	place  place
	source string // the input's path, and what it was
	state  atomicfile.State
	size   int64
}

// commit puts it there, unless the input is not any more what was read.
func (p *pending) commit() error {
	defer p.file.Discard()
	still := func() error { return p.state.Still(p.source) }
	if p.place.inPlace { // what is replaced must be what was read, in a folder that others may have moved
		still = func() error { return p.file.Still(p.state) }
	}
	if err := still(); err != nil {
		return err
	}
	return p.file.Commit(p.place.exists)
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
	return &pending{f, p, in.name, in.state, out.Size()}, notes, nil
}

func (in *input) writeTo(ctx context.Context, f *atomicfile.File, same int64, out *patcher.Output, p place, times bool) (notes []message, err error) {
	if err := in.fill(ctx, f, out, same); err != nil {
		return nil, err
	}
	if p.inPlace {
		var kept *atomicfile.State
		if times {
			kept = &in.state
		}
		lost, err := f.Like(in.source, kept)
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
		err = f.Times(in.state)
	}
	return notes, err
}

// fill writes the output's bytes; the first same bytes of f are the input's already.
func (in *input) fill(ctx context.Context, f *atomicfile.File, out *patcher.Output, same int64) error {
	if in.whole != nil && same == 0 {
		var list [][]byte
		for _, piece := range out.Pieces() {
			if piece.Data == nil {
				piece.Data = in.whole[piece.Offset : piece.Offset+piece.Size]
			}
			list = append(list, piece.Data)
		}
		err := f.WriteAll(list)
		if errors.Is(err, unix.EFAULT) { // the mapped file was cut short
			return atomicfile.ErrChanged
		}
		return err
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
