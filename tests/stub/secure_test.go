package stub

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/patcher"
)

// raised gives a copy of the program, or of qemu that runs it, which takes its owner's rights: the kernel
// then says AT_SECURE, and qemu says it on.
func (k kit) raised(t *testing.T, app string) kit {
	t.Helper()
	file := app
	if k.qemu != nil {
		file = filepath.Join(t.TempDir(), "qemu")
		copyFile(t, k.qemu[0], file)
		k.qemu = []string{file}
	}
	if err := os.Chown(file, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o755|os.ModeSetuid|os.ModeSetgid); err != nil {
		t.Fatal(err)
	}
	for dir := filepath.Dir(app); dir != "/tmp" && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

func TestRaisedRightsFollowNothingButTheFallback(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, whatever is installed")
	}
	each(t, func(t *testing.T, k kit) {
		app := k.build(t, "hello.c")
		dir := k.retrofit(t, app, patcher.Options{})
		env := []string{"RELINTERP_DEBUG=1", "RELINTERP_LOADER=" + dir + "/lib/" + k.loader, "LD_LIBRARY_PATH=" + dir + "/lib"}
		if r := k.with(t, nil, env, dir+"/app", "x"); r.status != 3 {
			t.Fatalf("without raised rights: %+v", r)
		}
		r := k.raised(t, dir+"/app").with(t, nil, env, dir+"/app", "x")
		if r.status != 127 || strings.Contains(r.err, "/lib") || !strings.Contains(r.err, "fallback") {
			t.Errorf("%+v", r)
		}
		fallback := filepath.Join(dir, "lib", k.loader)
		dir = k.retrofit(t, app, patcher.Options{Fallback: fallback})
		r = k.raised(t, dir+"/app").with(t, nil, env, dir+"/app", "x")
		// A glibc that is not the machine's finds no libc then; that it says so shows that it runs.
		if want := "x 41 1 " + fallback + "\n"; r.out != want && !strings.Contains(r.err, "error while loading shared libraries") {
			t.Errorf("with a fallback: %+v", r)
		}
	})
}
