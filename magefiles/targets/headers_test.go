package targets

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestLinkedHeadersCountAsFiles(t *testing.T) {
	root := t.TempDir()
	put(t, filepath.Join(root, "lib/uapi/types.h"), "typedef")
	put(t, filepath.Join(root, "asm/own/a.h"), "a")
	if err := os.Symlink("../lib/uapi/types.h", filepath.Join(root, "asm/types.h")); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	if err := addHeaders(files, "asm", filepath.Join(root, "asm")); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"asm/types.h": filepath.Join(root, "asm/types.h"), "asm/own/a.h": filepath.Join(root, "asm/own/a.h")}
	if !reflect.DeepEqual(files, want) {
		t.Errorf("got %v", files)
	}
	to := filepath.Join(t.TempDir(), "types.h")
	if err := copyFile(files["asm/types.h"], to); err != nil || read(t, to) != "typedef" {
		t.Errorf("copied %v", err)
	}
}

func TestHeadersOfTheArchitectureComeFirst(t *testing.T) {
	root, c := t.TempDir(), config{host: x86, arch: x86}
	put(t, filepath.Join(root, "include/x86_64-linux-gnu/asm/types.h"), "")
	put(t, filepath.Join(root, "include/asm/types.h"), "another machine's")
	put(t, filepath.Join(root, "include/linux/fs.h"), "")
	for name, want := range map[string]string{"asm": "include/x86_64-linux-gnu/asm", "linux": "include/linux"} {
		if got, err := c.kernelHeaders(root, name); err != nil || got != filepath.Join(root, want) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if _, err := c.kernelHeaders(root, "asm-generic"); err == nil || !strings.HasSuffix(err.Error(), "install linux-libc-dev") {
		t.Errorf("got %v", err)
	}
}
