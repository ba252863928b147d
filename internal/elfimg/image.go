package elfimg

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Limits of what is taken for a sensible file. Linux takes 64 KiB of program headers (fs/binfmt_elf.c).
const (
	maxProgs    = 65536 / 32
	maxSections = 1 << 18
	maxDynamic  = 1 << 16
)

// ErrNotELF is the error for a file without ELF's magic bytes.
var ErrNotELF = errors.New("not an ELF file")

// FormatError says what in a file makes no sense.
type FormatError struct {
	Offset uint64 // in the file, of what is wrong
	What   string
}

func (e *FormatError) Error() string { return fmt.Sprintf("%s (at offset %#x)", e.What, e.Offset) }

func bad(off uint64, format string, args ...any) error {
	return &FormatError{off, fmt.Sprintf(format, args...)}
}

// Image is an ELF file: its tables, which may be changed, and its bytes, which are read when asked for.
type Image struct {
	Header   elf.Header64
	Progs    []elf.Prog64
	Sections []elf.Section64
	// Dynamic has every slot of PT_DYNAMIC, those behind the first DT_NULL too.
	Dynamic []elf.Dyn64
	// SectionsError says why Sections is empty although the header names a table; the file may well run.
	SectionsError error

	form
	body *Rope
}

// form is how numbers stand in a file.
type form struct {
	class elf.Class
	order binary.ByteOrder
}

// Parse reads the tables of the file of size bytes in r. Errors are ErrNotELF, a *FormatError, or r's.
func Parse(r io.ReaderAt, size int64) (*Image, error) {
	return ParseRope(NewRope(r, size))
}

// ParseRope is Parse for a rope.
func ParseRope(body *Rope) (*Image, error) {
	m := &Image{body: body}
	if err := m.parseHeader(); err != nil {
		return nil, err
	}
	if err := m.parseProgs(); err != nil {
		return nil, err
	}
	if m.SectionsError = m.parseSections(); m.SectionsError != nil {
		var format *FormatError
		if !errors.As(m.SectionsError, &format) {
			return nil, m.SectionsError
		}
		m.Sections = nil
	}
	if m.DebugFile() {
		return m, nil // its .dynamic is not in it either
	}
	return m, m.parseDynamic()
}

func (m *Image) parseHeader() error {
	ident, err := m.Bytes(0, elf.EI_NIDENT)
	if err != nil || string(ident[:4]) != elf.ELFMAG {
		return notELF(err)
	}
	if err := m.parseIdent(ident); err != nil {
		return err
	}
	b, err := m.Bytes(0, m.headerSize())
	if err != nil {
		return err
	}
	m.Header = m.decodeHeader(b)
	if m.Header.Version != uint32(elf.EV_CURRENT) {
		return bad(20, "ELF version %d", m.Header.Version)
	}
	return nil
}

func notELF(err error) error {
	var format *FormatError
	if err == nil || errors.As(err, &format) {
		return ErrNotELF
	}
	return err
}

func (m *Image) parseIdent(ident []byte) error {
	switch m.class = elf.Class(ident[elf.EI_CLASS]); m.class {
	case elf.ELFCLASS32, elf.ELFCLASS64:
	default:
		return bad(elf.EI_CLASS, "unknown ELF class %d", ident[elf.EI_CLASS])
	}
	switch elf.Data(ident[elf.EI_DATA]) {
	case elf.ELFDATA2LSB:
		m.order = binary.LittleEndian
	case elf.ELFDATA2MSB:
		m.order = binary.BigEndian
	default:
		return bad(elf.EI_DATA, "unknown byte order %d", ident[elf.EI_DATA])
	}
	if ident[elf.EI_VERSION] != byte(elf.EV_CURRENT) {
		return bad(elf.EI_VERSION, "unknown ELF version %d", ident[elf.EI_VERSION])
	}
	return nil
}

func (m *Image) parseProgs() error {
	h := &m.Header
	if h.Phnum == 0 {
		return nil
	}
	if h.Phentsize != m.progSize() {
		return bad(h.Phoff, "program headers of %d bytes each, not %d", h.Phentsize, m.progSize())
	}
	if h.Phnum > maxProgs {
		return bad(h.Phoff, "%d program headers, more than Linux takes", h.Phnum)
	}
	b, err := m.Bytes(h.Phoff, uint64(h.Phnum)*uint64(h.Phentsize))
	if err != nil {
		return bad(h.Phoff, "the program headers are outside the file")
	}
	m.Progs = decodeAll(b, int(h.Phentsize), m.decodeProg)
	return nil
}

// parseSections reads the section header table; its number of entries stands in the first of them
// where e_shnum cannot hold it (gABI chapter 4, "Number of section headers").
func (m *Image) parseSections() error {
	h := &m.Header
	if h.Shoff == 0 {
		return nil
	}
	if h.Shentsize != m.sectionSize() {
		return bad(h.Shoff, "section headers of %d bytes each, not %d", h.Shentsize, m.sectionSize())
	}
	first, err := m.Bytes(h.Shoff, uint64(h.Shentsize))
	if err != nil {
		return outside(err, h.Shoff, "the section headers are outside the file")
	}
	n := uint64(h.Shnum)
	if n == 0 {
		n = m.decodeSection(first).Size
	}
	if n == 0 {
		return bad(h.Shoff, "a table of no section headers")
	}
	if n > maxSections {
		return bad(h.Shoff, "%d section headers", n)
	}
	b, err := m.Bytes(h.Shoff, n*uint64(h.Shentsize))
	if err != nil {
		return outside(err, h.Shoff, "the section headers are outside the file")
	}
	m.Sections = decodeAll(b, int(h.Shentsize), m.decodeSection)
	return nil
}

func outside(err error, off uint64, what string) error {
	var format *FormatError
	if errors.As(err, &format) {
		return bad(off, "%s", what)
	}
	return err
}

func (m *Image) parseDynamic() error {
	p, err := m.one(elf.PT_DYNAMIC)
	if p == nil || err != nil {
		return err
	}
	if p.Filesz/uint64(m.dynSize()) > maxDynamic {
		return bad(p.Off, "a .dynamic of %d bytes", p.Filesz)
	}
	if off, err := m.Offset(p.Vaddr, p.Filesz); err != nil || off != p.Off {
		return bad(p.Off, "PT_DYNAMIC's offset and address do not fit each other")
	}
	b, err := m.Bytes(p.Off, p.Filesz-p.Filesz%uint64(m.dynSize()))
	if err != nil {
		return outside(err, p.Off, "PT_DYNAMIC is outside the file")
	}
	m.Dynamic = decodeAll(b, int(m.dynSize()), m.decodeDyn)
	return nil
}

// one gives the program header of a type of which a file may have one, or nil.
func (m *Image) one(typ elf.ProgType) (*elf.Prog64, error) {
	i := m.FindProg(typ)
	if i < 0 {
		return nil, nil
	}
	for j := i + 1; j < len(m.Progs); j++ {
		if m.Progs[j].Type == uint32(typ) {
			return nil, bad(m.Header.Phoff, "more than one %v", typ)
		}
	}
	return &m.Progs[i], nil
}

// FindProg gives the index of the first program header of a type, or -1.
func (m *Image) FindProg(typ elf.ProgType) int {
	for i := range m.Progs {
		if m.Progs[i].Type == uint32(typ) {
			return i
		}
	}
	return -1
}

// Class, Order, Size and Body of the file.
func (m *Image) Class() elf.Class { return m.class }

// Order is the file's byte order.
func (m *Image) Order() binary.ByteOrder { return m.order }

// Size of the file in bytes.
func (m *Image) Size() int64 { return m.body.Size() }

// Body is the file as it was parsed.
func (m *Image) Body() *Rope { return m.body }

// Machine is e_machine.
func (m *Image) Machine() elf.Machine { return elf.Machine(m.Header.Machine) }

// Type is e_type.
func (m *Image) Type() elf.Type { return elf.Type(m.Header.Type) }
