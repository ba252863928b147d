package targets

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"relinterp/specs"
)

// share is the folder of the files for build systems; a foreign machine's are in its own folder.
func (c config) share(stage string) string {
	if c.foreign() {
		stage = filepath.Join(stage, c.triple())
	}
	return filepath.Join(stage, "share", "relinterp")
}

// specsPart is what makes a plain gcc or clang use the folder, and the files for build systems.
func (c config) specsPart(context.Context, *progress, string) (part, error) {
	files := map[string][]byte{}
	for name, text := range specs.Files(c.arch) {
		files[filepath.Join(c.lib(""), name)] = text
	}
	for name, text := range specs.Share(c.arch) {
		files[filepath.Join(c.share(""), name)] = text
	}
	k := newKey("specs")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		k.text(name, string(files[name]))
	}
	key, err := k.sum()
	return part{"specs", key, func(_ context.Context, stage string) error {
		for name, text := range files {
			path, mode := filepath.Join(stage, name), os.FileMode(0o644)
			if bytes.HasPrefix(text, []byte("#!")) {
				mode = 0o755
			}
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, mode)); err != nil {
				return err
			}
		}
		return nil
	}}, err
}
