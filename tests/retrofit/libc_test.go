package retrofit

import (
	"os"
	"path/filepath"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// nowhere is the folder of every test program's interpreter; it does not exist.
const nowhere = "/nowhere"

// libc is one to which programs are linked.
type libc struct {
	name   string
	loader string   // its file name
	files  []string // what a program needs in lib/
}

var (
	glibc = libc{"glibc", "ld-linux-x86-64.so.2", []string{"ld-linux-x86-64.so.2", "libc.so.6"}}
	musl  = libc{"musl", "ld-musl-x86_64.so.1", []string{"ld-musl-x86_64.so.1"}}
	// i386 is not in both: the kernel must know it.
	i386 = libc{"i386", "ld-linux.so.2", []string{"ld-linux.so.2", "libc.so.6"}}
)

// both runs a test for a program of each libc.
func both(t *testing.T, test func(t *testing.T, l libc)) {
	t.Helper()
	t.Parallel()
	for _, l := range []libc{glibc, musl} {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			test(t, l)
		})
	}
}

// cc is the compiler, and words that it always wants.
func (l libc) cc(t testing.TB) string {
	t.Helper()
	switch l.name {
	case "musl":
		return filepath.Join(need.Dist(t), "bin", "musl-cc")
	case "i386":
		return need.Tool(t, "i686-linux-gnu-gcc", "gcc-i686-linux-gnu")
	}
	return need.Tool(t, "gcc", "gcc")
}

// file finds a file of the libc on this machine.
func (l libc) file(t testing.TB, name string) string {
	t.Helper()
	if l.name == "musl" {
		return filepath.Join(need.Dist(t), "x86_64-linux-musl", "lib", "libc.so")
	}
	dirs := []string{"/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"}
	if l.name == "i386" {
		dirs = []string{"/usr/i686-linux-gnu/lib"}
	}
	for _, dir := range dirs {
		if path := filepath.Join(dir, name); exists(path) {
			return path
		}
	}
	need.Missing(t, "glibc's "+name, "apt-get install libc6")
	return ""
}

// sources are the folders of programs: this package's, and that of tests/e2e.
func source(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range []string{"testdata", "../e2e/testdata"} {
		if path := filepath.Join(dir, name); exists(path) {
			abs, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			return abs
		}
	}
	t.Fatalf("no source file %s", name)
	return ""
}

// program compiles one source file to a program whose interpreter is nowhere.
func (l libc) program(t testing.TB, name string, words ...string) string {
	t.Helper()
	return l.programBy(t, l.cc(t), name, words...)
}

// programBy is program with another compiler.
func (l libc) programBy(t testing.TB, cc, name string, words ...string) string {
	t.Helper()
	words = append([]string{"-O1", "-g", source(t, name), "-Wl,--dynamic-linker=" + nowhere + "/" + l.loader}, words...)
	return shop.Compile(t, "testdata", "app", cc, words...)
}

// sharedObject compiles one source file to a shared library.
func (l libc) sharedObject(t testing.TB, soname, name string, words ...string) string {
	t.Helper()
	words = append([]string{"-O1", "-g", "-shared", "-fPIC", source(t, name), "-Wl,-soname," + soname}, words...)
	return shop.Compile(t, "testdata", soname, l.cc(t), words...)
}

// hostile says EVIL if anybody starts it as a loader or loads it as a library.
func (l libc) hostile(t testing.TB) string {
	t.Helper()
	return l.sharedObject(t, "libhostile.so", "hostile.c", "-nostdlib", "-Wl,-e,evil")
}

// folder gives a new folder with the program as app, and loader and libc in lib/.
func (l libc) folder(t testing.TB, app string) string {
	t.Helper()
	dir := bare(t, app)
	for _, name := range l.files {
		trial.Clone(t, l.file(t, name), filepath.Join(dir, "lib", name))
	}
	return dir
}

// bare is folder with nothing in lib/.
func bare(t testing.TB, app string) string {
	t.Helper()
	dir := shop.Folder(t)
	trial.Mkdir(t, filepath.Join(dir, "lib"))
	trial.Clone(t, app, filepath.Join(dir, "app"))
	return dir
}

// greets is what use.c says with its library and its plugin.
const greets = "greet\nplug\n"

// uses gives the folder of a program with a library and a plugin in lib/, not yet patched.
func (l libc) uses(t testing.TB, words ...string) string {
	t.Helper()
	return l.usesBy(t, l.cc(t), words...)
}

func (l libc) usesBy(t testing.TB, cc string, words ...string) string {
	t.Helper()
	greet := l.sharedObject(t, "libgreet.so", "greet.c")
	dir := l.folder(t, l.programBy(t, cc, "use.c", append([]string{"-L" + filepath.Dir(greet), "-lgreet"}, words...)...))
	trial.Clone(t, greet, filepath.Join(dir, "lib", "libgreet.so"))
	trial.Clone(t, l.sharedObject(t, "libplugin.so", "plugin.c"), filepath.Join(dir, "lib", "libplugin.so"))
	return dir
}

// patched is uses with the program patched.
func (l libc) patched(t testing.TB, words ...string) string {
	t.Helper()
	dir := l.uses(t, words...)
	retrofit(t, dir+"/app")
	return dir
}

// launcher starts a program in the ways of launch.c.
func launcher(t testing.TB) string {
	t.Helper()
	return shop.Compile(t, "testdata", "launch", need.Tool(t, "gcc", "gcc"), "-static", source(t, "launch.c"))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
