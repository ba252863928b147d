package environments

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// family is one libc's programs in a folder:
//
//	bin/interp bin/relinterp bin/retrofit   the same program
//	lib/                                    the loader, the libraries
//	root/FOLDER/                            all of it again, for a chroot
//	lower/                                  and again, for an overlay
//	unreadable/                             the programs, for execution alone
type family struct {
	name   string
	folder string
	// forms beside interp
	forms []string
}

// families are made once.
var families = map[string]*sync.Once{"musl": new(sync.Once), "glibc": new(sync.Once)}
var made = map[string]family{}

func tool(t testing.TB, name string) string { return filepath.Join(need.Dist(t), "bin", name) }

// enter is the program that goes there.
func enter(t testing.TB) string {
	t.Helper()
	return shop.Compile(t, "testdata", "enter", tool(t, "musl-gcc"), "-Wall", "-static", "enter.c")
}

func musl(t testing.TB) family {
	families["musl"].Do(func() {
		loader := "ld-musl-x86_64.so.1"
		from := filepath.Join(need.Dist(t), "x86_64-linux-musl", "lib", "libc.so")
		f := family{"musl", newFolder(t), []string{"relinterp", "retrofit"}}
		f.build(t, tool(t, "musl-gcc"), loader, map[string]string{loader: from})
		f.compile(t, tool(t, "musl-gcc"), "bin/relinterp", "-relinterp=portable", "witness.c", "-L"+f.folder+"/lib", "-lown")
		f.spread(t)
		made["musl"] = f
	})
	return ready(t, "musl")
}

func glibc(t testing.TB) family {
	families["glibc"].Do(func() {
		gcc := need.Tool(t, "gcc", "gcc")
		loader := "ld-linux-x86-64.so.2"
		f := family{"glibc", newFolder(t), []string{"retrofit"}}
		f.build(t, gcc, loader, map[string]string{loader: asked(t, gcc, loader), "libc.so.6": asked(t, gcc, "libc.so.6")})
		f.spread(t)
		made["glibc"] = f
	})
	return ready(t, "glibc")
}

// ready fails a test whose programs another one could not make.
func ready(t testing.TB, name string) family {
	t.Helper()
	f, ok := made[name]
	if !ok {
		t.Fatalf("the %s programs were not made; see the test before", name)
	}
	return f
}

// asked gives the file that a compiler links with.
func asked(t testing.TB, gcc, name string) string {
	t.Helper()
	out, err := exec.Command(gcc, "-print-file-name="+name).Output()
	path := strings.TrimSpace(string(out))
	if err != nil || !filepath.IsAbs(path) {
		need.Missing(t, "glibc's "+name, "apt-get install libc6-dev")
	}
	return path
}

func newFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(shop.Dir, "family-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (f family) compile(t testing.TB, cc, name string, words ...string) {
	t.Helper()
	trial.Clone(t, shop.Compile(t, "testdata", "program", cc, append([]string{"-O1"}, words...)...), filepath.Join(f.folder, name))
}

// build makes lib/, the program with PT_INTERP and its retrofit.
func (f family) build(t testing.TB, cc, loader string, files map[string]string) {
	t.Helper()
	for name, path := range files {
		trial.Clone(t, path, filepath.Join(f.folder, "lib", name))
	}
	f.compile(t, cc, "lib/libown.so", "-shared", "-fPIC", "-Wl,-soname,libown.so", "library.c")
	f.compile(t, cc, "lib/libplugin.so", "-shared", "-fPIC", "-Wl,-soname,libplugin.so", "plugin.c")
	lib := filepath.Join(f.folder, "lib")
	f.compile(t, cc, "bin/interp", "witness.c", "-L"+lib, "-lown", "-Wl,--dynamic-linker="+filepath.Join(lib, loader), "-Wl,-rpath,"+lib)
	patch := exec.Command(tool(t, "relinterp-patch"), "bin/interp", "--loader-dir", "lib", "-o", "bin/retrofit")
	patch.Dir = f.folder
	if out, err := patch.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", patch, err, out)
	}
}

// spread makes the copies that some environments want.
func (f family) spread(t testing.TB) {
	t.Helper()
	for _, words := range [][]string{
		{"mkdir", "-p", "root" + f.folder, "lower", "lower/root"},
		{"cp", "-r", "bin", "lib", "root" + f.folder},
		{"cp", "-r", "bin", "lib", "lower"},
		{"cp", "-r", "bin", "unreadable"},
		{"sh", "-c", "chmod 0111 unreadable/*"},
	} {
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir = f.folder
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd, err, out)
		}
	}
}
