package atomicfile

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// File is a file that is being written. It may be used by several goroutines that write different
// ranges. Discard must be called, also after Commit.
type File struct {
	name  string // last component of the path
	path  string // for messages
	dir   int    // descriptor of the folder, so that no path is too long and nobody can move it away
	fd    int    // the file's
	named string // the hidden name, "" as long as there is none
	ended bool
}

// New starts a file that Commit will call path. The folder must be there, and path must not be a
// symbolic link whose target is meant: see Resolve. The file is the caller's own and nobody
// else's (mode 0600) until Commit.
func New(path string) (*File, error) { return start(path, true) }

// NewReal is New for a path that Resolve gave: a symbolic link on the way, which is new then, is ErrChanged.
func NewReal(path string) (*File, error) { return startIn(openReal, path, true) }

func start(path string, nameless bool) (*File, error) {
	return startIn(func(dir string) (int, error) {
		return unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	}, path, nameless)
}

func startIn(folder func(dir string) (int, error), path string, nameless bool) (*File, error) {
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	if name == "" || name == "." || name == ".." {
		return nil, &fs.PathError{Op: "write", Path: path, Err: unix.EISDIR}
	}
	fd, err := folder(dir)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: err}
	}
	f := &File{name: name, path: path, dir: fd}
	if err := f.open(nameless); err != nil {
		unix.Close(f.dir)
		return nil, &fs.PathError{Op: "create a file in", Path: dir, Err: err}
	}
	return f, nil
}

// open makes the file: without a name if that is wanted, possible here, and Commit will be able to give it one.
func (f *File) open(nameless bool) error {
	if nameless {
		fd, err := unix.Openat(f.dir, ".", unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
		if err == nil && canLink() {
			f.fd = fd
			return nil
		}
		if err == nil {
			unix.Close(fd)
		}
		// EOPNOTSUPP, EISDIR (kernels before 3.11), EINVAL: no such thing here. All else comes again below.
	}
	fd, err := f.claim(func(name string) (int, error) {
		return unix.Openat(f.dir, name, unix.O_CREAT|unix.O_EXCL|unix.O_RDWR|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o600)
	})
	if err != nil {
		return err
	}
	// The lock tells other runs that this file is no leftover. It ends with the process.
	_ = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
	f.fd = fd
	return nil
}

// canLink says whether linkat can name a nameless file: through /proc, as every user may.
var canLink = sync.OnceValue(func() bool {
	var st unix.Stat_t
	return unix.Lstat("/proc/self/fd", &st) == nil
})

func procName(fd int) string { return fmt.Sprintf("/proc/self/fd/%d", fd) }

// claim calls make with the hidden name that belongs to this file, and with others if a living run has
// that one. What a killed run left under it is removed.
func (f *File) claim(make func(name string) (int, error)) (int, error) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(f.name))
	for i := range 100 {
		name := fmt.Sprintf(".relinterp-%016x-%d.tmp", h.Sum64(), i)
		fd, err := make(name)
		if errors.Is(err, unix.EEXIST) && f.removeLeftover(name) {
			fd, err = make(name)
		}
		if errors.Is(err, unix.EEXIST) {
			continue
		}
		if err == nil {
			f.named = name
		}
		return fd, err
	}
	return -1, unix.EEXIST
}

// removeLeftover removes a regular file that no run holds the lock of.
func (f *File) removeLeftover(name string) bool {
	fd, err := unix.Openat(f.dir, name, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) != nil {
		return false
	}
	return unix.Unlinkat(f.dir, name, 0) == nil
}

// WriteAt writes p at offset off. It implements io.WriterAt.
func (f *File) WriteAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		k, err := unix.Pwrite(f.fd, p[n:], off+int64(n))
		if err != nil && !errors.Is(err, unix.EINTR) {
			return n, &fs.PathError{Op: "write", Path: f.path, Err: err}
		}
		n += max(k, 0)
	}
	return n, nil
}

// WriteAll writes pieces one behind the other from the start of the file.
func (f *File) WriteAll(pieces [][]byte) error {
	var at int64
	for len(pieces) > 0 {
		n, err := unix.Pwritev(f.fd, pieces[:min(len(pieces), maxPieces)], at)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return &fs.PathError{Op: "write", Path: f.path, Err: err}
		}
		at += int64(max(n, 0))
		for len(pieces) > 0 && n >= len(pieces[0]) {
			n -= len(pieces[0])
			pieces = pieces[1:]
		}
		if n > 0 { // a part of one was written
			pieces = append([][]byte{pieces[0][n:]}, pieces[1:]...)
		}
	}
	return nil
}

// maxPieces is IOV_MAX (limits.h).
const maxPieces = 1024

// Truncate makes the file size bytes long.
func (f *File) Truncate(size int64) error {
	if err := unix.Ftruncate(f.fd, size); err != nil {
		return &fs.PathError{Op: "write", Path: f.path, Err: err}
	}
	return nil
}

// Commit gives the file its name, in the place of what has it now. Nothing else can fail after it.
// replaces says that this is a file that must not be lost: then the new one is safe on the disk first.
func (f *File) Commit(replaces bool) error {
	if replaces && !ordered(f.fd) {
		if err := unix.Fdatasync(f.fd); err != nil {
			return &fs.PathError{Op: "write", Path: f.path, Err: err}
		}
	}
	if f.named == "" {
		// Held until the rename, so that a run beside this one does not take it for a leftover.
		_ = unix.Flock(f.fd, unix.LOCK_EX|unix.LOCK_NB)
		_, err := f.claim(func(name string) (int, error) {
			return 0, unix.Linkat(unix.AT_FDCWD, procName(f.fd), f.dir, name, unix.AT_SYMLINK_FOLLOW)
		})
		if err != nil {
			return &fs.PathError{Op: "name", Path: f.path, Err: err}
		}
	}
	return f.rename()
}

// rename gives what has the hidden name the real one.
func (f *File) rename() error {
	if err := unix.Renameat(f.dir, f.named, f.dir, f.name); err != nil {
		return &fs.PathError{Op: "replace", Path: f.path, Err: err}
	}
	f.named = ""
	return nil
}

// Link gives the file with the name old the name path as well, which lies in the same folder and is one that
// Resolve gave. What is replaced must be the inode of that device, else ErrChanged.
func Link(old, path string, dev, inode uint64) error {
	dir, name := filepath.Split(path)
	fd, err := openReal(dir)
	if err != nil {
		return &fs.PathError{Op: "open", Path: dir, Err: err}
	}
	f := &File{name: name, path: path, dir: fd, fd: -1}
	defer f.Discard()
	if _, err := f.claim(func(name string) (int, error) {
		return 0, unix.Linkat(f.dir, filepath.Base(old), f.dir, name, 0)
	}); err != nil {
		return &fs.PathError{Op: "link", Path: path, Err: err}
	}
	var st unix.Stat_t
	if err := unix.Fstatat(f.dir, f.name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil || uint64(st.Dev) != dev || st.Ino != inode {
		return ErrChanged
	}
	return f.rename()
}

// Discard closes the file; unless it was committed nothing of it remains. It may be called twice.
func (f *File) Discard() {
	if f.ended {
		return
	}
	if f.named != "" {
		_ = unix.Unlinkat(f.dir, f.named, 0)
	}
	if f.fd >= 0 {
		unix.Close(f.fd)
	}
	unix.Close(f.dir)
	f.ended = true
}

// ordered says whether the file system itself writes the data of a file before the rename by which it
// takes another's place.
func ordered(fd int) bool {
	var st unix.Statfs_t
	return unix.Fstatfs(fd, &st) == nil && st.Type == unix.EXT4_SUPER_MAGIC
}
