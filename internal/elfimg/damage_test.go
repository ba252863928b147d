package elfimg

import (
	"bytes"
	"debug/elf"
	"errors"
	"strings"
	"testing"
)

// Each damage to a header is told in words, and where it is.
func TestDamagedHeaders(t *testing.T) {
	for _, c := range []struct {
		what   string
		damage func(b []byte)
		want   string
	}{
		{"class", func(b []byte) { b[elf.EI_CLASS] = 3 }, "unknown ELF class 3"},
		{"byte order", func(b []byte) { b[elf.EI_DATA] = 0 }, "unknown byte order 0"},
		{"version", func(b []byte) { b[elf.EI_VERSION] = 2 }, "unknown ELF version 2"},
		{"e_version", func(b []byte) { b[20] = 9 }, "ELF version 9"},
		{"e_phentsize", func(b []byte) { b[54] = 32 }, "program headers of 32 bytes each"},
		{"e_phnum", func(b []byte) { b[56], b[57] = 0xff, 0xff }, "65535 program headers"},
		{"e_phoff", func(b []byte) { b[38] = 1 }, "program headers are outside the file"},
		{"two PT_DYNAMIC", func(b []byte) { copy(b[64:], b[64+5*56:64+6*56]) }, "more than one PT_DYNAMIC"},
		{"PT_DYNAMIC's address", func(b []byte) { b[64+5*56+16] ^= 8 }, "do not fit each other"},
		{"PT_DYNAMIC's size", func(b []byte) { b[64+5*56+35] = 1 }, "a .dynamic of 16777"},
	} {
		data := sample.Bytes()
		c.damage(data)
		_, err := Parse(bytes.NewReader(data), int64(len(data)))
		var format *FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// Check names what is wrong with a file that can be read.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		want string
		do   func(m *Image)
	}{
		{"PT_PHDR does not describe", func(m *Image) { m.Progs[0].Filesz++ }},
		{"program headers are in no PT_LOAD", func(m *Image) { m.Progs[2].Filesz = 64 }},
		{"address below the end of the one before", func(m *Image) { m.Progs[2], m.Progs[3] = m.Progs[3], m.Progs[2] }},
		{"differ modulo its alignment", func(m *Image) { m.Progs[3].Off++ }},
		{"no power of two", func(m *Image) { m.Progs[3].Align = 3 }},
		{"more bytes in the file than in memory", func(m *Image) { m.Progs[3].Memsz-- }},
		{"bytes outside the file", func(m *Image) { m.Progs[4].Filesz, m.Progs[4].Memsz = 1<<20, 1<<20 }},
		{"writable code", func(m *Image) { m.Progs[3].Flags |= uint32(elf.PF_W) }},
		{"entry is not in code", func(m *Image) { m.Header.Entry = m.Progs[4].Vaddr }},
		{"no DT_NULL", func(m *Image) { m.Dynamic = m.Dynamic[:3] }},
		{"DT_NEEDED names no string", func(m *Image) { m.Dynamic[0].Val = 1 << 30 }},
		{".dynstr is in no PT_LOAD", func(m *Image) { m.Dynamic[m.Dyn(elf.DT_STRTAB)].Val = 1 << 30 }},
		{".dynstr does not end with a NUL", func(m *Image) { m.Dynamic[m.Dyn(elf.DT_STRSZ)].Val-- }},
		{"section .dynstr is not what DT_STRTAB says", func(m *Image) { m.Sections[4].Size-- }},
		{"section .dynsym is not where DT_SYMTAB says", func(m *Image) { m.Dynamic[m.Dyn(elf.DT_SYMTAB)].Val += 8 }},
		{"section .dynamic is not what PT_DYNAMIC says", func(m *Image) { m.Sections[6].Size -= 16 }},
		{"section .text has other bytes", func(m *Image) { m.Sections[5].Off-- }},
		{"section .text is not aligned", func(m *Image) { m.Sections[5].Addralign = 1 << 16 }},
		{"section .bss is in no PT_LOAD", func(m *Image) { m.Sections[8].Size = 1 << 20 }},
		{"section .symtab lies outside the file", func(m *Image) { m.Sections[10].Size = 1 << 20 }},
		{"section .symtab is linked to one that does not exist", func(m *Image) { m.Sections[10].Link = 99 }},
	} {
		m := parse(t, sample.Bytes())
		if list := m.Check(); len(list) > 0 {
			t.Fatalf("the sample itself: %q", list)
		}
		c.do(m)
		if got := strings.Join(m.Check(), "; "); !strings.Contains(got, c.want) {
			t.Errorf("wanted %q, got %q", c.want, got)
		}
	}
}

func TestOldFaultsAreNoNewProblems(t *testing.T) {
	old, changed := parse(t, sample.Bytes()), parse(t, sample.Bytes())
	old.Progs[3].Flags |= uint32(elf.PF_W)
	changed.Progs[3].Flags |= uint32(elf.PF_W)
	changed.Header.Entry = 0x99999
	if got := changed.NewProblems(old); len(got) != 1 || got[0] != "the entry is not in code" {
		t.Errorf("%q", got)
	}
}
