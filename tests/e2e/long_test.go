package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// deep makes a folder whose absolute path has exactly n bytes, the new names in it of 200 bytes but
// for the first, and gives that and a short way to it for as long as the test runs.
func deep(t *testing.T, n, first int) (path, short string) {
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

func TestLongestPathThatTheKernelStarts(t *testing.T) {
	t.Parallel()
	const name = "as-long-as-loader's"
	dir, short := deep(t, 4095-1-len(loaderName), 200)
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
	dir, short := deep(t, 4095-len("/app"), 200)
	clone(t, program(t, "hello.c"), short+"/app")
	clone(t, lib(t, "libc.so"), short+"/"+loaderName)
	complains(t, run(t, command(dir+"/app")), "path too long")
	works(t, run(t, in("", command(dir+"/app"), "RELINTERP_LOADER="+lib(t, "libc.so"))), "hello\n")
}

func TestPathTooLongForTheKernel(t *testing.T) {
	t.Parallel()
	for n, why := range map[int]string{4096: "path too long", 5000: "own path not known"} {
		_, short := deep(t, n-len("/app"), 200)
		clone(t, program(t, "hello.c"), short+"/app")
		clone(t, lib(t, "libc.so"), short+"/"+loaderName)
		complains(t, run(t, in(short, command("./app"))), why, "RELINTERP_LOADER=")
		works(t, run(t, in(short, command("./app"), "RELINTERP_LOADER="+lib(t, "libc.so"))), "hello\n")
	}
}

// lengths are those at which a text of names may end where its room ends, and some between.
func lengths() (list []int) {
	for n := 150; n < 4095-len(loaderName); n++ {
		if n < 420 || n > 740 && n < 800 || n > 1480 && n < 1560 || n > 3040 && n < 3100 || n%37 == 0 {
			list = append(list, n)
		}
	}
	return list
}

// Names grow over one room and the next: no length and no place of a slash is special.
func TestEveryLengthOfPath(t *testing.T) {
	t.Parallel()
	for _, n := range lengths() {
		runsDeep(t, n, 200)
	}
}

func TestEveryLengthOfAComplaint(t *testing.T) {
	t.Parallel()
	for _, n := range lengths() {
		dir, short := deep(t, n, 200)
		clone(t, program(t, "hello.c"), short+"/app")
		name := "/" + loaderName + ": no such file; "
		if n > 4095-len("/../lib/"+loaderName) {
			continue
		}
		complains(t, run(t, command(dir+"/app")), "relinterp: "+dir+"/app: "+dir+name+dir+"/lib"+name+dir+"/../lib"+name+dir+name+"no loader; "+wantsOurs)
		if t.Failed() {
			t.Fatalf("at %d bytes", n)
		}
	}
}

func TestEveryPlaceOfASlash(t *testing.T) {
	t.Parallel()
	for first := 1; first <= 201; first++ {
		runsDeep(t, 4060, first)
	}
}

func runsDeep(t *testing.T, n, first int) {
	t.Helper()
	dir, short := deep(t, n, first)
	clone(t, program(t, "hello.c"), short+"/app")
	if err := os.Symlink(lib(t, "libc.so"), filepath.Join(short, loaderName)); err != nil {
		t.Fatal(err)
	}
	if works(t, run(t, command(dir+"/app")), "hello\n"); t.Failed() {
		t.Fatalf("at %d bytes, the first new name of %d", n, first)
	}
}
