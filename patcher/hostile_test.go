package patcher

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/elfimg"
)

// altered gives a file with the tables that change leaves; grown by so many bytes at its end, where the
// section headers go.
func altered(t *testing.T, data []byte, grow int, change func(m *elfimg.Image)) []byte {
	t.Helper()
	for len(data)%8 != 0 {
		data = append(data, 0)
	}
	end := len(data)
	m := image(t, append(bytes.Clone(data), make([]byte, grow)...))
	m.Header.Shoff = uint64(end)
	change(m)
	m.Header.Shnum = uint16(len(m.Sections))
	if len(m.Sections) >= int(elf.SHN_LORESERVE) {
		m.Header.Shnum, m.Sections[0].Size = 0, uint64(len(m.Sections))
	}
	rope, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return contents(t, &Output{rope})
}

// Each of very many sections reaches into the next, from the last to the first: no time grows with their square.
func TestVeryManySectionsThatOverlap(t *testing.T) {
	const many = 200_000
	data := altered(t, append(program().Bytes(), make([]byte, many)...), many*64+4096, func(m *elfimg.Image) {
		start := m.LoadedEnd()
		for i := many - 1; i >= 0; i-- {
			m.Sections = append(m.Sections, elf.Section64{Type: uint32(elf.SHT_PROGBITS), Off: start - 1 + uint64(i), Size: 2})
		}
	})
	survive(t, data, "many")
}

func TestVeryManyFoldersInARunpath(t *testing.T) {
	var list []string
	for i := range 60_000 {
		list = append(list, fmt.Sprintf("$ORIGIN/%x", i))
	}
	p := program()
	p.Runpath = strings.Join(list, ":")
	made := plan(t, p.Bytes(), beside)
	if len(made.Runpath) != len(list)+1 || len(made.Dropped) != 0 {
		t.Errorf("%d kept, %d dropped", len(made.Runpath), len(made.Dropped))
	}
	if o := (Options{LoaderDir: "$ORIGIN/lib", Runpath: []string{}}); len(plan(t, p.Bytes(), o).Dropped) != len(list) {
		t.Error("not all are dropped")
	}
}

// With one section more e_shnum would be a number that gABI keeps for other purposes.
func TestTheNumberOfSectionsMayOutgrowTheHeader(t *testing.T) {
	data := altered(t, program().Bytes(), 70_000*64, func(m *elfimg.Image) {
		m.Sections = append(m.Sections, make([]elf.Section64, int(elf.SHN_LORESERVE)-1-len(m.Sections))...)
	})
	out := patched(t, data, beside)
	if now := image(t, out); now.Header.Shnum != 0 || len(now.Sections) != int(elf.SHN_LORESERVE) {
		t.Errorf("e_shnum %d, %d sections", now.Header.Shnum, len(now.Sections))
	}
	if !bytes.Equal(restored(t, out), data) {
		t.Error("restored to another file")
	}
}

// A file may be loaded to its end, tables for tools too: those that grow are copied behind it.
func TestAProgramThatIsLoadedToItsEnd(t *testing.T) {
	data := altered(t, program().Bytes(), 4096, func(m *elfimg.Image) {
		names, err := m.SectionNames()
		if err != nil {
			t.Fatal(err)
		}
		last := &m.Progs[m.FindProg(elf.PT_DYNAMIC)-1]
		last.Filesz = uint64(m.Size()) - last.Off
		last.Memsz = last.Filesz
		for i, name := range names {
			if s := &m.Sections[i]; name == ".shstrtab" || name == ".strtab" {
				s.Flags, s.Addr = uint64(elf.SHF_ALLOC), s.Off-last.Off+last.Vaddr
			}
		}
		m.Sections = slices.DeleteFunc(m.Sections, func(s elf.Section64) bool { return s.Type == uint32(elf.SHT_NOBITS) })
		m.Header.Shstrndx--
	})
	out := patched(t, data, beside)
	if f := readELF(t, out); f.Section(".retrofit") == nil || f.Section(".shstrtab").Flags&elf.SHF_ALLOC != 0 {
		t.Error("the new section has no name, or the names are said to be loaded")
	}
	if !bytes.Equal(restored(t, out), data) {
		t.Error("restored to another file")
	}
}

func TestASymbolTableWithTheLoadersStrings(t *testing.T) {
	data := altered(t, program().Bytes(), 4096, func(m *elfimg.Image) {
		names, err := m.SectionNames()
		if err != nil {
			t.Fatal(err)
		}
		m.Sections[slices.Index(names, ".symtab")].Link = uint32(slices.Index(names, ".dynstr"))
	})
	made := plan(t, data, beside)
	if !strings.Contains(strings.Join(made.Notes, "\n"), "its symbol table is unusual") {
		t.Error(made.Notes)
	}
	survive(t, data, "strings")
}

// A record that could be a file's only to cost time.
func TestARecordOfVeryManyCuts(t *testing.T) {
	many := binary.AppendUvarint(make([]byte, sumSize), maxCuts+1)
	for range maxCuts + 1 {
		many = append(many, 1, 1)
	}
	if _, err := parseRecord(append(many, 0), 1<<30); !errors.Is(err, errUndo) {
		t.Error(err)
	}
}
