package muslsrc

import (
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.tar.gz")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUnpackDropsTheTopFolder(t *testing.T) {
	_, content := tarball(t, map[string]string{"musl-9.9/VERSION": "9.9", "musl-9.9/src/a/b.c": "int b;"})
	dir := filepath.Join(t.TempDir(), "src")
	if err := Unpack(write(t, content), dir); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "src", "a", "b.c"))
	if err != nil || string(got) != "int b;" {
		t.Errorf("got %q, %v", got, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "VERSION")); err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("VERSION: %v, %v; want the tarball's mode", info, err)
	}
}

func TestUnpackStaysInTheFolder(t *testing.T) {
	_, content := tarball(t, map[string]string{"musl-9.9/../../evil": "x"})
	dir := filepath.Join(t.TempDir(), "a", "src")
	if err := Unpack(write(t, content), dir); err == nil {
		t.Error("no error for a name that leads out")
	}
	if _, err := os.Stat(filepath.Join(dir, "..", "evil")); err == nil {
		t.Error("a file was written outside the folder")
	}
}

func TestUnpackTellsATruncatedTarball(t *testing.T) {
	_, content := tarball(t, map[string]string{"musl-9.9/VERSION": "9.9"})
	if err := Unpack(write(t, content[:len(content)/2]), t.TempDir()); err == nil {
		t.Error("no error for half a tarball")
	}
}
