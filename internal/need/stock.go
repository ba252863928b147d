package need

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"relinterp/internal/arch"
)

// StockMusl gives the loader of a musl that nobody patched: that of Debian's package musl, kept in the
// user's cache. Where there is no apt-get the test is skipped, even if nothing may be missing: put such a
// loader where the message says.
func StockMusl(t testing.TB) string {
	t.Helper()
	host, known := arch.Host()
	cache, err := os.UserCacheDir()
	if err != nil || !known {
		t.Skip("no place to keep a loader: set HOME")
	}
	loader := filepath.Join(cache, "relinterp", "stock-musl", "lib", host.Musl)
	if _, err := os.Stat(loader); err == nil {
		return loader
	}
	apt, err := exec.LookPath("apt-get")
	if err != nil {
		t.Skip("needs Debian's package musl: put its loader at " + loader)
	}
	tmp := t.TempDir()
	for _, words := range [][]string{{apt, "-q", "download", "musl"}, {"sh", "-c", "exec dpkg-deb -x musl_*.deb out"}} {
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir = tmp
		if text, err := cmd.CombinedOutput(); err != nil {
			Missing(t, "the package musl ("+string(text)+")", "apt-get update")
		}
	}
	found, _ := filepath.Glob(filepath.Join(tmp, "out", "*", host.Name+"-linux-musl", "libc.so"))
	usr, _ := filepath.Glob(filepath.Join(tmp, "out", "usr", "lib", host.Name+"-linux-musl", "libc.so"))
	if found = append(found, usr...); len(found) != 1 {
		t.Fatalf("the package musl holds no loader, or several: %v", found)
	}
	if err := keep(found[0], loader); err != nil {
		t.Fatal(err)
	}
	return loader
}

// keep copies a program whole or not at all: several tests may do this at a time.
func keep(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(to), "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	name := filepath.Join(fresh, "file")
	if err := os.WriteFile(name, data, 0o755); err != nil {
		return err
	}
	return os.Rename(name, to)
}
