package elfimg

import (
	"bytes"
	"debug/elf"
	"os"
	"testing"

	"relinterp/internal/fakeelf"
)

// sample has a bit of everything.
var sample = fakeelf.Program{Interp: "/lib/ld.so", Needed: []string{"libc.so.6", "libm.so.6"}, Runpath: "$ORIGIN", Debug: true,
	Spare: 3, Notes: true, Sections: true, Symbols: true}

func parse(t testing.TB, data []byte) *Image {
	t.Helper()
	m, err := Parse(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func encode(t testing.TB, m *Image) []byte {
	t.Helper()
	rope, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := rope.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestEncodeGivesBackWhatWasParsed(t *testing.T) {
	for name, p := range fakeelf.Every(sample) {
		t.Run(name, func(t *testing.T) {
			data := p.Bytes()
			if !bytes.Equal(encode(t, parse(t, data)), data) {
				t.Error("another file")
			}
		})
	}
}

// debug/elf reads the same file on its own.
func TestParseSeesWhatDebugElfSees(t *testing.T) {
	for name, p := range fakeelf.Every(sample) {
		t.Run(name, func(t *testing.T) {
			data := p.Bytes()
			m := parse(t, data)
			f, err := elf.NewFile(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if m.Header.Entry != f.Entry || len(m.Progs) != len(f.Progs) || len(m.Sections) != len(f.Sections) {
				t.Fatalf("%+v, %d program headers, %d sections", m.Header, len(m.Progs), len(m.Sections))
			}
			for i, q := range f.Progs {
				p := m.Progs[i]
				if elf.ProgType(p.Type) != q.Type || p.Off != q.Off || p.Vaddr != q.Vaddr || p.Memsz != q.Memsz || elf.ProgFlag(p.Flags) != q.Flags || p.Align != q.Align {
					t.Errorf("program header %d is %+v, not %+v", i, p, q.ProgHeader)
				}
			}
			names, err := m.SectionNames()
			for i, s := range f.Sections {
				if err != nil || names[i] != s.Name || m.Sections[i].Off != s.Offset || m.Sections[i].Link != s.Link {
					t.Errorf("section %d is %s %+v, not %+v (%v)", i, names[i], m.Sections[i], s.SectionHeader, err)
				}
			}
		})
	}
}

func TestAProgramsOwnWords(t *testing.T) {
	for name, p := range fakeelf.Every(sample) {
		t.Run(name, func(t *testing.T) {
			m := parse(t, p.Bytes())
			interp, err := m.Interp()
			if interp != "/lib/ld.so" || err != nil {
				t.Error(interp, err)
			}
			needed, err := m.DynTexts(elf.DT_NEEDED)
			if len(needed) != 2 || needed[1] != "libm.so.6" || err != nil {
				t.Error(needed, err)
			}
			runpath, err := m.DynTexts(elf.DT_RUNPATH)
			if len(runpath) != 1 || runpath[0] != "$ORIGIN" || err != nil {
				t.Error(runpath, err)
			}
		})
	}
}

// Files of the machine, whoever linked them.
func TestEncodeGivesBackThisTest(t *testing.T) {
	for _, name := range []string{"/proc/self/exe", "/bin/sh", "/bin/ls"} {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // a machine without it; the first is always there
		}
		if !bytes.Equal(encode(t, parse(t, data)), data) {
			t.Errorf("%s: another file", name)
		}
	}
}

func TestWhatDoesNotFitIntoA32BitFileIsAnError(t *testing.T) {
	p := sample
	p.Class = elf.ELFCLASS32
	m := parse(t, p.Bytes())
	m.Header.Entry = 1 << 32
	if _, err := m.Encode(); err == nil {
		t.Error("the entry was cut")
	}
}

func TestNotELF(t *testing.T) {
	for _, text := range []string{"", "\x7fEL", "#!/bin/sh\n", "\x7fELG0123456789abcdef"} {
		if _, err := Parse(bytes.NewReader([]byte(text)), int64(len(text))); err != ErrNotELF {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSectionHeadersOutsideTheFileAreNoObstacle(t *testing.T) {
	data := sample.Bytes()
	m := parse(t, data[:len(data)-1])
	if m.SectionsError == nil || len(m.Sections) != 0 || len(m.Progs) == 0 {
		t.Error(m.SectionsError, len(m.Sections), len(m.Progs))
	}
}

// A 32-bit tag may be negative: those of processors and systems begin at 0x60000000, and some go beyond 0x80000000.
func TestTagsOf32BitsHaveASign(t *testing.T) {
	p := sample
	p.Class, p.More = elf.ELFCLASS32, []elf.Dyn64{{Tag: -2, Val: 5}}
	data := p.Bytes()
	m := parse(t, data)
	if v, ok := m.DynValue(-2); !ok || v != 5 || !bytes.Equal(encode(t, m), data) {
		t.Error(v, ok)
	}
}

func TestATableOfNoSectionHeadersIsNone(t *testing.T) {
	data := sample.Bytes()
	data[60], data[61] = 0, 0 // e_shnum; the number then stands in the first header, and is 0
	if m := parse(t, data); m.SectionsError == nil {
		t.Error("taken for a table")
	}
}

// gABI chapter 4: where e_shnum cannot hold the number of section headers, the first one's sh_size does.
func TestTheNumberOfSectionsMayStandInTheFirst(t *testing.T) {
	m := parse(t, sample.Bytes())
	n := len(m.Sections)
	m.Sections[0].Size, m.Header.Shnum = uint64(n), 0
	if again := parse(t, encode(t, m)); len(again.Sections) != n {
		t.Errorf("%d sections, not %d (%v)", len(again.Sections), n, again.SectionsError)
	}
}

// A sparse file may claim to have a table of any size.
func TestLargeTablesAreNotRead(t *testing.T) {
	m, err := Parse(zeros{sample.Bytes(), 1 << 40}, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Bytes(0, 1<<30); err == nil {
		t.Error("a table of 1 GiB was read")
	}
}
