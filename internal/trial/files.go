package trial

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

	"golang.org/x/sys/unix"

	"relinterp/patcher"
)

// Mkdir makes a folder that everybody may enter.
func Mkdir(t testing.TB, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

// Clone copies a file that may be executed right after.
func Clone(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	Write(t, to, data)
}

// Write makes an executable file. No child may be started meanwhile: it would hold the file open
// for writing, and nobody could execute it.
func Write(t testing.TB, path string, data []byte) {
	t.Helper()
	Mkdir(t, filepath.Dir(path))
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

// Alter reads a file, changes its bytes and writes it again.
func Alter(t testing.TB, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	Write(t, path, change(data))
}

// Workshop compiles programs that several tests use. Main makes one.
type Workshop struct {
	// Dir holds them; everybody may read it.
	Dir   string
	built sync.Map
}

type output struct {
	once sync.Once
	path string
	text string
}

// newWorkshop makes the folder. Remove it in the end.
func newWorkshop() (*Workshop, error) {
	dir, err := os.MkdirTemp("", "relinterp-trial-")
	if err != nil {
		return nil, err
	}
	return &Workshop{Dir: dir}, os.Chmod(dir, 0o755)
}

// Main is the TestMain of a package with a workshop: it makes one for the tests and removes it.
func Main(m *testing.M, shop **Workshop) {
	os.Exit(withWorkshop(m, shop))
}

func withWorkshop(m *testing.M, shop **Workshop) int {
	var err error
	if *shop, err = newWorkshop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll((*shop).Dir)
	// What whoever runs the tests left open is none of the programs' business.
	for fd := 3; fd < 256; fd++ {
		unix.CloseOnExec(fd)
	}
	return m.Run()
}

// Compile runs a compiler in folder from, once for the same words, and gives the file that it made.
func (w *Workshop) Compile(t testing.TB, from, name, cc string, words ...string) string {
	t.Helper()
	one, _ := w.built.LoadOrStore(strings.Join(append([]string{from, name, cc}, words...), "\x00"), new(output))
	o := one.(*output)
	o.once.Do(func() {
		dir, err := os.MkdirTemp(w.Dir, "built-")
		if err != nil {
			o.text = err.Error()
			return
		}
		_ = os.Chmod(dir, 0o755)
		cmd := exec.Command(cc, append([]string{"-o", filepath.Join(dir, name)}, words...)...)
		cmd.Dir = from
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

// Folder makes a new folder that everybody may read, gone after the test.
func (w *Workshop) Folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(w.Dir, "run-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Looking are options for the program app as relinterp-patch has them, which looks at the loader.
func Looking(app string, o patcher.Options) patcher.Options {
	dir := strings.ReplaceAll(o.LoaderDir, "$ORIGIN", filepath.Dir(app))
	o.Whole = func(_, loader string) bool { return LaidWhole(filepath.Join(dir, loader)) }
	return o
}

// LaidWhole is patcher.LaidWhole of a file.
func LaidWhole(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	return err == nil && patcher.LaidWhole(f, info.Size())
}
