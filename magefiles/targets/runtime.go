package targets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// runtimeFiles are gcc's own objects and archives that every link needs.
var runtimeFiles = []string{"crtbegin.o", "crtbeginS.o", "crtbeginT.o", "crtend.o", "crtendS.o", "libgcc.a", "libgcc_eh.a"}

// runtimePart is gcc's runtime for compilers that do not bring one.
func (c config) runtimePart(ctx context.Context, _ *progress, _ string) (part, error) {
	k := newKey("runtime")
	paths := map[string]string{}
	for _, name := range runtimeFiles {
		path, err := command{argv: append(slices.Clone(c.cc), "-print-file-name="+name)}.output(ctx)
		if err != nil {
			return part{}, err
		}
		if !filepath.IsAbs(path) {
			return part{}, fmt.Errorf("%s has no %s; install gcc", join(c.cc), name)
		}
		paths[name] = path
		k.file(name, path)
	}
	for _, name := range unwindSources {
		k.file(name, c.unwindSource(name))
	}
	key, err := k.sum()
	return part{"runtime", key, func(ctx context.Context, stage string) error {
		for name, path := range paths {
			to := filepath.Join(c.lib(stage), "gcc", name)
			if err := copyFile(path, to); err != nil {
				return err
			}
			if err := os.Chmod(to, 0o644); err != nil {
				return err
			}
		}
		return c.unwindHelper(ctx, stage)
	}}, err
}
