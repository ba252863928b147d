// Package fakeelf makes small dynamic executables, for tests that want both classes, both byte orders
// and any table, without a compiler. They cannot be run: their code is zeros.
package fakeelf

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
)

// Program says what the file has. The zero value is a 64-bit little-endian x86_64 PIE without PT_INTERP,
// symbols and section headers.
type Program struct {
	Class    elf.Class   // ELFCLASS64 if 0
	Data     elf.Data    // ELFDATA2LSB if 0
	Machine  elf.Machine // EM_X86_64 if 0
	Type     elf.Type    // ET_DYN if 0
	Interp   string      // PT_INTERP
	Needed   []string
	Soname   string
	Runpath  string
	Rpath    string
	Debug    bool // DT_DEBUG
	Spare    int  // DT_NULL behind the first
	More     []elf.Dyn64
	NoStack  bool   // no PT_GNU_STACK
	NoPhdr   bool   // no PT_PHDR, as libraries
	Notes    bool   // .note.gnu.build-id and its PT_NOTE
	Sections bool   // section headers
	Symbols  bool   // .symtab; asks for Sections
	Comment  string // more of .comment
	Payload  []byte
}

// section is a section in the making; its place is known once it is put.
type section struct {
	elf.Section64
	name string
	body []byte
}

type builder struct {
	Program
	order binary.ByteOrder
	buf   bytes.Buffer
	base  uint64 // address of offset 0
	list  []*section
	progs []elf.Prog64
}

// Bytes gives the file.
func (p Program) Bytes() []byte {
	b := &builder{Program: p, order: binary.LittleEndian}
	if b.Class == 0 {
		b.Class = elf.ELFCLASS64
	}
	if b.Data == 0 {
		b.Data = elf.ELFDATA2LSB
	}
	if b.Data == elf.ELFDATA2MSB {
		b.order = binary.BigEndian
	}
	if b.Machine == 0 {
		b.Machine = elf.EM_X86_64
	}
	if b.Type == 0 {
		b.Type = elf.ET_DYN
	}
	if b.Type == elf.ET_EXEC {
		b.base = 0x400000
	}
	return b.build()
}

func (b *builder) is64() bool { return b.Class == elf.ELFCLASS64 }

func (b *builder) pick(in32, in64 int) int {
	if b.is64() {
		return in64
	}
	return in32
}

// structure gives v, of debug/elf, as it stands in a file.
func (b *builder) structure(v any) []byte {
	var w bytes.Buffer
	if err := binary.Write(&w, b.order, v); err != nil {
		panic(err)
	}
	return w.Bytes()
}

// put appends a section's bytes, at an address that is delta above its offset.
func (b *builder) put(s *section, align, delta uint64) *section {
	for uint64(b.buf.Len())%align != 0 {
		b.buf.WriteByte(0)
	}
	s.Off, s.Addralign, s.Size = uint64(b.buf.Len()), align, uint64(len(s.body))
	if s.Flags&uint64(elf.SHF_ALLOC) != 0 {
		s.Addr = s.Off + b.base + delta
	}
	b.buf.Write(s.body)
	b.list = append(b.list, s)
	return s
}

func (b *builder) prog(typ elf.ProgType, flags elf.ProgFlag, s *section, align uint64) {
	b.progs = append(b.progs, elf.Prog64{Type: uint32(typ), Flags: uint32(flags), Off: s.Off, Vaddr: s.Addr, Paddr: s.Addr, Filesz: s.Size, Memsz: s.Size, Align: align})
}

const page = 0x1000

func (b *builder) build() []byte {
	b.list = []*section{{}}
	b.buf.Write(make([]byte, b.pick(52+32*b.count(), 64+56*b.count())))
	size := uint64(b.buf.Len())
	alloc := uint64(elf.SHF_ALLOC)
	var interp, note *section
	if b.Interp != "" {
		interp = b.put(&section{elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: alloc}, ".interp", []byte(b.Interp + "\x00")}, 1, 0)
	}
	if b.Notes {
		body := append(b.structure([]uint32{4, 20, 3}), "GNU\x00...................."...)
		note = b.put(&section{elf.Section64{Type: uint32(elf.SHT_NOTE), Flags: alloc}, ".note.gnu.build-id", body}, 4, 0)
	}
	dynsym := b.put(&section{elf.Section64{Type: uint32(elf.SHT_DYNSYM), Flags: alloc, Info: 1, Entsize: uint64(b.pick(16, 24))}, ".dynsym", make([]byte, b.pick(16, 24))}, 8, 0)
	names, dyn := b.dynamic()
	dynstr := b.put(&section{elf.Section64{Type: uint32(elf.SHT_STRTAB), Flags: alloc}, ".dynstr", []byte(names)}, 1, 0)
	dynsym.Link = uint32(len(b.list) - 1)
	head := &section{elf.Section64{Addr: b.base, Size: uint64(b.buf.Len())}, "", nil}
	text := b.put(&section{elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: alloc | uint64(elf.SHF_EXECINSTR)}, ".text", make([]byte, 32)}, 16, page)
	for i := range dyn {
		switch elf.DynTag(dyn[i].Tag) {
		case elf.DT_STRTAB:
			dyn[i].Val = dynstr.Addr
		case elf.DT_SYMTAB:
			dyn[i].Val = dynsym.Addr
		}
	}
	dynamic := b.put(&section{elf.Section64{Type: uint32(elf.SHT_DYNAMIC), Flags: alloc | uint64(elf.SHF_WRITE), Link: dynsym.Link, Entsize: uint64(b.pick(8, 16))}, ".dynamic", b.dyns(dyn)}, 8, 2*page)
	data := b.put(&section{elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: alloc | uint64(elf.SHF_WRITE)}, ".data", []byte("data")}, 4, 2*page)
	b.list = append(b.list, &section{elf.Section64{Type: uint32(elf.SHT_NOBITS), Flags: alloc | uint64(elf.SHF_WRITE), Addr: data.Addr + 4, Off: data.Off + 4, Size: 64, Addralign: 4}, ".bss", nil})

	if !b.NoPhdr {
		b.prog(elf.PT_PHDR, elf.PF_R, &section{elf.Section64{Off: uint64(b.pick(52, 64)), Addr: b.base + uint64(b.pick(52, 64)), Size: size - uint64(b.pick(52, 64))}, "", nil}, 8)
	}
	if interp != nil {
		b.prog(elf.PT_INTERP, elf.PF_R, interp, 1)
	}
	b.prog(elf.PT_LOAD, elf.PF_R, head, page)
	b.prog(elf.PT_LOAD, elf.PF_R|elf.PF_X, text, page)
	b.prog(elf.PT_LOAD, elf.PF_R|elf.PF_W, dynamic, page)
	b.progs[len(b.progs)-1].Filesz = data.Off + 4 - dynamic.Off
	b.progs[len(b.progs)-1].Memsz = data.Off + 68 - dynamic.Off
	b.prog(elf.PT_DYNAMIC, elf.PF_R|elf.PF_W, dynamic, 8)
	if note != nil {
		b.prog(elf.PT_NOTE, elf.PF_R, note, 4)
	}
	if !b.NoStack {
		b.prog(elf.PT_GNU_STACK, elf.PF_R|elf.PF_W, &section{}, 16)
	}
	return b.finish(text.Addr)
}

// count is how many program headers there will be.
func (b *builder) count() int {
	n := 6
	for _, more := range []bool{b.Interp != "", b.Notes} {
		if more {
			n++
		}
	}
	for _, less := range []bool{b.NoStack, b.NoPhdr} {
		if less {
			n--
		}
	}
	return n
}

// dynamic gives .dynstr and the entries, whose addresses are still missing.
func (b *builder) dynamic() (string, []elf.Dyn64) {
	names := "\x00"
	var dyn []elf.Dyn64
	text := func(tag elf.DynTag, s string) {
		if s != "" {
			dyn = append(dyn, elf.Dyn64{Tag: int64(tag), Val: uint64(len(names))})
			names += s + "\x00"
		}
	}
	for _, n := range b.Needed {
		text(elf.DT_NEEDED, n)
	}
	text(elf.DT_SONAME, b.Soname)
	text(elf.DT_RPATH, b.Rpath)
	text(elf.DT_RUNPATH, b.Runpath)
	for _, tag := range []elf.DynTag{elf.DT_STRTAB, elf.DT_SYMTAB} {
		dyn = append(dyn, elf.Dyn64{Tag: int64(tag)})
	}
	dyn = append(dyn, elf.Dyn64{Tag: int64(elf.DT_STRSZ), Val: uint64(len(names))}, elf.Dyn64{Tag: int64(elf.DT_SYMENT), Val: uint64(b.pick(16, 24))})
	if b.Debug {
		dyn = append(dyn, elf.Dyn64{Tag: int64(elf.DT_DEBUG)})
	}
	dyn = append(dyn, b.More...)
	return names, append(dyn, make([]elf.Dyn64, 1+b.Spare)...)
}

func (b *builder) dyns(list []elf.Dyn64) []byte {
	if b.is64() {
		return b.structure(list)
	}
	var narrow []elf.Dyn32
	for _, d := range list {
		narrow = append(narrow, elf.Dyn32{Tag: int32(d.Tag), Val: uint32(d.Val)})
	}
	return b.structure(narrow)
}

// finish appends the tables for tools and fills in the headers.
func (b *builder) finish(entry uint64) []byte {
	h := elf.Header64{Type: uint16(b.Type), Machine: uint16(b.Machine), Version: 1, Entry: entry, Phoff: uint64(b.pick(52, 64)),
		Ehsize: uint16(b.pick(52, 64)), Phentsize: uint16(b.pick(32, 56)), Phnum: uint16(len(b.progs)), Shentsize: uint16(b.pick(40, 64))}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION] = byte(b.Class), byte(b.Data), 1
	if b.Sections {
		b.tail(&h)
	}
	b.buf.Write(b.Payload)
	out := b.buf.Bytes()
	at := copy(out, b.header(h))
	for _, p := range b.progs {
		at += copy(out[at:], b.program(p))
	}
	return out
}

func (b *builder) tail(h *elf.Header64) {
	b.put(&section{elf.Section64{Type: uint32(elf.SHT_PROGBITS)}, ".comment", []byte("GCC: (none) 1.0\x00" + b.Comment)}, 1, 0)
	if b.Symbols {
		b.put(&section{elf.Section64{Type: uint32(elf.SHT_SYMTAB), Link: uint32(len(b.list) + 1), Info: 1, Entsize: uint64(b.pick(16, 24))}, ".symtab", make([]byte, 2*b.pick(16, 24))}, 8, 0)
		b.put(&section{elf.Section64{Type: uint32(elf.SHT_STRTAB)}, ".strtab", []byte("\x00main\x00")}, 1, 0)
	}
	names := &section{elf.Section64{Type: uint32(elf.SHT_STRTAB)}, ".shstrtab", nil}
	var text strings.Builder
	for _, s := range append(b.list[:len(b.list):len(b.list)], names) {
		s.Name = uint32(text.Len())
		text.WriteString(s.name + "\x00")
	}
	names.body = []byte(text.String())
	b.put(names, 1, 0)
	for b.buf.Len()%8 != 0 {
		b.buf.WriteByte(0)
	}
	h.Shoff, h.Shnum, h.Shstrndx = uint64(b.buf.Len()), uint16(len(b.list)), uint16(len(b.list)-1)
	for _, s := range b.list {
		b.buf.Write(b.header(s.Section64))
	}
}

// header gives one of debug/elf's 64-bit structures, narrowed for a 32-bit file.
func (b *builder) header(v any) []byte {
	if b.is64() {
		return b.structure(v)
	}
	switch v := v.(type) {
	case elf.Header64:
		return b.structure(elf.Header32{Ident: v.Ident, Type: v.Type, Machine: v.Machine, Version: v.Version, Entry: uint32(v.Entry),
			Phoff: uint32(v.Phoff), Shoff: uint32(v.Shoff), Flags: v.Flags, Ehsize: v.Ehsize, Phentsize: v.Phentsize, Phnum: v.Phnum,
			Shentsize: v.Shentsize, Shnum: v.Shnum, Shstrndx: v.Shstrndx})
	case elf.Section64:
		return b.structure(elf.Section32{Name: v.Name, Type: v.Type, Flags: uint32(v.Flags), Addr: uint32(v.Addr), Off: uint32(v.Off),
			Size: uint32(v.Size), Link: v.Link, Info: v.Info, Addralign: uint32(v.Addralign), Entsize: uint32(v.Entsize)})
	}
	panic("fakeelf: no such structure")
}

func (b *builder) program(p elf.Prog64) []byte {
	if b.is64() {
		return b.structure(p)
	}
	return b.structure(elf.Prog32{Type: p.Type, Off: uint32(p.Off), Vaddr: uint32(p.Vaddr), Paddr: uint32(p.Paddr),
		Filesz: uint32(p.Filesz), Memsz: uint32(p.Memsz), Flags: p.Flags, Align: uint32(p.Align)})
}

// Every gives p in each class and byte order, with names for subtests.
func Every(p Program) map[string]Program {
	all := map[string]Program{}
	for class, bits := range map[elf.Class]string{elf.ELFCLASS32: "32", elf.ELFCLASS64: "64"} {
		for data, order := range map[elf.Data]string{elf.ELFDATA2LSB: "little", elf.ELFDATA2MSB: "big"} {
			q := p
			q.Class, q.Data = class, data
			all[bits+"-bit "+order+"-endian"] = q
		}
	}
	return all
}
