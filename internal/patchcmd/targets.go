package patchcmd

import (
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// target is one file to work on.
type target struct {
	path  string
	found bool  // below a folder, not named by the user
	err   error // a folder that cannot be read
}

// targets lists the files of a request, each once: two names of one file in one folder, through links
// or dots, would be two runs on it at the same time. Names of hard links differ.
func (q *request) targets() []target {
	var list []target
	seen := map[string]bool{}
	add := func(t target) {
		if real, err := filepath.EvalSymlinks(t.path); err == nil {
			if seen[real] {
				return
			}
			seen[real] = true
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

// readOnly opens a regular file; it does not wait for the other end of a pipe.
func readOnly(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() {
		return f, nil
	}
	f.Close()
	if err == nil && info.IsDir() {
		err = unix.EISDIR
	} else if err == nil {
		err = errNotRegular
	}
	return nil, err
}
