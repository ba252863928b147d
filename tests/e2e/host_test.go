package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"relinterp/internal/need"
)

// hostFile finds a file of the host's glibc.
func hostFile(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range []string{"/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"} {
		if path := filepath.Join(dir, name); exists(path) {
			return path
		}
	}
	need.Missing(t, "glibc's "+name, "apt-get install libc6")
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
