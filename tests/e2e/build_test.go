package e2e

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"relinterp/internal/need"
)

// loaderName is the file that a program looks for.
const loaderName = "ld-musl-x86_64.so.1"

// built keeps what was compiled, by the words that did it.
var built sync.Map

type output struct {
	once sync.Once
	path string
	text string
}

// tool gives a program of the toolchain folder.
func tool(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(need.Dist(t), "bin", name)
}

// lib gives a file of the toolchain's lib folder.
func lib(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(need.Dist(t), "x86_64-linux-musl", "lib", name)
}

// compile runs a compiler in testdata/, once for the same words, and gives the file that it made.
func compile(t testing.TB, name, cc string, words ...string) string {
	t.Helper()
	one, _ := built.LoadOrStore(strings.Join(append([]string{name, cc}, words...), "\x00"), new(output))
	o := one.(*output)
	o.once.Do(func() {
		dir, err := os.MkdirTemp(shared, "built-")
		if err != nil {
			o.text = err.Error()
			return
		}
		_ = os.Chmod(dir, 0o755)
		cmd := exec.Command(cc, append([]string{"-o", filepath.Join(dir, name)}, words...)...)
		cmd.Dir = "testdata"
		if text, err := cmd.CombinedOutput(); err != nil {
			o.text = fmt.Sprintf("%v: %v\n%s", cmd, err, text)
			return
		}
		o.path = filepath.Join(dir, name)
	})
	if o.path == "" {
		t.Fatal(o.text)
	}
	return o.path
}

// program compiles one source file to a program that looks for its loader beside itself.
func program(t testing.TB, source string, words ...string) string {
	t.Helper()
	return compile(t, "app", tool(t, "musl-cc"), append([]string{"-O1", "-g", "-relinterp=portable", source}, words...)...)
}

// ordinary compiles the same with PT_INTERP: what the kernel does with it is the comparison.
func ordinary(t testing.TB, source string, words ...string) string {
	t.Helper()
	return compile(t, "app", tool(t, "musl-cc"), append([]string{"-O1", "-g", source}, words...)...)
}

// library compiles one source file to a shared library.
func library(t testing.TB, name, source string, words ...string) string {
	t.Helper()
	words = append([]string{"-O1", "-g", "-shared", "-fPIC", source, "-Wl,-soname," + name}, words...)
	return compile(t, name, tool(t, "musl-cc"), words...)
}

// hostile is a file that says EVIL if anybody starts it as a loader or loads it as a library.
func hostile(t testing.TB) string {
	t.Helper()
	return library(t, "libhostile.so", "hostile.c", "-nostdlib", "-Wl,-e,evil")
}

// launcher starts a program in the ways of testdata/launch.c.
func launcher(t testing.TB) string {
	t.Helper()
	return compile(t, "launch", tool(t, "musl-cc"), "-static", "launch.c")
}

// usesLibraries gives the folder of a program with a library and a plugin in lib/ and the loader.
func usesLibraries(t testing.TB, words ...string) string {
	t.Helper()
	greet := library(t, "libgreet.so", "greet.c")
	app := program(t, "use.c", append([]string{"-L" + filepath.Dir(greet), "-lgreet"}, words...)...)
	dir := folder(t, app)
	clone(t, greet, filepath.Join(dir, "lib", "libgreet.so"))
	clone(t, library(t, "libplugin.so", "plugin.c"), filepath.Join(dir, "lib", "libplugin.so"))
	return dir
}

// folder gives a new folder with the program as app and the loader in lib/.
func folder(t testing.TB, app string) string {
	t.Helper()
	dir := bare(t, app)
	clone(t, lib(t, "libc.so"), filepath.Join(dir, "lib", loaderName))
	return dir
}

// bare is folder without a loader; everybody may read it.
func bare(t testing.TB, app string) string {
	t.Helper()
	dir, err := os.MkdirTemp(shared, "run-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mkdir(t, filepath.Join(dir, "lib"))
	clone(t, app, filepath.Join(dir, "app"))
	return dir
}

func mkdir(t testing.TB, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

// clone copies a file that may be executed right after.
func clone(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, data)
}

// write makes an executable file. No child may be started meanwhile: it would hold the file open
// for writing, and nobody could execute it.
func write(t testing.TB, path string, data []byte) {
	t.Helper()
	mkdir(t, filepath.Dir(path))
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(f, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
}
