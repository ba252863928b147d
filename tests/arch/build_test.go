package arch

import (
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

// built keeps what was compiled, by the words that did it.
var built sync.Map

type output struct {
	once sync.Once
	path string
	text string
}

// cc gives the driver for the machine.
func (m machine) cc(t testing.TB) string {
	t.Helper()
	return filepath.Join(need.Dist(t), "bin", m.Folder()+"-"+m.compiler)
}

// lib gives a file of the machine's lib folder.
func (m machine) lib(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(need.Dist(t), m.Folder(), "lib", name)
}

// compile runs the driver in testdata/, once for the same words, and gives the file that it made.
func (m machine) compile(t testing.TB, name string, words ...string) string {
	t.Helper()
	path, err := m.try(t, name, words...)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func (m machine) try(t testing.TB, name string, words ...string) (string, error) {
	t.Helper()
	one, _ := built.LoadOrStore(strings.Join(append([]string{name, m.Name, m.compiler}, words...), "\x00"), new(output))
	o := one.(*output)
	cc := m.cc(t)
	o.once.Do(func() {
		dir, err := os.MkdirTemp(shared, "built-")
		if err != nil {
			o.text = err.Error()
			return
		}
		cmd := exec.Command(cc, append([]string{"-O1", "-g", "-o", filepath.Join(dir, name)}, words...)...)
		cmd.Dir = "testdata"
		if text, err := cmd.CombinedOutput(); err != nil {
			o.text = fmt.Sprintf("%v: %v\n%s", cmd, err, text)
			return
		}
		o.path = filepath.Join(dir, name)
	})
	if o.path == "" {
		return "", fmt.Errorf("%s", o.text)
	}
	return o.path, nil
}

// program compiles one source file to a program that looks for its loader beside itself.
func (m machine) program(t testing.TB, source string, words ...string) string {
	t.Helper()
	return m.compile(t, "app", append([]string{"-relinterp=portable", source}, words...)...)
}

// folder gives a new folder with the program as app and the loader in lib/.
func (m machine) folder(t testing.TB, app string) string {
	t.Helper()
	dir := t.TempDir()
	clone(t, app, filepath.Join(dir, "app"))
	clone(t, m.lib(t, "libc.so"), filepath.Join(dir, "lib", m.Musl))
	return dir
}

// allOf gives the folder of the program that uses everything, with its library and its plugin.
func (m machine) allOf(t testing.TB, words ...string) string {
	t.Helper()
	greet := m.compile(t, "libgreet.so", "-shared", "-fPIC", "-Wl,-soname,libgreet.so", "greet.c")
	words = append([]string{"-rdynamic", "-L" + filepath.Dir(greet), "-lgreet"}, words...)
	dir := m.folder(t, m.program(t, "all.c", words...))
	clone(t, greet, filepath.Join(dir, "lib", "libgreet.so"))
	plugin := m.compile(t, "libplugin.so", "-shared", "-fPIC", "plugin.c")
	clone(t, plugin, filepath.Join(dir, "lib", "libplugin.so"))
	return dir
}

// clone copies a file that may be executed right after: no child may be started meanwhile, which
// would hold it open for writing.
func clone(t testing.TB, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
}
