package elfimg

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
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

// read decodes b, which is as long as T is, into a structure of debug/elf.
func read[T any](f form, b []byte) T {
	var v T
	if _, err := binary.Decode(b, f.order, &v); err != nil {
		panic("elfimg: bug: " + err.Error()) // the caller gave too few bytes
	}
	return v
}

func decodeAll[T any](b []byte, size int, decode func([]byte) T) []T {
	list := make([]T, 0, len(b)/size)
	for ; len(b) >= size; b = b[size:] {
		list = append(list, decode(b[:size]))
	}
	return list
}

func (f form) decodeHeader(b []byte) elf.Header64 {
	if f.class == elf.ELFCLASS64 {
		return read[elf.Header64](f, b)
	}
	h := read[elf.Header32](f, b)
	return elf.Header64{Ident: h.Ident, Type: h.Type, Machine: h.Machine, Version: h.Version,
		Entry: uint64(h.Entry), Phoff: uint64(h.Phoff), Shoff: uint64(h.Shoff), Flags: h.Flags,
		Ehsize: h.Ehsize, Phentsize: h.Phentsize, Phnum: h.Phnum,
		Shentsize: h.Shentsize, Shnum: h.Shnum, Shstrndx: h.Shstrndx}
}

func (f form) decodeProg(b []byte) elf.Prog64 {
	if f.class == elf.ELFCLASS64 {
		return read[elf.Prog64](f, b)
	}
	p := read[elf.Prog32](f, b)
	return elf.Prog64{Type: p.Type, Flags: p.Flags, Off: uint64(p.Off), Vaddr: uint64(p.Vaddr),
		Paddr: uint64(p.Paddr), Filesz: uint64(p.Filesz), Memsz: uint64(p.Memsz), Align: uint64(p.Align)}
}

func (f form) decodeSection(b []byte) elf.Section64 {
	if f.class == elf.ELFCLASS64 {
		return read[elf.Section64](f, b)
	}
	s := read[elf.Section32](f, b)
	return elf.Section64{Name: s.Name, Type: s.Type, Flags: uint64(s.Flags), Addr: uint64(s.Addr),
		Off: uint64(s.Off), Size: uint64(s.Size), Link: s.Link, Info: s.Info,
		Addralign: uint64(s.Addralign), Entsize: uint64(s.Entsize)}
}

func (f form) decodeDyn(b []byte) elf.Dyn64 {
	if f.class == elf.ELFCLASS64 {
		return read[elf.Dyn64](f, b)
	}
	d := read[elf.Dyn32](f, b)
	return elf.Dyn64{Tag: int64(d.Tag), Val: uint64(d.Val)}
}

// DecodeSyms gives the symbols in b, the bytes of a symbol table.
func (f form) DecodeSyms(b []byte) []elf.Sym64 {
	return decodeAll(b, int(f.symSize()), func(b []byte) elf.Sym64 {
		if f.class == elf.ELFCLASS64 {
			return read[elf.Sym64](f, b)
		}
		s := read[elf.Sym32](f, b)
		return elf.Sym64{Name: s.Name, Info: s.Info, Other: s.Other, Shndx: s.Shndx,
			Value: uint64(s.Value), Size: uint64(s.Size)}
	})
}

// writer appends structures in a file's form, and remembers the first number that does not fit.
type writer struct {
	form
	bytes.Buffer
	err error
}

func (w *writer) put(v any) {
	if err := binary.Write(&w.Buffer, w.order, v); err != nil {
		panic("elfimg: bug: " + err.Error()) // all structures have a fixed size
	}
}

// half narrows a number for a 32-bit file.
func (w *writer) half(v uint64) uint32 {
	if v > 0xffffffff && w.err == nil {
		w.err = fmt.Errorf("elfimg: %#x does not fit into a 32-bit file", v)
	}
	return uint32(v)
}

func (w *writer) header(h *elf.Header64) {
	if w.class == elf.ELFCLASS64 {
		w.put(h)
		return
	}
	w.put(&elf.Header32{Ident: h.Ident, Type: h.Type, Machine: h.Machine, Version: h.Version,
		Entry: w.half(h.Entry), Phoff: w.half(h.Phoff), Shoff: w.half(h.Shoff), Flags: h.Flags,
		Ehsize: h.Ehsize, Phentsize: h.Phentsize, Phnum: h.Phnum,
		Shentsize: h.Shentsize, Shnum: h.Shnum, Shstrndx: h.Shstrndx})
}

func (w *writer) prog(p *elf.Prog64) {
	if w.class == elf.ELFCLASS64 {
		w.put(p)
		return
	}
	w.put(&elf.Prog32{Type: p.Type, Off: w.half(p.Off), Vaddr: w.half(p.Vaddr), Paddr: w.half(p.Paddr),
		Filesz: w.half(p.Filesz), Memsz: w.half(p.Memsz), Flags: p.Flags, Align: w.half(p.Align)})
}

func (w *writer) section(s *elf.Section64) {
	if w.class == elf.ELFCLASS64 {
		w.put(s)
		return
	}
	w.put(&elf.Section32{Name: s.Name, Type: s.Type, Flags: w.half(s.Flags), Addr: w.half(s.Addr),
		Off: w.half(s.Off), Size: w.half(s.Size), Link: s.Link, Info: s.Info,
		Addralign: w.half(s.Addralign), Entsize: w.half(s.Entsize)})
}

func (w *writer) dyn(d *elf.Dyn64) {
	if w.class == elf.ELFCLASS64 {
		w.put(d)
		return
	}
	if int64(int32(d.Tag)) != d.Tag && w.err == nil {
		w.err = fmt.Errorf("elfimg: the tag %#x does not fit into a 32-bit file", d.Tag)
	}
	w.put(&elf.Dyn32{Tag: int32(d.Tag), Val: w.half(d.Val)})
}

func (w *writer) sym(s *elf.Sym64) {
	if w.class == elf.ELFCLASS64 {
		w.put(s)
		return
	}
	w.put(&elf.Sym32{Name: s.Name, Value: w.half(s.Value), Size: w.half(s.Size),
		Info: s.Info, Other: s.Other, Shndx: s.Shndx})
}
