// Package targets holds what `go tool mage` does. Each target is a small exported function; what
// it decides is in functions that the tests call.
package targets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/magefile/mage/mg"
)

// Build makes the toolchain folder dist/ (MUSL_VERSION, MUSL_TARBALL, CC and ARCH=aarch64|all... choose)
//
// musl with our patches, the kernel's headers, relinterp.o, musl-cc and relinterp-patch. What is missing is installed
// where this runs as root, else the line to type is printed. Nothing is done twice: every part is
// keyed by its inputs, and built musls are kept in the user's cache.
func Build(ctx context.Context) error {
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	others, err := machines(os.Getenv("ARCH"), c.host)
	if err != nil {
		return err
	}
	p := newProgress(os.Stderr)
	changed, err := c.build(ctx, p)
	if err != nil {
		return err
	}
	crossed, err := c.buildFor(ctx, p, others)
	if err != nil {
		return err
	}
	changed = changed || crossed
	state := "is up to date"
	if changed {
		state = "is ready"
	}
	fmt.Printf("%s %s (musl %s); try: %s -relinterp -o hello hello.c\n",
		c.dist(), state, c.release.Version, filepath.Join(c.dist(), "bin", "musl-cc"))
	for _, a := range others {
		fmt.Printf("for %s: %s\n", a.Name, filepath.Join(c.dist(), "bin", a.Folder()+"-cc"))
	}
	return nil
}

// Demo builds, then runs examples/hello from a moved folder and in an empty root
func Demo(ctx context.Context) error {
	mg.CtxDeps(ctx, Build)
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "relinterp-demo-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	d := demo{c: c, ctx: ctx, w: os.Stdout, work: work}
	return d.run()
}

// Test installs every tool that a test drives, builds all versions of musl and those of other machines, and runs all tests: none skips
func Test(ctx context.Context) error {
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	p := newProgress(os.Stderr)
	others := testedMachines(c.host)
	if err := ensure(ctx, p, append(c.crossTestNeeds(others), testNeeds...)); err != nil {
		return err
	}
	for _, one := range c.everyMusl() {
		if _, err := one.build(ctx, p); err != nil {
			return err
		}
	}
	if _, err := c.buildFor(ctx, p, others); err != nil {
		return err
	}
	return c.goTest(ctx, os.Stdout)
}

// Bench measures start-up, system calls, faults and sizes; figures also go to dist/bench.json (BENCH="-docs docs" rewrites docs/benchmarks.*)
func Bench(ctx context.Context) error {
	if err := ensure(ctx, newProgress(os.Stderr), []requirement{gccTool}); err != nil {
		return err
	}
	mg.CtxDeps(ctx, Build)
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	return c.benchCommand(os.Getenv("BENCH")).loud(ctx)
}

// Lint runs gofmt, go vet and staticcheck
func Lint(ctx context.Context) error {
	top, err := findTop()
	if err != nil {
		return err
	}
	return lint(ctx, newProgress(os.Stderr), top)
}

// Install copies dist/ to $DESTDIR$PREFIX/lib/relinterp, with links in bin/ (PREFIX=/usr/local)
func Install(ctx context.Context) error {
	mg.CtxDeps(ctx, Build)
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	p, err := c.placementFor(os.Getenv("DESTDIR"), os.Getenv("PREFIX"))
	if err != nil {
		return err
	}
	if err := c.install(p); err != nil {
		return err
	}
	fmt.Printf("%s is ready, with links in %s\n", p.folder, filepath.Join(p.folder, "..", "..", "bin"))
	return nil
}

// Clean removes dist/; the user's cache keeps the tarballs and the built musls
func Clean() error {
	top, err := findTop()
	if err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(top, "dist"))
}

// Ci is what every change must pass: lint, then test
func Ci(ctx context.Context) {
	mg.SerialCtxDeps(ctx, Lint, Test)
}
