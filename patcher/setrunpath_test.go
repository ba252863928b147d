package patcher

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"relinterp/internal/fakeelf"
	"relinterp/internal/need"
)

func library() fakeelf.Program {
	return fakeelf.Program{Soname: "libx.so.1", Needed: []string{"libc.so.6"}, Spare: 2, Notes: true, Sections: true, Symbols: true, NoPhdr: true}
}

func runpathOnly(list ...string) Options { return Options{RunpathOnly: true, Runpath: list} }

// Libraries are patched for any machine, since no code goes into them.
func TestALibraryGetsARunpath(t *testing.T) {
	for name, p := range fakeelf.Every(library()) {
		t.Run(name, func(t *testing.T) {
			data := p.Bytes()
			made := patched(t, data, runpathOnly("$ORIGIN", "/opt"))
			f := readELF(t, made)
			if list, err := f.DynString(elf.DT_RUNPATH); err != nil || len(list) != 1 || list[0] != "$ORIGIN:/opt" {
				t.Error(list, err)
			}
			if f.Entry != readELF(t, data).Entry {
				t.Error("another entry")
			}
			if !bytes.Equal(restored(t, made), data) {
				t.Error("restored to another file")
			}
			if !plan(t, made, runpathOnly("$ORIGIN", "/opt")).Unchanged {
				t.Error("a second time changes it")
			}
		})
	}
}

// GNU strip and patchelf want the program headers where they were.
func TestProgramHeadersOfALibraryGrowInPlace(t *testing.T) {
	data := library().Bytes()
	was, now := image(t, data), image(t, patched(t, data, runpathOnly("$ORIGIN")))
	if now.Header.Phoff != was.Header.Phoff || len(now.Progs) != len(was.Progs)+1 {
		t.Errorf("%d at %#x, before %d at %#x", len(now.Progs), now.Header.Phoff, len(was.Progs), was.Header.Phoff)
	}
	note := now.Progs[now.FindProg(elf.PT_NOTE)]
	b, err := now.Bytes(note.Off, note.Filesz)
	if err != nil || !bytes.Contains(b, []byte("GNU\x00....")) {
		t.Errorf("PT_NOTE has %q, %v", b, err)
	}
}

// Where nothing behind the table can move, the table does, and a PT_PHDR tells glibc where it is.
func TestProgramHeadersOfALibraryWithoutSectionsMove(t *testing.T) {
	p := library()
	p.Sections = false
	m := image(t, patched(t, p.Bytes(), runpathOnly("$ORIGIN")))
	i := m.FindProg(elf.PT_PHDR)
	if i != 0 || m.Progs[i].Off != m.Header.Phoff || m.Header.Phoff < 0x100 {
		t.Errorf("PT_PHDR %d of %+v", i, m.Progs)
	}
}

func TestARunpathIsTakenAway(t *testing.T) {
	p := library()
	p.Runpath = "/opt"
	data := p.Bytes()
	made := patched(t, data, runpathOnly([]string{}...))
	if list, err := readELF(t, made).DynString(elf.DT_RUNPATH); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
	if !bytes.Equal(restored(t, made), data) {
		t.Error("restored to another file")
	}
}

func TestAProgramThatOnlyGetsARunpathKeepsItsInterpreter(t *testing.T) {
	m := image(t, patched(t, program().Bytes(), runpathOnly("$ORIGIN")))
	if interp, err := m.Interp(); err != nil || interp != "/lib64/ld-linux-x86-64.so.2" {
		t.Error(interp, err)
	}
}

// eu-elflint takes the relocation of a large function for one in the segment behind.
func TestLintHasNothingToSayOfALibraryWithALargeFunction(t *testing.T) {
	cc, lint, dir := need.Tool(t, "gcc", "gcc"), need.Tool(t, "eu-elflint", "elfutils"), t.TempDir()
	source, file := filepath.Join(dir, "a.c"), filepath.Join(dir, "a.so")
	text := "__asm__(\".globl f\\n.type f,@function\\nf: .zero 16000\\n.size f,16000\");\nvoid f(void);\nvoid g(void) { f(); f(); }\n"
	if err := os.WriteFile(source, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(cc, "-shared", "-fPIC", source, "-o", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, patched(t, data, runpathOnly("$ORIGIN")), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(lint, "--gnu-ld", file).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
