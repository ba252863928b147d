package trial

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Deep makes a folder whose absolute path has exactly n bytes, the new names in it of 200 bytes but
// for the first, and gives that and a short way to it for as long as the test runs.
func Deep(t *testing.T, n, first int) (path, short string) {
	t.Helper()
	path = t.TempDir()
	size := first
	fd, err := unix.Open(path, unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	for err == nil && len(path) < n {
		left := n - len(path) - 1
		if left > size {
			left = min(size, left-2)
		}
		size = 200
		name, above := strings.Repeat("d", left), fd
		path += "/" + name
		if err = unix.Mkdirat(above, name, 0o755); err == nil {
			fd, err = unix.Openat(above, name, unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		}
		unix.Close(above)
	}
	if err != nil || len(path) != n {
		t.Fatal(len(path), err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return path, fmt.Sprintf("/proc/self/fd/%d", fd)
}
