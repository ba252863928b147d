package targets

import (
	"os"
	"path/filepath"
	"testing"

	"relinterp/internal/muslsrc"
)

func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMuslKeyFollowsItsInputs(t *testing.T) {
	key := func(c config, compiler string) string {
		t.Helper()
		patches, err := c.patches()
		if err != nil {
			t.Fatal(err)
		}
		k, err := c.muslKey(patches, compiler)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	c := config{top: t.TempDir(), cc: []string{"gcc"}, host: x86, arch: x86, release: muslsrc.Releases[0]}
	patch := put(t, filepath.Join(c.top, "crt/patches/a.patch"), "one")
	base := key(c, "gcc 12")
	other := c
	other.top = t.TempDir()
	put(t, filepath.Join(other.top, "crt/patches/a.patch"), "one")
	if key(other, "gcc 12") != base {
		t.Error("the same inputs in another clone give another key")
	}
	older := c
	older.release = muslsrc.Releases[1]
	if key(older, "gcc 12") == base || key(c, "gcc 13") == base {
		t.Error("another musl or compiler gives the same key")
	}
	put(t, patch, "two")
	if key(c, "gcc 12") == base {
		t.Error("a changed patch gives the same key")
	}
}

func TestKeysOfListsDoNotCollide(t *testing.T) {
	a, _ := newKey("x").text("ab", "c").sum()
	b, _ := newKey("x").text("a", "bc").sum()
	if a == b {
		t.Error("two lists, one key")
	}
}

func TestKeyOfATreeSeesNamesAndContent(t *testing.T) {
	dir := t.TempDir()
	sum := func() string {
		s, err := newKey("x").tree("t", dir, nil).sum()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	file := put(t, filepath.Join(dir, "a/b.h"), "1")
	first := sum()
	put(t, file, "2")
	second := sum()
	if err := os.Rename(file, filepath.Join(dir, "a/c.h")); err != nil {
		t.Fatal(err)
	}
	if third := sum(); first == second || second == third {
		t.Errorf("keys %s %s %s are not three", first, second, third)
	}
}

func TestKeyOfAMissingFileIsAnError(t *testing.T) {
	if _, err := newKey("x").file("a", filepath.Join(t.TempDir(), "a")).sum(); err == nil {
		t.Error("no error")
	}
}
