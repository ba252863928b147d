package targets

import (
	"context"
	"os"
	"path/filepath"
)

// unwindSource is what libgcc's unwinder needs where gcc was built for glibc 2.35 or later.
func (c config) unwindSource() string { return filepath.Join(c.top, "crt", "dl_find_object.c") }

// unwindHelper compiles it into an archive beside libgcc_eh.a, for gcc, which uses its own
// libgcc_eh.a, and into the copy of libgcc_eh.a, for clang.
func (c config) unwindHelper(ctx context.Context, stage string) error {
	dir := filepath.Join(c.lib(stage), "gcc")
	object := filepath.Join(dir, "dl_find_object.o")
	compile := append(c.cc[:len(c.cc):len(c.cc)], "-Os", "-fPIC", "-g0", "-fno-ident", "-nostdinc",
		"-isystem", c.include(stage), "-fno-asynchronous-unwind-tables", "-c", c.unwindSource(), "-o", object)
	for _, argv := range [][]string{
		compile,
		{"ar", "rcsD", filepath.Join(dir, "libgcc_eh_musl.a"), object},
		{"ar", "rsD", filepath.Join(dir, "libgcc_eh.a"), object},
	} {
		if err := (command{argv: argv}).quiet(ctx); err != nil {
			return err
		}
	}
	return os.Remove(object)
}
