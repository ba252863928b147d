package patchcmd

import (
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
	root  string // that folder, links followed
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
		if t.real = follow.real(t.path); t.found && !below(t.root, t.real) {
			t.err = atomicfile.ErrChanged // a folder became a link that leads out of the tree
		}
		if t.real != "" {
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
		real, err := filepath.EvalSymlinks(path)
		if err == nil && strings.Contains(path, "..") {
			root = real // nor does it know what link/.. is
		}
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				list = append(list, target{path: path, found: true, err: err})
			case d.Type().IsRegular():
				add(target{path: filepath.Clean(path), found: true, root: real})
			}
			return nil
		})
	}
	return list
}

// below says whether a path lies in the tree of root; neither has links.
func below(root, path string) bool {
	rel, err := filepath.Rel(root, path)
	return err == nil && filepath.IsLocal(rel)
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
