package targets

import (
	"os"
	"path/filepath"
	"testing"
)

// builtDist is a toolchain folder with a file in each entry.
func builtDist(t *testing.T) config {
	t.Helper()
	c := smallConfig(t)
	for _, file := range []string{"bin/musl-cc", "bin/relinterp", "bin/relinterp-patch", "x86_64-linux-musl/lib/libc.so", "share/relinterp/musl-cc.cmake", stampFile, "musl-1.2.5/bin/musl-cc"} {
		put(t, filepath.Join(c.dist(), file), "1")
	}
	for _, name := range c.driverNames() {
		if err := os.Symlink("musl-cc", filepath.Join(c.dist(), "bin", name)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestInstallUnderDestdir(t *testing.T) {
	c, dest := builtDist(t), t.TempDir()
	p, err := c.placementFor(dest, "/opt/r")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.install(p); err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(dest, moved); err != nil { // what a package builder does with DESTDIR
		t.Fatal(err)
	}
	for _, name := range append(c.driverNames(), "musl-cc") {
		got, err := filepath.EvalSymlinks(filepath.Join(moved, "opt/r/bin", name))
		if want := filepath.Join(moved, "opt/r/lib/relinterp/bin/musl-cc"); err != nil || got != want {
			t.Errorf("%s leads to %q, %v", name, got, err)
		}
	}
	for _, one := range programs {
		if _, err := os.Stat(filepath.Join(moved, "opt/r/bin", one.name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(moved, "opt/r/lib/relinterp/musl-1.2.5")); err == nil {
		t.Error("the toolchain of another musl was installed too")
	}
}

func TestInstallAgainReplaces(t *testing.T) {
	c := builtDist(t)
	p, err := c.placementFor(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"1", "2"} {
		put(t, filepath.Join(c.dist(), "bin/musl-cc"), content)
		if err := c.install(p); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, filepath.Join(p.folder, "bin/musl-cc")); got != "2" {
		t.Errorf("musl-cc is %q", got)
	}
	if list, _ := os.ReadDir(filepath.Dir(p.folder)); len(list) != 1 {
		t.Errorf("left beside the folder: %v", list)
	}
}

func TestPrefixDefaultsAndMustBeAbsolute(t *testing.T) {
	c := smallConfig(t)
	if p, err := c.placementFor("", ""); err != nil || p.folder != "/usr/local/lib/relinterp" {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := c.placementFor("", "usr"); err == nil {
		t.Error("no error for a relative PREFIX")
	}
}

func TestEveryCommandHasAMain(t *testing.T) {
	for _, one := range programs {
		if _, err := os.Stat(mustAbs(t, filepath.Join("../..", one.source, "main.go"))); err != nil {
			t.Error(err)
		}
	}
}
