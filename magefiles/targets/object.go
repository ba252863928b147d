package targets

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"relinterp/internal/crt"
)

// objectPart is the entry object, and a folder for -B in which it has the names of musl's own.
func (c config) objectPart(ctx context.Context, _ *progress, compiler string) (part, error) {
	src := filepath.Join(c.top, "crt")
	compile := func(src, out string) command {
		args := crt.ObjectArgs(isClang(compiler), c.smallest(ctx), src, out)
		return command{argv: slices.Concat(c.cc, c.arch.Object, args)}
	}
	key, err := newKey("object").text(compiler).text(compile("crt", "relinterp.o").argv...).tree("crt", src, objectSource).sum()
	return part{"relinterp.o", key, func(ctx context.Context, stage string) error {
		lib := c.lib(stage)
		if err := compile(src, filepath.Join(lib, "relinterp.o")).quiet(ctx); err != nil {
			return err
		}
		if err := os.Mkdir(filepath.Join(lib, "relinterp"), 0o755); err != nil {
			return err
		}
		for _, name := range []string{"Scrt1.o", "crt1.o"} {
			if err := os.Symlink("../relinterp.o", filepath.Join(lib, "relinterp", name)); err != nil {
				return err
			}
		}
		return nil
	}}, err
}

// objectSource says whether a file below crt/ is part of the entry object.
func objectSource(path string) bool {
	return slices.Contains([]string{".c", ".h"}, filepath.Ext(path)) && !strings.Contains(path, "/test/")
}

// smallest is the compiler's option for the smallest code; gcc before 12 has no -Oz.
func (c config) smallest(ctx context.Context) string {
	try := command{argv: append(slices.Clone(c.cc), "-Oz", "-E", "-x", "c", "/dev/null")}
	if try.quiet(ctx) != nil {
		return "-Os"
	}
	return "-Oz"
}

// isClang says whether a compiler's version line is clang's.
func isClang(line string) bool { return strings.Contains(line, "clang") }
