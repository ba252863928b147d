package elfimg

import (
	"bytes"
	"debug/elf"
	"io"
	"slices"
	"strings"
)

// MaxBytes is more than any table has: a sparse file may claim to have anything.
const MaxBytes = 64 << 20

// Bytes gives n bytes of the file from offset off on: the one door through which a file is read.
// They may be the file's own memory and may not be changed.
func (m *Image) Bytes(off, n uint64) ([]byte, error) {
	size := uint64(m.body.Size())
	if off > size || n > size-off {
		return nil, bad(off, "%d bytes wanted, the file has %d", n, size)
	}
	if n > MaxBytes {
		return nil, bad(off, "a table of %d bytes", n)
	}
	if b := m.body.View(int64(off), int64(n)); b != nil {
		return b, nil
	}
	b := make([]byte, n)
	if got, err := m.body.ReadAt(b, int64(off)); got < len(b) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return b, nil
}

// Offset gives where in the file the n bytes lie that are found at addr when the program runs.
func (m *Image) Offset(addr, n uint64) (uint64, error) {
	for i := range m.Progs {
		p := &m.Progs[i]
		if p.Type != uint32(elf.PT_LOAD) || addr < p.Vaddr || addr-p.Vaddr > p.Filesz || n > p.Filesz-(addr-p.Vaddr) {
			continue
		}
		if off := p.Off + (addr - p.Vaddr); off >= p.Off {
			return off, nil
		}
	}
	return 0, bad(0, "no PT_LOAD has %d bytes at address %#x", n, addr)
}

// Address gives where the n bytes at offset off are found when the program runs.
func (m *Image) Address(off, n uint64) (uint64, bool) {
	for i := range m.Progs {
		p := &m.Progs[i]
		if p.Type == uint32(elf.PT_LOAD) && off >= p.Off && off-p.Off <= p.Filesz && n <= p.Filesz-(off-p.Off) {
			return p.Vaddr + (off - p.Off), true
		}
	}
	return 0, false
}

// Limits of names, in bytes: of one section, of all DT_NEEDED together.
const (
	maxName  = 4096
	maxTexts = 1 << 20
)

// String gives the NUL-terminated string at offset off, which ends before offset end.
func (m *Image) String(off, end uint64) (string, error) {
	var text []byte
	end = min(end, off+maxTexts)
	for at := off; at < end; {
		n := min(end-at, 256)
		b, err := m.Bytes(at, n)
		if err != nil {
			return "", err
		}
		if i := bytes.IndexByte(b, 0); i >= 0 {
			return string(append(text, b[:i]...)), nil
		}
		text = append(text, b...)
		at += n
	}
	return "", bad(off, "a string without an end")
}

// Interp is the loader's path in PT_INTERP, or "" where there is none.
func (m *Image) Interp() (string, error) {
	p, err := m.one(elf.PT_INTERP)
	if p == nil || err != nil {
		return "", err
	}
	if p.Filesz < 2 || p.Filesz > 4096 { // the kernel's own limits, fs/binfmt_elf.c
		return "", bad(p.Off, "a PT_INTERP of %d bytes", p.Filesz)
	}
	if p.Off+p.Filesz < p.Off {
		return "", bad(p.Off, "PT_INTERP is outside the file")
	}
	return m.String(p.Off, p.Off+p.Filesz)
}

// Dyn gives the index in Dynamic of the first entry with a tag, in front of DT_NULL, or -1.
func (m *Image) Dyn(tag elf.DynTag) int {
	for i, d := range m.Dynamic {
		if d.Tag == int64(tag) {
			return i
		}
		if d.Tag == int64(elf.DT_NULL) {
			break
		}
	}
	return -1
}

// DynValue gives the value of the first entry with a tag.
func (m *Image) DynValue(tag elf.DynTag) (uint64, bool) {
	if i := m.Dyn(tag); i >= 0 {
		return m.Dynamic[i].Val, true
	}
	return 0, false
}

// DynStrings gives where .dynstr lies in the file, by DT_STRTAB and DT_STRSZ.
func (m *Image) DynStrings() (off, size uint64, err error) {
	addr, ok := m.DynValue(elf.DT_STRTAB)
	size, ok2 := m.DynValue(elf.DT_STRSZ)
	if !ok || !ok2 {
		return 0, 0, bad(0, ".dynamic has no DT_STRTAB or no DT_STRSZ")
	}
	off, err = m.Offset(addr, size)
	return off, size, err
}

// DynString gives the string that an entry of .dynamic with value val means.
func (m *Image) DynString(val uint64) (string, error) {
	off, size, err := m.DynStrings()
	if err != nil {
		return "", err
	}
	if val >= size {
		return "", bad(off, "a string at %#x of a .dynstr of %#x bytes", val, size)
	}
	return m.String(off+val, off+size)
}

// DynTexts gives the strings of all entries with a tag, in order.
func (m *Image) DynTexts(tag elf.DynTag) ([]string, error) {
	var list []string
	total := 0
	for _, d := range m.Dynamic {
		if d.Tag == int64(elf.DT_NULL) {
			break
		}
		if d.Tag != int64(tag) {
			continue
		}
		s, err := m.DynString(d.Val)
		if err != nil {
			return nil, err
		}
		if total += len(s); total > maxTexts {
			return nil, bad(0, "%v: more than %d bytes of names", tag, maxTexts)
		}
		list = append(list, s)
	}
	return list, nil
}

// NamesIndex is the index of the section that holds the sections' names; 0 for none.
func (m *Image) NamesIndex() int {
	i := int(m.Header.Shstrndx)
	if i == int(elf.SHN_XINDEX) && len(m.Sections) > 0 {
		i = int(m.Sections[0].Link)
	}
	if i >= len(m.Sections) {
		return 0
	}
	return i
}

// SectionNames gives the name of every section, in the order of Sections.
func (m *Image) SectionNames() ([]string, error) {
	i := m.NamesIndex()
	if i == 0 {
		return nil, bad(m.Header.Shoff, "no section holds the sections' names")
	}
	s := m.Sections[i]
	if elf.SectionType(s.Type) != elf.SHT_STRTAB {
		return nil, bad(s.Off, "the section of the sections' names is no SHT_STRTAB")
	}
	b, err := m.Bytes(s.Off, s.Size)
	if err != nil {
		return nil, outside(err, s.Off, "the sections' names are outside the file")
	}
	text, names := string(b), make([]string, len(m.Sections))
	for i := range m.Sections {
		at := min(uint64(m.Sections[i].Name), s.Size)
		end := strings.IndexByte(text[at:min(at+maxName, s.Size)], 0)
		if end < 0 {
			return nil, bad(s.Off+at, "the name of section %d has no end", i)
		}
		names[i] = text[at : at+uint64(end)]
	}
	return names, nil
}

// LoadedEnd is the end, in the file, of all that a running program has of it: headers, segments,
// allocated sections.
func (m *Image) LoadedEnd() uint64 {
	size := uint64(m.Size())
	end := m.headerSize()
	add := func(off, n uint64) {
		if off <= size && n <= size-off {
			end = max(end, off+n)
		}
	}
	add(m.Header.Phoff, uint64(len(m.Progs))*uint64(m.progSize()))
	for _, p := range m.Progs {
		add(p.Off, p.Filesz)
	}
	for _, s := range m.Sections {
		if s.Flags&uint64(elf.SHF_ALLOC) != 0 && s.Type != uint32(elf.SHT_NOBITS) {
			add(s.Off, s.Size)
		}
	}
	return end
}

// HeaderSize is that of the ELF header.
func (m *Image) HeaderSize() uint64 { return m.headerSize() }

// ProgSize, SectionSize, DynSize and SymSize are the sizes of the file's structures in bytes.
func (m *Image) ProgSize() uint64 { return uint64(m.progSize()) }

// SectionSize is that of a section header.
func (m *Image) SectionSize() uint64 { return uint64(m.sectionSize()) }

// DynSize is that of an entry of .dynamic.
func (m *Image) DynSize() uint64 { return uint64(m.dynSize()) }

// SymSize is that of a symbol.
func (m *Image) SymSize() uint64 { return uint64(m.symSize()) }

// WordSize is that of an address, and the alignment of all these.
func (m *Image) WordSize() uint64 { return uint64(m.pick(4, 8)) }

// Clone is a copy whose tables may be changed without changing those of m.
func (m *Image) Clone() *Image {
	c := *m
	c.Progs = slices.Clone(m.Progs)
	c.Sections = slices.Clone(m.Sections)
	c.Dynamic = slices.Clone(m.Dynamic)
	return &c
}

// DebugFile says whether m is what objcopy --only-keep-debug leaves of a program or a library: its code is not in it.
func (m *Image) DebugFile() bool {
	code := false
	for _, s := range m.Sections {
		if s.Flags&uint64(elf.SHF_EXECINSTR) != 0 && s.Size > 0 {
			if inFile := s.Type != uint32(elf.SHT_NOBITS); inFile {
				return false
			}
			code = true
		}
	}
	return code
}
