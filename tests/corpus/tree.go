package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// beside is the folder, in that of the program, which holds its loader and its libraries.
const besideName = "closure"

// hostTree makes the tree in which the unpatched program is at home: program, loader and libraries where
// they are on this machine, so that data files are missing there as in a patched tree.
func (s *store) hostTree(dir string, p Program, libraries []Library) error {
	files := map[string]string{p.Path: p.Path, p.Interpreter: p.Interpreter}
	for _, l := range libraries {
		files[l.Path] = l.Path
	}
	if _, err := os.Stat("/etc/ld.so.cache"); err == nil {
		files["/etc/ld.so.cache"] = "/etc/ld.so.cache"
	}
	for place, from := range files {
		file, err := s.plain(from)
		if err != nil {
			return err
		}
		if err := link(file, filepath.Join(dir, place)); err != nil {
			return err
		}
	}
	return os.Mkdir(filepath.Join(dir, "proc"), 0o755)
}

// ownTree makes the tree in which the program has all that it needs beside itself. get gives the
// file that stands for a library.
func (s *store) ownTree(dir, file string, p Program, libraries []Library, get func(path string) (string, error)) error {
	if err := link(file, filepath.Join(dir, p.Path)); err != nil {
		return err
	}
	own := filepath.Join(dir, filepath.Dir(p.Path), besideName)
	loader, err := s.plain(p.Interpreter)
	if err != nil {
		return err
	}
	if err := link(loader, filepath.Join(own, filepath.Base(p.Interpreter))); err != nil {
		return err
	}
	for _, l := range libraries {
		from, err := get(l.Path)
		if err != nil {
			return err
		}
		place := filepath.Join(own, l.Name)
		switch {
		case l.Relative:
			place = filepath.Join(dir, l.Path)
		case strings.Contains(l.Name, "/"):
			return fmt.Errorf("needs %s, a path", l.Name)
		}
		if err := link(from, place); err != nil {
			return err
		}
	}
	return os.Mkdir(filepath.Join(dir, "proc"), 0o755)
}
