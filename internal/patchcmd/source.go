package patchcmd

import (
	"errors"
	"io"

	"golang.org/x/sys/unix"

	"relinterp/internal/atomicfile"
)

// source is an open regular file. It does without the runtime's poller, which is of no use for files.
type source struct {
	fd    int
	state atomicfile.State
}

// openSource opens a regular file; it does not wait for the other end of a pipe.
func openSource(path string) (*source, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	s := &source{fd: fd}
	if s.state, err = atomicfile.StateOf(s); err == nil {
		switch s.state.Mode() & unix.S_IFMT {
		case unix.S_IFREG:
			return s, nil
		case unix.S_IFDIR:
			err = unix.EISDIR
		default:
			err = errNotRegular
		}
	}
	unix.Close(fd)
	return nil, err
}

func (s *source) Fd() uintptr { return uintptr(s.fd) }

func (s *source) Close() error { return unix.Close(s.fd) }

// ReadAt implements io.ReaderAt.
func (s *source) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		k, err := unix.Pread(s.fd, p[n:], off+int64(n))
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return n, err
		case k == 0:
			return n, io.EOF
		default:
			n += k
		}
	}
	return n, nil
}
