package targets

import (
	"context"
	"os"
	"path/filepath"
)

// unwindSources are what gcc's own archives need where gcc was built for glibc: the unwinder's
// _dl_find_object (2.35), libgcov's strtol (2.38), what all of them call where they were compiled with
// -D_FORTIFY_SOURCE (Ubuntu), and what the stack protector wants on i386.
var unwindSources = []string{"dl_find_object", "isoc23", "fortify_string", "fortify_stdio", "stack_chk_fail_local"}

// unwindSource is the file of one of them.
func (c config) unwindSource(name string) string { return filepath.Join(c.top, "crt", name+".c") }

// unwindHelper compiles them into an archive beside libgcc_eh.a, for gcc, which uses its own
// libgcc_eh.a, and into the copy of libgcc_eh.a, for clang.
func (c config) unwindHelper(ctx context.Context, stage string) error {
	dir := filepath.Join(c.lib(stage), "gcc")
	for _, name := range unwindSources {
		object := filepath.Join(dir, name+".o")
		compile := append(c.cc[:len(c.cc):len(c.cc)], "-Os", "-fPIC", "-g0", "-fno-ident", "-nostdinc",
			"-isystem", c.include(stage), "-fno-asynchronous-unwind-tables", "-c", c.unwindSource(name), "-o", object)
		for _, argv := range [][]string{
			compile,
			{c.ar, "rcsD", filepath.Join(dir, "libgcc_eh_musl.a"), object},
			{c.ar, "rsD", filepath.Join(dir, "libgcc_eh.a"), object},
		} {
			if err := (command{argv: argv}).quiet(ctx); err != nil {
				return err
			}
		}
		if err := os.Remove(object); err != nil {
			return err
		}
	}
	return nil
}
