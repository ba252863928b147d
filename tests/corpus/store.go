package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"relinterp/patcher"
)

// store keeps what several trees share, each made once; a tree holds hard links to it.
type store struct {
	dir   string
	mu    sync.Mutex
	files map[string]*stored
}

type stored struct {
	once sync.Once
	path string
	err  error
}

// make gives the file that belongs to the key, made by write the first time.
func (s *store) make(key string, write func(io.Writer) error) (string, error) {
	s.mu.Lock()
	if s.files == nil {
		s.files = map[string]*stored{}
	}
	f := s.files[key]
	if f == nil {
		f = &stored{path: filepath.Join(s.dir, fmt.Sprint(len(s.files)))}
		s.files[key] = f
	}
	s.mu.Unlock()
	f.once.Do(func() { f.err = writeFile(f.path, write) })
	return f.path, f.err
}

// plain gives a copy of a file.
func (s *store) plain(path string) (string, error) {
	return s.make("plain "+path, copyOf(path))
}

// beside gives a copy of a library that looks for its own libraries beside itself. One that has no
// place for that is copied as it is.
func (s *store) beside(path string) (string, error) {
	return s.make("beside "+path, func(w io.Writer) error {
		f, size, err := open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		plan, err := patcher.MakePlan(f, size, patcher.Options{RunpathOnly: true, Runpath: []string{"$ORIGIN"}})
		var refusal *patcher.Refusal
		if errors.As(err, &refusal) {
			return copyOf(path)(w)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		_, err = plan.Output().WriteTo(w)
		return err
	})
}

// link puts a stored file into a tree.
func link(stored, place string) error {
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	return os.Link(stored, place)
}

func copyOf(path string) func(io.Writer) error {
	return func(w io.Writer) error {
		f, _, err := open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	}
}

func open(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, st.Size(), nil
}

// writeFile makes an executable file. No child may be started meanwhile: it would hold the file open
// for writing, and nobody could execute it.
func writeFile(path string, write func(io.Writer) error) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	err = write(f)
	return errors.Join(err, f.Close())
}
