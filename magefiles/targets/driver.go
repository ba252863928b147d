package targets

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// program is a command of the toolchain folder, and the package that makes it.
type program struct{ name, source string }

// programs are those in bin/.
var programs = []program{{"musl-cc", "wrapper/musl-cc"}, {"relinterp", "cmd/relinterp"}, {"relinterp-patch", "cmd/relinterp-patch"}}

// driverPart is musl-cc with the names it is known by, and the other commands.
func (c config) driverPart(_ context.Context, p *progress, _ string) (part, error) {
	k := newKey("driver").text(runtime.Version())
	for _, file := range []string{"go.mod", "go.sum"} {
		k.file(file, filepath.Join(c.top, file))
	}
	for _, dir := range []string{"wrapper", "specs", "internal", "patcher", "cmd"} {
		path := filepath.Join(c.top, dir)
		if _, err := os.Stat(path); err == nil {
			k.tree(dir, path, driverSource)
		}
	}
	key, err := k.sum()
	return part{"driver", key, func(ctx context.Context, stage string) error {
		return p.do("commands: compile", func() error { return c.installDriver(ctx, stage) })
	}}, err
}

// driverSource says whether a file can be part of the driver: Go without tests, or embedded.
func driverSource(path string) bool {
	return !strings.HasSuffix(path, "_test.go") && !strings.Contains(path, "/testdata/") && !strings.Contains(path, "/test/")
}

// driverNames are the links to musl-cc.
func (c config) driverNames() []string {
	list := []string{"musl-gcc", "musl-clang"}
	prefixes := []string{c.triple()}
	for _, a := range c.foreignFolders() {
		prefixes = append(prefixes, a.Folder())
		if a.Triple != a.Folder() {
			prefixes = append(prefixes, a.Triple)
		}
	}
	for _, prefix := range prefixes {
		for _, name := range []string{"cc", "gcc", "clang"} {
			list = append(list, prefix+"-"+name)
		}
	}
	return list
}

// linkDriver writes the links to musl-cc that the folders of the toolchain folder want.
func (c config) linkDriver(bin string) error {
	c.arch = c.host
	if _, err := os.Stat(filepath.Join(bin, "musl-cc")); err != nil {
		return nil
	}
	for _, name := range c.driverNames() {
		if err := relink("musl-cc", filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	return nil
}

// installDriver builds the commands into the folder, in place of those that may be there.
func (c config) installDriver(ctx context.Context, stage string) error {
	bin := filepath.Join(stage, "bin")
	for _, one := range programs {
		if _, err := os.Stat(filepath.Join(c.top, one.source, "main.go")); err != nil {
			continue
		}
		if err := c.installProgram(ctx, one, bin); err != nil {
			return err
		}
	}
	return c.linkDriver(bin)
}

func (c config) installProgram(ctx context.Context, one program, bin string) error {
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	fresh := filepath.Join(bin, "."+one.name+".new")
	defer os.Remove(fresh)
	build := command{c.top, []string{"CGO_ENABLED=0", "GOOS=", "GOARCH="},
		[]string{"go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", fresh, "./" + one.source}}
	if err := build.quiet(ctx); err != nil {
		return err
	}
	return os.Rename(fresh, filepath.Join(bin, one.name))
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
