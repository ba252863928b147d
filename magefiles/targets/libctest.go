package targets

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/magefile/mage/mg"
)

// Libctest runs musl's libc-test and our probes in every mode, with both compilers (LIBC_TEST_DIR names a checkout; LIBCTEST="-docs docs" rewrites docs/libc-test.md)
func Libctest(ctx context.Context) error {
	if err := ensure(ctx, newProgress(os.Stderr), libctestNeeds); err != nil {
		return err
	}
	mg.CtxDeps(ctx, Build)
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	return c.libctestCommand(os.Getenv("LIBCTEST")).loud(ctx)
}

// libctestNeeds is what the full run wants beside the build's.
var libctestNeeds = []requirement{
	gccTool,
	tool("clang", "clang"),
	tool("ld.lld", "lld"),
	tool("setarch", "util-linux"),
	tool("git", "git"),
}

// libctestCommand is the run with the user's own flags last, so that they win.
func (c config) libctestCommand(flags string) command {
	argv := []string{"go", "run", "./tests/libc-test/main", "-dist", c.dist(),
		"-json", filepath.Join(c.dist(), "libctest.json"), "-junit", filepath.Join(c.dist(), "libctest.xml")}
	return command{dir: c.top, argv: append(argv, strings.Fields(flags)...)}
}
