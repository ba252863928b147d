package build

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/need"
	"relinterp/internal/stub"
)

// crtFolder gives the folder of the sources, where there are tools to build them.
func crtFolder(t *testing.T) string {
	t.Helper()
	need.Tool(t, "clang", "clang")
	need.Tool(t, "ld.lld", "lld")
	need.Tool(t, "s390x-linux-gnu-ld", "binutils-s390x-linux-gnu")
	return filepath.Join(need.Top(), "crt")
}

// copied is a copy of the sources, with more at the end of stub.c.
func copied(t *testing.T, more string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a folder")
	if err := os.CopyFS(dir, os.DirFS(crtFolder(t))); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "stub.c"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(more)
		f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// The proof of the committed blobs. Another compiler makes other bytes, which only have to be a stub.
func TestTheBlobsComeFromTheSources(t *testing.T) {
	t.Parallel()
	m, built, err := All(t.Context(), crtFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	was := stub.Current()
	for i, s := range stub.All() {
		b := built[i]
		if m.Compiler != was.Compiler || b.Linker != was.Blobs[i].Linker {
			t.Logf("%s: made by %s and %s; here are %s and %s: not compared", s.Arch, was.Compiler, was.Blobs[i].Linker, m.Compiler, b.Linker)
			continue
		}
		if b.Arch != s.Arch || b.Kind != s.Kind || b.Entry != s.Entry || b.DebugState != s.DebugState || !bytes.Equal(b.Code, s.Code) {
			t.Errorf("%s: another stub: crt/ changed: run go tool mage stub", b.File())
		}
	}
}

func TestTheFolderDoesNotMatter(t *testing.T) {
	t.Parallel()
	_, here, err := All(t.Context(), crtFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	_, there, err := All(t.Context(), copied(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range here {
		if !bytes.Equal(b.Code, there[i].Code) {
			t.Errorf("%s differs", b.File())
		}
	}
}

// What a flat block cannot have: somebody would have to write it, relocate it, or link it.
func TestWhatIsNoStubIsRefused(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]string{
		"int written = 1;": ".data",
		"int written;":     ".bss",
		"static int written[64]; int *f(void); __attribute__((used)) int *f(void) { return written; }": ".bss",
		"extern int elsewhere(void); __attribute__((used)) static int f(void) { return elsewhere(); }": "elsewhere",
		"__attribute__((used)) static const void *const pointer = stub_start;":                         ".data.rel.ro",
		`__asm__(".text\n.balign 8\n.8byte stub_start");`:                                              "knows its address",
	} {
		for _, name := range []string{"x86_64", "aarch64", "powerpc64le", "s390x"} {
			a, _ := arch.Lookup(name)
			_, err := One(t.Context(), copied(t, more+"\n"), a, stub.Whole)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %s: %v; want a word of %s", name, more, err, want)
			}
		}
	}
}

// adrp knows the page that it was linked for.
func TestAnAddressOfAPageIsRefused(t *testing.T) {
	t.Parallel()
	a, _ := arch.Lookup("aarch64")
	_, err := One(t.Context(), copied(t, `__asm__(".text\nadrp x0, stub_params\nldr x0, [x0, :lo12:stub_params]");`), a, stub.Musl)
	if err == nil || !strings.Contains(err.Error(), "knows its address") {
		t.Error(err)
	}
}

func TestWriteSaysWhetherAnythingChanged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "old.bin"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	m := stub.Manifest{Blobs: []stub.Blob{{Arch: "new", Kind: stub.Any}}}
	built := []Built{{m.Blobs[0], []byte("code")}}
	for _, want := range []bool{true, false} {
		if changed, err := Write(dir, m, built); changed != want || err != nil {
			t.Errorf("%v, %v; want %v", changed, err, want)
		}
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(names) != 2 || filepath.Base(names[0]) != "manifest.json" || filepath.Base(names[1]) != "new-any.bin" {
		t.Errorf("%q", names)
	}
}
