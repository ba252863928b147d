package targets

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestReplaceFoldersAndFiles(t *testing.T) {
	for _, old := range []string{"", "x/old", "x"} {
		dir := t.TempDir()
		put(t, filepath.Join(dir, "fresh/new"), "new")
		if old != "" {
			put(t, filepath.Join(dir, old), "old")
		}
		if err := replace(filepath.Join(dir, "fresh"), filepath.Join(dir, "x")); err != nil {
			t.Errorf("over %q: %v", old, err)
			continue
		}
		read(t, filepath.Join(dir, "x/new"))
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("over %q: left %v", old, left)
		}
	}
}

func TestCopyTreeKeepsModesAndLinks(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	if err := os.Chmod(put(t, filepath.Join(from, "bin/run"), "#!"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("run", filepath.Join(from, "bin/link")); err != nil {
		t.Fatal(err)
	}
	if err := copyTree(from, to); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(to, "bin/run"))
	if err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v", info, err)
	}
	if link, _ := os.Readlink(filepath.Join(to, "bin/link")); link != "run" {
		t.Errorf("link to %q", link)
	}
}

func TestOnlyOneBuildAtATime(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan error)
	go func() {
		unlock, err := lock(dir)
		if err == nil {
			unlock()
		}
		second <- err
	}()
	select {
	case <-second:
		t.Error("two locks at once")
	case <-time.After(50 * time.Millisecond):
		unlock()
		if err := <-second; err != nil {
			t.Error(err)
		}
	}
}
