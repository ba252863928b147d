package patchcmd

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"relinterp/internal/atomicfile"
)

// target is one file to work on.
type target struct {
	path  string
	real  string // links followed; "" if that failed
	found bool   // below a folder, not named by the user
	inode inode  // of a file with several names, else zero
	later uint64 // how many of its names come later in the same run
	err   error  // a folder that cannot be read
}

// targets lists the files of a request, each once: two names of one file in one folder, through links
// or dots, would be two runs on it at the same time. Names of hard links differ.
func (q *request) targets() []target {
	var list []target
	var follow follower
	seen := map[string]bool{}
	add := func(t target) {
		if t.real = follow.real(t.path); t.real != "" {
			if seen[t.real] {
				return
			}
			seen[t.real] = true
		}
		list = append(list, t)
	}
	for _, path := range q.files {
		if info, err := os.Stat(path); !q.recursive || err != nil || !info.IsDir() {
			add(target{path: path})
			continue
		}
		root := path
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			root = path + "/" // WalkDir does not follow a link
		}
		if real, err := filepath.EvalSymlinks(path); err == nil && strings.Contains(path, "..") {
			root = real // nor does it know what link/.. is
		}
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				list = append(list, target{path: path, found: true, err: err})
			case d.Type().IsRegular():
				add(target{path: filepath.Clean(path), found: true})
			}
			return nil
		})
	}
	return list
}

// inode names a file whatever its names are.
type inode struct{ dev, ino uint64 }

// jobs parts the targets, by their numbers, into what can be done at the same time: all names of one file are one job.
func jobs(list []target) [][]int {
	var all [][]int
	of := map[inode]int{}
	for i, t := range list {
		var st unix.Stat_t
		if t.real != "" && unix.Lstat(t.real, &st) == nil && st.Nlink > 1 && st.Mode&unix.S_IFMT == unix.S_IFREG {
			list[i].inode = inode{st.Dev, st.Ino}
			if k, ok := of[list[i].inode]; ok {
				for _, earlier := range all[k] {
					list[earlier].later++
				}
				all[k] = append(all[k], i)
				continue
			}
			of[list[i].inode] = len(all)
		}
		all = append(all, []int{i})
	}
	return all
}

// follower follows symbolic links, those of a folder once for all files in it.
type follower struct{ folders map[string]string }

func (f *follower) real(path string) string {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink != 0 {
		real, _ := filepath.EvalSymlinks(path)
		return real
	}
	dir, name := filepath.Split(path)
	if name == "" || name == "." || name == ".." {
		real, _ := filepath.EvalSymlinks(path)
		return real
	}
	if dir == "" {
		dir = "."
	}
	real, ok := f.folders[dir]
	if !ok {
		if real, err = filepath.EvalSymlinks(dir); err != nil {
			return ""
		}
		if f.folders == nil {
			f.folders = map[string]string{}
		}
		f.folders[dir] = real
	}
	return filepath.Join(real, name)
}

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
