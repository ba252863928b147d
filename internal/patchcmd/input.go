package patchcmd

import (
	"bytes"
	"debug/elf"
	"errors"
	"io"
	"math/bits"
	"sync"

	"golang.org/x/sys/unix"

	"relinterp/internal/atomicfile"
	"relinterp/patcher"
)

// buffers hold small files.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// buffer gives one of so many bytes, to be put back.
func buffer(size int64) *[]byte {
	b := buffers.Get().(*[]byte)
	if int64(cap(*b)) < size {
		*b = make([]byte, size, 1<<bits.Len64(uint64(size)))
	}
	*b = (*b)[:size]
	return b
}

// input is an open file with what writing its successor needs.
type input struct {
	*source
	name  string
	whole []byte  // all of it, in memory; nil where that cannot be
	buf   *[]byte // where it is, if it is not mapped
	ahead *ahead  // of large ones, once it has begun
	begin func()  // starts ahead
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
	if in.whole = mapFile(f); in.whole != nil {
		return in, nil
	}
	if size := f.state.Size(); size <= few {
		in.buf = buffer(size)
		in.whole = *in.buf
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
	in.count(int64(len(p)))
	return in.source.ReadAt(p, off)
}

// View is for a plan that reads without copies. It implements elfimg.Viewer.
func (in *input) View(off, n int64) []byte {
	if off < 0 || n < 0 || off+n > int64(len(in.whole)) {
		return nil
	}
	in.count(n)
	return in.whole[off : off+n : off+n]
}

// count starts what is to begin when much has been read.
func (in *input) count(n int64) {
	if in.begin == nil {
		return
	}
	in.mu.Lock()
	in.read += n
	enough := in.read > large/4
	in.mu.Unlock()
	if enough {
		in.once.Do(in.begin)
	}
}

// close ends everything that was begun and not committed.
func (in *input) close() {
	if in.ahead != nil {
		in.ahead.drop()
	}
	switch {
	case in.buf != nil:
		buffers.Put(in.buf)
	case in.whole != nil:
		_ = unix.Munmap(in.whole)
	}
	in.buf, in.whole = nil, nil
	in.source.Close()
}
