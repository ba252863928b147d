package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

func TestObjectSizeAddsUpWhatIsLoaded(t *testing.T) {
	source := `
		const char constant[96] = "c";
		int data[50] = {1};
		int bss[25];
		char *const relocated[2] = {(char *)constant, (char *)data};
	`
	dir := t.TempDir()
	object := filepath.Join(dir, "a.o")
	if err := os.WriteFile(filepath.Join(dir, "a.c"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	// -g and .comment must not count.
	if err := command(nil, need.Tool(t, "gcc", "gcc"), "-g", "-fno-pic", "-fcf-protection=none", "-fno-common",
		"-c", "-o", object, filepath.Join(dir, "a.c")); err != nil {
		t.Fatal(err)
	}
	got, err := objectSize(object)
	if want := (Size{Text: 96 + 16, Data: 200 + 100}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func TestObjectSizeNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text.o")
	if err := os.WriteFile(path, []byte("not an object at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := objectSize(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
}
