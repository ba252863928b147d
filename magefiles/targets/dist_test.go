package targets

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/muslsrc"
)

var x86, _ = arch.Lookup("x86_64")

// smallConfig is a repository that is empty but for its toolchain folder.
func smallConfig(t *testing.T) config {
	t.Helper()
	c := config{top: t.TempDir(), cache: t.TempDir(), cc: []string{"gcc"}, host: x86, arch: x86, release: muslsrc.Releases[0]}
	if err := os.MkdirAll(c.dist(), 0o755); err != nil {
		t.Fatal(err)
	}
	return c
}

// text is a part that writes one file.
func text(name, path, content string) part {
	return part{name, content, func(_ context.Context, stage string) error {
		file := filepath.Join(stage, path)
		return errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(content), 0o644))
	}}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAssembleReplacesTheWholeFolder(t *testing.T) {
	c := smallConfig(t)
	put(t, filepath.Join(c.dist(), "bin/old"), "old")
	put(t, filepath.Join(c.dist(), "musl-1.2.5/bin/musl-cc"), "another toolchain")
	if err := c.assemble(t.Context(), []part{text("driver", "bin/musl-cc", "new")}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, filepath.Join(c.dist(), "bin/musl-cc")); got != "new" {
		t.Errorf("got %q", got)
	}
	if _, err := os.Stat(filepath.Join(c.dist(), "bin/old")); err == nil {
		t.Error("a file of the old folder is still there")
	}
	read(t, filepath.Join(c.dist(), "musl-1.2.5/bin/musl-cc"))
}

func TestFailedPartLeavesTheOldFolder(t *testing.T) {
	c := smallConfig(t)
	put(t, filepath.Join(c.dist(), "bin/musl-cc"), "old")
	old := newStamp("1.2.6", "gcc", []part{{name: "driver", key: "old"}})
	if err := old.write(c.dist()); err != nil {
		t.Fatal(err)
	}
	broken := part{"musl", "k", func(context.Context, string) error { return errors.New("make: exit status 2") }}
	if err := c.assemble(t.Context(), []part{text("driver", "bin/musl-cc", "new"), broken}); err == nil {
		t.Fatal("no error")
	}
	if got := read(t, filepath.Join(c.dist(), "bin/musl-cc")); got != "old" || readStamp(c.dist()).Key != old.Key {
		t.Errorf("musl-cc is %q, stamp %+v", got, readStamp(c.dist()))
	}
	if _, err := os.Stat(filepath.Join(c.dist(), ".stage")); err == nil {
		t.Error("half a folder was left behind")
	}
}

func TestStampTellsWhatChanged(t *testing.T) {
	one := newStamp("1.2.6", "gcc 12", []part{{name: "musl", key: "a"}, {name: "driver", key: "b"}})
	two := newStamp("1.2.6", "gcc 12", []part{{name: "musl", key: "a"}, {name: "driver", key: "c"}})
	if got := two.stale(one); !slices.Equal(got, []string{"driver"}) {
		t.Errorf("got %v", got)
	}
	if got := two.stale(two); len(got) > 0 {
		t.Errorf("nothing changed, but %v", got)
	}
	if got := two.stale(readStamp(t.TempDir())); !slices.Equal(got, []string{"driver", "musl"}) {
		t.Errorf("without a stamp: %v", got)
	}
	if one.Key == two.Key {
		t.Error("another driver, the same key")
	}
}

func TestStampWithoutItsFilesIsNoStamp(t *testing.T) {
	c := smallConfig(t)
	if err := newStamp("1.2.6", "gcc", []part{{name: "driver", key: "k"}}).write(c.dist()); err != nil {
		t.Fatal(err)
	}
	if c.whole() {
		t.Error("the folder has no bin/musl-cc and counts as whole")
	}
	put(t, filepath.Join(c.dist(), "bin/musl-cc"), "")
	put(t, filepath.Join(c.lib(c.dist()), "libc.so"), "")
	if !c.whole() {
		t.Error("the folder has all and does not count as whole")
	}
}

func TestKilledBuildIsForgotten(t *testing.T) {
	c := smallConfig(t)
	put(t, filepath.Join(c.dist(), ".stage/bin/half"), "half")
	if err := c.assemble(t.Context(), []part{text("driver", "bin/musl-cc", "new")}); err != nil {
		t.Fatal(err)
	}
	if list, _ := os.ReadDir(filepath.Join(c.dist(), "bin")); len(list) != 1 {
		t.Errorf("bin/ holds %v", list)
	}
}

func TestEveryProgramOfCCIsNeeded(t *testing.T) {
	c := config{cc: []string{"ccache", "/opt/gcc-12", "-m64", "gcc"}}
	got := names(missing(c.buildNeeds(), has("make", "patch", "/usr/include/stdio.h", "/usr/include/linux/version.h")))
	if got != "ccache, /opt/gcc-12" {
		t.Errorf("got %q", got)
	}
}
