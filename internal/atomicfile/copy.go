package atomicfile

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"golang.org/x/sys/unix"
)

// Source is an open file; *os.File is one.
type Source interface {
	io.ReaderAt
	Fd() uintptr
}

// step is how much is copied between two looks at the context, in bytes.
const step = 16 << 20

// CopyRange copies size bytes of src from offset from on to offset to. The kernel does it without a
// detour through this process where it can, and shares the blocks where the file system can
// (copy_file_range(2) clones aligned ranges since Linux 4.20). A src that ends too early is io.ErrUnexpectedEOF.
func (f *File) CopyRange(ctx context.Context, src Source, from, to, size int64) error {
	for size > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := f.copySome(src, from, to, min(size, step))
		if err != nil {
			return err
		}
		from, to, size = from+n, to+n, size-n
	}
	return nil
}

// copySome copies at least one byte and at most size.
func (f *File) copySome(src Source, from, to, size int64) (int64, error) {
	in, out := from, to
	n, err := unix.CopyFileRange(int(src.Fd()), &in, f.fd, &out, int(size), 0)
	switch {
	case n > 0:
		return int64(n), nil
	case err == nil, errors.Is(err, unix.EXDEV), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EINVAL),
		errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.EPERM), errors.Is(err, unix.EIO):
		// Another file system, an old kernel, a sandbox; 0 from a file of /proc, or from its end.
		return f.copyThrough(src, from, to, size)
	case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN):
		return 0, nil
	}
	return 0, &fs.PathError{Op: "write", Path: f.path, Err: err}
}

// copyThrough copies by reading and writing.
func (f *File) copyThrough(src Source, from, to, size int64) (int64, error) {
	buf := make([]byte, min(size, 1<<20))
	n, err := src.ReadAt(buf, from)
	if n == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	k, err := f.WriteAt(buf[:n], to)
	return int64(k), err
}
