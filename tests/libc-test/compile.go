package libctest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// objects compiles every source once for the same words, whoever asks.
type objects struct {
	t    *Toolchain
	dir  string
	made sync.Map // words -> func() error
}

// all gives the objects of some sources; the error is that of every source that does not compile.
func (o *objects) all(ctx context.Context, sources []Source, pic bool) (paths []string, err error) {
	for _, s := range sources {
		path, one := o.object(ctx, s, pic)
		paths, err = append(paths, path), errors.Join(err, one)
	}
	return paths, err
}

func (o *objects) object(ctx context.Context, s Source, pic bool) (string, error) {
	words := strings.Join(o.t.compile("", s, pic), "\x00")
	name := strings.TrimSuffix(filepath.Base(s.Path), ".c")
	sum := sha256.Sum256([]byte(words))
	path := filepath.Join(o.dir, fmt.Sprintf("%s-%x.o", name, sum[:6]))
	once, _ := o.made.LoadOrStore(words, sync.OnceValue(func() error {
		return o.t.call(ctx, filepath.Dir(s.Path), o.t.compile(path, s, pic))
	}))
	return path, once.(func() error)()
}

// call runs a compiler; the error holds what it said.
func (t *Toolchain) call(ctx context.Context, dir string, words []string) error {
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), t.Env...)
	said, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(words, " "), err, said)
	}
	return nil
}
