package build

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/stub"
)

func tools(t *testing.T) {
	t.Helper()
	need.Tool(t, "clang", "clang")
	need.Tool(t, "ld.lld", "lld")
}

// The proof of the committed blobs; another compiler gives other bytes.
func TestTheBlobsComeFromTheSources(t *testing.T) {
	tools(t)
	m, built, err := All(t.Context(), filepath.Join(need.Top(), "crt"))
	if err != nil {
		t.Fatal(err)
	}
	if was := stub.Current(); m.Compiler != was.Compiler || m.Linker != was.Linker {
		t.Skipf("they were made by %s and %s; here are %s and %s", was.Compiler, was.Linker, m.Compiler, m.Linker)
	}
	for i, s := range stub.All() {
		if b := built[i]; b.Arch != s.Arch || b.Entry != s.Entry || b.DebugState != s.DebugState || !bytes.Equal(b.Code, s.Code) {
			t.Errorf("%s: another stub: crt/ changed: run go tool mage stub", b.Arch)
		}
	}
}

func TestTheFolderDoesNotMatter(t *testing.T) {
	tools(t)
	here := filepath.Join(need.Top(), "crt")
	there := filepath.Join(t.TempDir(), "a folder")
	if err := os.CopyFS(there, os.DirFS(here)); err != nil {
		t.Fatal(err)
	}
	for _, a := range Machines() {
		one, err := One(t.Context(), here, a)
		if err != nil {
			t.Fatal(err)
		}
		two, err := One(t.Context(), there, a)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one.Code, two.Code) {
			t.Errorf("%s differs", a.Name)
		}
	}
}
