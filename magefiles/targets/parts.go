package targets

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"relinterp/internal/crt"
	"relinterp/specs"
)

// part is one piece of the toolchain folder with the key of its inputs.
type part struct {
	name    string
	key     string
	install func(ctx context.Context, stage string) error
}

// parts lists the pieces in the order of installing.
func (c config) parts(ctx context.Context, p *progress, compiler string) ([]part, error) {
	var list []part
	for _, make := range []func(context.Context, *progress, string) (part, error){
		c.muslPart, c.headersPart, c.runtimePart, c.objectPart, c.specsPart, c.driverPart,
	} {
		one, err := make(ctx, p, compiler)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func (c config) lib(stage string) string     { return filepath.Join(stage, c.triple(), "lib") }
func (c config) include(stage string) string { return filepath.Join(stage, c.triple(), "include") }

func (c config) muslPart(ctx context.Context, p *progress, compiler string) (part, error) {
	patches, err := c.patches()
	if err != nil {
		return part{}, err
	}
	key, err := c.muslKey(patches, compiler)
	return part{"musl", key, func(ctx context.Context, stage string) error {
		built, err := c.musl(ctx, p, patches, key)
		if err != nil {
			return err
		}
		return copyTree(built, filepath.Join(stage, c.triple()))
	}}, err
}

// headersPart is the kernel's own headers; musl brings none.
func (c config) headersPart(ctx context.Context, _ *progress, _ string) (part, error) {
	folders := map[string]string{}
	k := newKey("headers")
	for _, name := range []string{"asm", "asm-generic", "linux"} {
		dir, err := c.kernelHeaders(ctx, name)
		if err != nil {
			return part{}, err
		}
		folders[name] = dir
		k.tree(name, dir, nil)
	}
	key, err := k.sum()
	return part{"headers", key, func(ctx context.Context, stage string) error {
		for name, dir := range folders {
			if err := copyTree(dir, filepath.Join(c.include(stage), name)); err != nil {
				return err
			}
		}
		return nil
	}}, err
}

// kernelHeaders finds one of the kernel's header folders on the host, also in Debian's folder of
// the architecture.
func (c config) kernelHeaders(ctx context.Context, name string) (string, error) {
	for _, dir := range []string{"/usr/include/" + c.arch + "-linux-gnu", "/usr/include"} {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, name))
		if err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("the kernel's header folder %s is not below /usr/include; install linux-libc-dev", name)
}

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
	key, err := k.file("unwind", c.unwindSource()).sum()
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

// objectPart is the entry object, and a folder for -B in which it has the names of musl's own.
func (c config) objectPart(ctx context.Context, _ *progress, compiler string) (part, error) {
	src := filepath.Join(c.top, "crt")
	compile := func(src, out string) command {
		args := crt.ObjectArgs(isClang(compiler), c.smallest(ctx), src, out)
		return command{argv: append(slices.Clone(c.cc), args...)}
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

// specsPart is what makes a plain gcc or clang use the folder, and the files for build systems.
func (c config) specsPart(context.Context, *progress, string) (part, error) {
	files := map[string][]byte{}
	for name, text := range specs.Files(c.arch) {
		files[filepath.Join(c.lib(""), name)] = text
	}
	for name, text := range specs.Share(c.arch) {
		files[filepath.Join("share", "relinterp", name)] = text
	}
	k := newKey("specs")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		k.text(name, string(files[name]))
	}
	key, err := k.sum()
	return part{"specs", key, func(_ context.Context, stage string) error {
		for name, text := range files {
			path := filepath.Join(stage, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
				return err
			}
		}
		return nil
	}}, err
}

// driverPart is musl-cc and the names it is known by.
func (c config) driverPart(_ context.Context, p *progress, _ string) (part, error) {
	k := newKey("driver").text(runtime.Version())
	for _, file := range []string{"go.mod", "go.sum"} {
		k.file(file, filepath.Join(c.top, file))
	}
	for _, dir := range []string{"wrapper", "specs", "internal"} {
		path := filepath.Join(c.top, dir)
		if _, err := os.Stat(path); err == nil {
			k.tree(dir, path, driverSource)
		}
	}
	key, err := k.sum()
	return part{"driver", key, func(ctx context.Context, stage string) error {
		return p.do("musl-cc: compile", func() error { return c.installDriver(ctx, stage) })
	}}, err
}

// driverSource says whether a file can be part of the driver: Go without tests, or embedded.
func driverSource(path string) bool {
	return !strings.HasSuffix(path, "_test.go") && !strings.Contains(path, "/testdata/") && !strings.Contains(path, "/test/")
}

// driverNames are the links to musl-cc.
func (c config) driverNames() []string {
	list := []string{"musl-gcc", "musl-clang"}
	for _, name := range []string{"cc", "gcc", "clang"} {
		list = append(list, c.triple()+"-"+name)
	}
	return list
}

// installDriver builds musl-cc into the folder, in place of the one that may be there.
func (c config) installDriver(ctx context.Context, stage string) error {
	if _, err := os.Stat(filepath.Join(c.top, "wrapper", "musl-cc", "main.go")); err != nil {
		return nil
	}
	bin := filepath.Join(stage, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	fresh := filepath.Join(bin, ".musl-cc.new")
	defer os.Remove(fresh)
	build := command{c.top, []string{"CGO_ENABLED=0", "GOOS=", "GOARCH="},
		[]string{"go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", fresh, "./wrapper/musl-cc"}}
	if err := build.quiet(ctx); err != nil {
		return err
	}
	if err := os.Rename(fresh, filepath.Join(bin, "musl-cc")); err != nil {
		return err
	}
	for _, name := range c.driverNames() {
		if err := relink("musl-cc", filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	return nil
}

// relink makes path a symbolic link to target, whatever was there.
func relink(target, path string) error {
	tmp := path + ".new"
	_ = os.Remove(tmp)
	if err := os.Symlink(target, tmp); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
