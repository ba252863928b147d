package targets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// keyer hashes the inputs of a step; equal inputs give equal keys.
type keyer struct {
	h   hash.Hash
	err error
}

func newKey(step string) *keyer {
	k := &keyer{h: sha256.New()}
	return k.text(step)
}

// text adds strings, each with its length so that no two lists look alike.
func (k *keyer) text(list ...string) *keyer {
	for _, s := range list {
		fmt.Fprintf(k.h, "%d:%s,", len(s), s)
	}
	return k
}

// file adds a file's content under a name that does not depend on where the file lies.
func (k *keyer) file(name, path string) *keyer {
	f, err := os.Open(path)
	if err != nil {
		return k.fail(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return k.fail(err)
	}
	k.text(name)
	fmt.Fprintf(k.h, "%d:", info.Size())
	if _, err := io.Copy(k.h, f); err != nil {
		return k.fail(err)
	}
	return k
}

// tree adds all regular files below dir that keep accepts.
func (k *keyer) tree(name, dir string, keep func(path string) bool) *keyer {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Type().IsRegular() && (keep == nil || keep(path)) {
			rel, _ := filepath.Rel(dir, path)
			k.file(filepath.Join(name, rel), path)
		}
		return nil
	})
	if err != nil {
		return k.fail(err)
	}
	return k
}

func (k *keyer) fail(err error) *keyer {
	if k.err == nil {
		k.err = err
	}
	return k
}

// sum is the key, 32 hexadecimal digits.
func (k *keyer) sum() (string, error) {
	return hex.EncodeToString(k.h.Sum(nil)[:16]), k.err
}
