package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// deep makes a folder whose absolute path has exactly n bytes, and gives that and a short way to it
// for as long as the test runs.
func deep(t *testing.T, n int) (path, short string) {
	t.Helper()
	path = t.TempDir()
	fd, err := unix.Open(path, unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	for err == nil && len(path) < n {
		left := n - len(path) - 1
		if left > 200 {
			left = min(200, left-2)
		}
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

func TestLongestPathThatTheKernelStarts(t *testing.T) {
	t.Parallel()
	const name = "as-long-as-loader's"
	dir, short := deep(t, 4095-1-len(loaderName))
	clone(t, program(t, "hello.c"), short+"/"+name)
	clone(t, lib(t, "libc.so"), short+"/"+loaderName)
	if path := dir + "/" + name; len(path) != 4095 {
		t.Fatal(len(path))
	}
	works(t, run(t, command(dir+"/"+name)), "hello\n")
	works(t, run(t, in(short, command("./"+name))), "hello\n")
}

func TestLoaderBehindTheLongestPath(t *testing.T) {
	t.Parallel()
	dir, short := deep(t, 4095-len("/app"))
	clone(t, program(t, "hello.c"), short+"/app")
	clone(t, lib(t, "libc.so"), short+"/"+loaderName)
	complains(t, run(t, command(dir+"/app")), "path too long")
	works(t, run(t, in("", command(dir+"/app"), "RELINTERP_LOADER="+lib(t, "libc.so"))), "hello\n")
}

func TestPathTooLongForTheKernel(t *testing.T) {
	t.Parallel()
	for _, n := range []int{4096, 5000} {
		_, short := deep(t, n-len("/app"))
		clone(t, program(t, "hello.c"), short+"/app")
		clone(t, lib(t, "libc.so"), short+"/"+loaderName)
		complains(t, run(t, in(short, command("./app"))), "own path not known", "RELINTERP_LOADER=")
		works(t, run(t, in(short, command("./app"), "RELINTERP_LOADER="+lib(t, "libc.so"))), "hello\n")
	}
}

// Every length from where names fit in the first room to where they need the second and third.
func TestEveryLengthOfPath(t *testing.T) {
	t.Parallel()
	app := program(t, "hello.c")
	for n := 200; n < 3600; n += 37 {
		dir, short := deep(t, n)
		clone(t, app, short+"/app")
		if err := os.Symlink(lib(t, "libc.so"), filepath.Join(short, loaderName)); err != nil {
			t.Fatal(err)
		}
		works(t, run(t, command(dir+"/app")), "hello\n")
	}
}
