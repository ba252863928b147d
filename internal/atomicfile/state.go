package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// ErrChanged says that a file changed while it was read, or that another one has its name now.
var ErrChanged = errors.New("changed while it was read")

// State is what a file was when it was opened: enough to see later whether it still is.
type State struct {
	dev, ino, links uint64
	size            int64
	mode            uint32
	modified        unix.Timespec
	changed         unix.Timespec
	accessed        unix.Timespec // reading changes it: it says nothing about the file
}

// StateOf looks at an open file.
func StateOf(f Source) (State, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return State{}, fmt.Errorf("fstat: %w", err)
	}
	return stateOf(&st), nil
}

func stateOf(st *unix.Stat_t) State {
	return State{uint64(st.Dev), st.Ino, uint64(st.Nlink), st.Size, st.Mode, st.Mtim, st.Ctim, st.Atim}
}

// same says whether that is the file, as it was.
func (s State) same(st *unix.Stat_t) bool {
	now := stateOf(st)
	now.accessed = s.accessed
	return now == s
}

// Size is the file's size in bytes.
func (s State) Size() int64 { return s.size }

// Links is how many names the file has.
func (s State) Links() uint64 { return s.links }

// Mode is st_mode: type, permissions and set-ID bits.
func (s State) Mode() uint32 { return s.mode }

// Still is nil if the file at path is the one of s and nobody wrote to it since, else ErrChanged.
func (s State) Still(path string) error {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil || !s.same(&st) {
		return ErrChanged
	}
	return nil
}

// Still is nil if what Commit would replace is the file of s and nobody wrote to it since, else
// ErrChanged. It looks into the folder that was opened, whatever the folder's path leads to by now.
func (f *File) Still(s State) error {
	var st unix.Stat_t
	if err := unix.Fstatat(f.dir, f.name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil || !s.same(&st) {
		return ErrChanged
	}
	return nil
}

// Resolve follows the symbolic links of a path whose last component may be missing: what it gives is
// the name that Commit must take so that links stay and what they lead to is replaced.
func Resolve(path string) (string, error) {
	if _, err := os.Lstat(path); err == nil {
		return filepath.EvalSymlinks(path)
	}
	dir, name := filepath.Split(path) // filepath.Dir would take link/.. for the folder of link
	if dir == "" {
		dir = "."
	}
	dir, err := filepath.EvalSymlinks(dir)
	return filepath.Join(dir, name), err
}
