package elfimg

import (
	"debug/elf"
	"fmt"
)

// Sizes of the structures, in bytes (gABI chapters 4 and 5).
func (f form) headerSize() uint64  { return uint64(f.pick(52, 64)) }
func (f form) progSize() uint16    { return f.pick(32, 56) }
func (f form) sectionSize() uint16 { return f.pick(40, 64) }
func (f form) dynSize() uint16     { return f.pick(8, 16) }
func (f form) symSize() uint16     { return f.pick(16, 24) }

func (f form) pick(in32, in64 uint16) uint16 {
	if f.class == elf.ELFCLASS32 {
		return in32
	}
	return in64
}

// reader takes numbers off the front of a structure that is long enough.
type reader struct {
	form
	b []byte
}

func (r *reader) u16() uint16 {
	v := r.order.Uint16(r.b)
	r.b = r.b[2:]
	return v
}

func (r *reader) u32() uint32 {
	v := r.order.Uint32(r.b)
	r.b = r.b[4:]
	return v
}

// word is a number of the file's class: 4 or 8 bytes.
func (r *reader) word() uint64 {
	if r.class == elf.ELFCLASS32 {
		return uint64(r.u32())
	}
	v := r.order.Uint64(r.b)
	r.b = r.b[8:]
	return v
}

func decodeAll[T any](b []byte, size int, decode func([]byte) T) []T {
	list := make([]T, 0, len(b)/size)
	for ; len(b) >= size; b = b[size:] {
		list = append(list, decode(b[:size]))
	}
	return list
}

func (f form) decodeHeader(b []byte) (h elf.Header64) {
	copy(h.Ident[:], b)
	r := reader{f, b[elf.EI_NIDENT:]}
	h.Type, h.Machine, h.Version = r.u16(), r.u16(), r.u32()
	h.Entry, h.Phoff, h.Shoff = r.word(), r.word(), r.word()
	h.Flags, h.Ehsize, h.Phentsize, h.Phnum = r.u32(), r.u16(), r.u16(), r.u16()
	h.Shentsize, h.Shnum, h.Shstrndx = r.u16(), r.u16(), r.u16()
	return h
}

func (f form) decodeProg(b []byte) (p elf.Prog64) {
	r := reader{f, b}
	p.Type = r.u32()
	if f.class == elf.ELFCLASS64 {
		p.Flags = r.u32()
	}
	p.Off, p.Vaddr, p.Paddr, p.Filesz, p.Memsz = r.word(), r.word(), r.word(), r.word(), r.word()
	if f.class == elf.ELFCLASS32 {
		p.Flags = r.u32()
	}
	p.Align = r.word()
	return p
}

func (f form) decodeSection(b []byte) (s elf.Section64) {
	r := reader{f, b}
	s.Name, s.Type = r.u32(), r.u32()
	s.Flags, s.Addr, s.Off, s.Size = r.word(), r.word(), r.word(), r.word()
	s.Link, s.Info = r.u32(), r.u32()
	s.Addralign, s.Entsize = r.word(), r.word()
	return s
}

func (f form) decodeDyn(b []byte) (d elf.Dyn64) {
	r := reader{f, b}
	d.Tag, d.Val = int64(r.word()), r.word()
	if f.class == elf.ELFCLASS32 {
		d.Tag = int64(int32(d.Tag))
	}
	return d
}

func (f form) decodeSym(b []byte) (s elf.Sym64) {
	r := reader{f, b}
	s.Name = r.u32()
	if f.class == elf.ELFCLASS32 {
		s.Value, s.Size = r.word(), r.word()
	}
	s.Info, s.Other = r.b[0], r.b[1]
	r.b = r.b[2:]
	s.Shndx = r.u16()
	if f.class == elf.ELFCLASS64 {
		s.Value, s.Size = r.word(), r.word()
	}
	return s
}

// DecodeSyms gives the symbols in b, the bytes of a symbol table.
func (f form) DecodeSyms(b []byte) []elf.Sym64 {
	return decodeAll(b, int(f.symSize()), f.decodeSym)
}

// writer appends structures in a file's form, and remembers the first number that does not fit.
type writer struct {
	form
	b   []byte
	err error
}

func (w *writer) u16(list ...uint16) {
	for _, v := range list {
		w.b = append(w.b, 0, 0)
		w.order.PutUint16(w.b[len(w.b)-2:], v)
	}
}

func (w *writer) u32(list ...uint32) {
	for _, v := range list {
		w.b = append(w.b, 0, 0, 0, 0)
		w.order.PutUint32(w.b[len(w.b)-4:], v)
	}
}

// word appends numbers of the file's class.
func (w *writer) word(list ...uint64) {
	for _, v := range list {
		if w.class == elf.ELFCLASS64 {
			w.b = append(w.b, 0, 0, 0, 0, 0, 0, 0, 0)
			w.order.PutUint64(w.b[len(w.b)-8:], v)
			continue
		}
		if v > 0xffffffff && w.err == nil {
			w.err = fmt.Errorf("elfimg: %#x does not fit into a 32-bit file", v)
		}
		w.u32(uint32(v))
	}
}

func (w *writer) header(h *elf.Header64) {
	w.b = append(w.b, h.Ident[:]...)
	w.u16(h.Type, h.Machine)
	w.u32(h.Version)
	w.word(h.Entry, h.Phoff, h.Shoff)
	w.u32(h.Flags)
	w.u16(h.Ehsize, h.Phentsize, h.Phnum, h.Shentsize, h.Shnum, h.Shstrndx)
}

func (w *writer) prog(p *elf.Prog64) {
	w.u32(p.Type)
	if w.class == elf.ELFCLASS64 {
		w.u32(p.Flags)
	}
	w.word(p.Off, p.Vaddr, p.Paddr, p.Filesz, p.Memsz)
	if w.class == elf.ELFCLASS32 {
		w.u32(p.Flags)
	}
	w.word(p.Align)
}

func (w *writer) section(s *elf.Section64) {
	w.u32(s.Name, s.Type)
	w.word(s.Flags, s.Addr, s.Off, s.Size)
	w.u32(s.Link, s.Info)
	w.word(s.Addralign, s.Entsize)
}

func (w *writer) dyn(d *elf.Dyn64) {
	tag := uint64(d.Tag)
	if w.class == elf.ELFCLASS32 && d.Tag < 0 && int64(int32(d.Tag)) == d.Tag {
		tag = uint64(uint32(d.Tag))
	}
	w.word(tag, d.Val)
}

func (w *writer) sym(s *elf.Sym64) {
	w.u32(s.Name)
	if w.class == elf.ELFCLASS32 {
		w.word(s.Value, s.Size)
	}
	w.b = append(w.b, s.Info, s.Other)
	w.u16(s.Shndx)
	if w.class == elf.ELFCLASS64 {
		w.word(s.Value, s.Size)
	}
}
