package arch

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

// glibcFolder gives a folder with all.c, its library and its plugin, linked with the distribution's
// glibc for the machine.
func (m machine) glibcFolder(t *testing.T) string {
	t.Helper()
	need.Tool(t, m.GNU+"-gcc", m.GCCPackage())
	dir := t.TempDir()
	lib := filepath.Join(dir, "lib")
	if err := os.Mkdir(lib, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, words := range [][]string{
		{"-shared", "-fPIC", "-Wl,-soname,libgreet.so", "-o", lib + "/libgreet.so", "greet.c"},
		{"-shared", "-fPIC", "-o", lib + "/libplugin.so", "plugin.c"},
		{"-O1", "-rdynamic", "-o", dir + "/app", "all.c", "-L" + lib, "-lgreet", "-Wl,-rpath,$ORIGIN/lib"},
	} {
		cmd := exec.Command(m.GNU+"-gcc", words...)
		cmd.Dir = "testdata"
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd, err, text)
		}
	}
	return dir
}

// glibc gives a file of the distribution's glibc for the machine.
func (m machine) glibc(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("/usr", m.GNU, "lib", name)
	if _, err := os.Stat(path); err != nil {
		need.Missing(t, path, "apt-get install "+m.LibcPackage())
	}
	return path
}

// patch runs relinterp-patch in a folder.
func patch(t *testing.T, dir string, words ...string) {
	t.Helper()
	cmd := exec.Command(patcher(t), words...)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, text)
	}
}

func TestRetrofittedGlibcProgramRunsFromAMovedFolder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		if m.compiler != "gcc" || m.emulated() || !m.hasStub() {
			return // the distribution's own programs are made by gcc; glibc's threads for i386 hang in qemu 7.2
		}
		dir := m.glibcFolder(t)
		if _, err := os.Stat(m.Glibc); err != nil {
			if r := m.app(t, dir); r.status == 0 || r.out != "" {
				t.Fatalf("without %s it started: %s", m.Glibc, r)
			}
		}
		want := strings.Replace(m.everything("argc 1, none, none"), "AT_BASE 1, "+m.Musl, "AT_BASE 0, libc.so.6", 1)
		if m.runner != nil { // where there is a kernel for it, glibc would have to lie at its place
			under := m
			under.runner = []string{m.Qemu, "-L", "/usr/" + m.GNU}
			works(t, under.app(t, dir), want)
		}
		before, err := os.ReadFile(dir + "/app")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{filepath.Base(m.Glibc), "libc.so.6"} {
			clone(t, m.glibc(t, name), filepath.Join(dir, "lib", name))
		}
		patch(t, dir, "app", "--loader-dir", "lib")
		moved := filepath.Join(t.TempDir(), "else where")
		if err := os.Rename(dir, moved); err != nil {
			t.Fatal(err)
		}
		works(t, m.app(t, moved), want)
		patch(t, moved, "--restore", "app")
		if after, err := os.ReadFile(moved + "/app"); err != nil || !bytes.Equal(before, after) {
			t.Errorf("restored: %d bytes of %d, %v", len(after), len(before), err)
		}
	})
}

func TestRetrofittedMuslProgramRunsFromAMovedFolder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		if !m.hasStub() {
			return
		}
		for _, words := range [][]string{{"-pie"}, {"-no-pie"}, {"-s"}} {
			dir := m.folder(t, m.compile(t, "app", append([]string{"hello.c"}, words...)...))
			patch(t, dir, "app", "--loader-dir", "lib")
			moved := filepath.Join(t.TempDir(), "else where")
			if err := os.Rename(dir, moved); err != nil {
				t.Fatal(err)
			}
			works(t, m.app(t, moved), "hello\n")
		}
	})
}

func TestRetrofittedProgramNamesTheMissingLoader(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		if !m.hasStub() {
			return
		}
		dir := m.folder(t, m.compile(t, "app", "hello.c"))
		patch(t, dir, "app", "--loader-dir", "lib")
		if err := os.Remove(dir + "/lib/" + m.Musl); err != nil {
			t.Fatal(err)
		}
		complains(t, m.app(t, dir), dir+"/lib/"+m.Musl+": no such file")
	})
}
