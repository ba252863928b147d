package patcher

import (
	"debug/elf"
	"slices"

	"relinterp/internal/elfimg"
)

// sectionEditor makes the section headers tell the truth about the new file.
type sectionEditor struct {
	*draft
	names  []string
	extra  map[int][]byte // what sections get at their end
	places map[int]func() uint64
}

// editSections is the last step: with it all insertions are known.
func (d *draft) editSections() error {
	if len(d.old.Sections) == 0 {
		if d.old.SectionsError != nil {
			d.dropSections(d.old.SectionsError)
		}
		return nil
	}
	names, err := d.old.SectionNames()
	if err != nil {
		d.dropSections(err)
		return nil
	}
	e := &sectionEditor{draft: d, names: names, extra: map[int][]byte{}, places: map[int]func() uint64{}}
	if d.fixed {
		return e.replaceInterp()
	}
	ours := e.ownSection()
	e.shiftSections()
	e.moveDynstr()
	if d.code != nil {
		e.addSymbol(ours)
	}
	if err := e.sectionSymbols(); err != nil {
		return err
	}
	if err := e.growTables(); err != nil {
		return err
	}
	return e.settle()
}

// dropSections takes away section headers that cannot be read: after the insertion they would be
// other nonsense.
func (d *draft) dropSections(why error) {
	d.note("its section headers cannot be read (%v): it has none from now on", why)
	d.new.Sections = nil
	h := &d.new.Header
	h.Shoff, h.Shnum, h.Shstrndx = 0, 0, 0
}

// name gives the offset of a section's name, which is added to the names.
func (e *sectionEditor) name(text string) uint32 {
	i := e.old.NamesIndex()
	return e.text(i, text)
}

// text adds a string to a section of strings, and gives its offset.
func (e *sectionEditor) text(i int, text string) uint32 {
	off := uint32(e.old.Sections[i].Size) + uint32(len(e.extra[i]))
	e.extra[i] = append(append(e.extra[i], text...), 0)
	e.count("names of sections and symbol", len(text)+1)
	return off
}

// add appends a section header and gives its index.
func (e *sectionEditor) add(s elf.Section64) int {
	e.new.Sections = append(e.new.Sections, s)
	e.count("section headers", int(e.old.SectionSize()))
	return len(e.new.Sections) - 1
}

// replaceInterp is for a file in which no table can grow: the new segment gets .interp's section header
// and no name, since there is no room for one.
func (e *sectionEditor) replaceInterp() error {
	if i := slices.Index(e.names, interpName); i >= 0 {
		e.new.Sections[i] = elf.Section64{Name: e.new.Sections[0].Name, Type: uint32(elf.SHT_PROGBITS),
			Flags: uint64(elf.SHF_ALLOC | elf.SHF_EXECINSTR), Addr: e.addr, Off: e.segOff, Size: e.own, Addralign: paramsAlign}
	}
	e.moveDynstr()
	return nil
}

// ownSection gives the new segment a section, since strip and objcopy drop what has none. .interp, which
// debuggers would believe, loses the dot of its name; it stays the first in the table, since patchelf makes room
// for program headers by moving away those that it finds there.
func (e *sectionEditor) ownSection() int {
	s := elf.Section64{Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC),
		Addr: e.addr, Off: e.segOff, Size: e.own, Addralign: paramsAlign}
	s.Name = e.name(sectionName)
	if e.code == nil {
		return e.add(s)
	}
	s.Flags |= uint64(elf.SHF_EXECINSTR)
	if i := slices.Index(e.names, interpName); i >= 0 {
		e.new.Sections[i].Name++
	}
	return e.add(s)
}

// dynstrIndex is the index of the section that DT_STRTAB means, or -1.
func (e *sectionEditor) dynstrIndex() int {
	addr, _ := e.old.DynValue(elf.DT_STRTAB)
	return slices.IndexFunc(e.old.Sections, func(s elf.Section64) bool {
		return s.Type == uint32(elf.SHT_STRTAB) && s.Flags&uint64(elf.SHF_ALLOC) != 0 && s.Addr == addr
	})
}

func (e *sectionEditor) moveDynstr() {
	if i := e.dynstrIndex(); i >= 0 && e.addition != "" {
		s := &e.new.Sections[i]
		s.Addr, s.Off, s.Size = e.addr+e.strAt, e.segOff+e.strAt, e.strSize+uint64(len(e.addition))
		s.Addralign = e.strAlign
	}
	was, now := e.old.Progs[e.old.FindProg(elf.PT_DYNAMIC)], e.new.Progs[e.new.FindProg(elf.PT_DYNAMIC)]
	for i := range e.new.Sections {
		if s := &e.new.Sections[i]; s.Type == uint32(elf.SHT_DYNAMIC) && s.Addr == was.Vaddr && was != now {
			s.Addr, s.Off, s.Size = now.Vaddr, now.Off, now.Filesz
		}
	}
	for i := range e.new.Sections { // those that tail.begin could not get out of the way
		if s := &e.new.Sections[i]; s.Type == uint32(elf.SHT_NOBITS) && s.Flags&uint64(elf.SHF_ALLOC) != 0 && s.Off >= e.segOff {
			s.Off = e.tail.start
		}
	}
}

// addSymbol adds _dl_debug_state to the symbols, and makes a table of symbols for it where a program
// was stripped.
func (e *sectionEditor) addSymbol(ours int) {
	if ours >= int(elf.SHN_LORESERVE) {
		return
	}
	symbol := elf.Sym64{Info: elf.ST_INFO(elf.STB_GLOBAL, elf.STT_FUNC), Shndx: uint16(ours), Value: e.addr + e.debugState}
	i := slices.IndexFunc(e.old.Sections, func(s elf.Section64) bool { return s.Type == uint32(elf.SHT_SYMTAB) })
	if i < 0 {
		e.makeSymtab(symbol)
		return
	}
	s := e.old.Sections[i]
	if s.Entsize != e.old.SymSize() || s.Link == 0 || int(s.Link) >= len(e.old.Sections) || s.Size == 0 || s.Flags&uint64(elf.SHF_ALLOC) != 0 ||
		e.old.Sections[s.Link].Type != uint32(elf.SHT_STRTAB) || e.old.Sections[s.Link].Flags&uint64(elf.SHF_ALLOC) != 0 ||
		slices.ContainsFunc(e.old.Sections, func(x elf.Section64) bool { return x.Type == uint32(elf.SHT_SYMTAB_SHNDX) }) {
		e.note("its symbol table is unusual: no %s for debuggers", symbolName)
		return
	}
	symbol.Name = e.text(int(s.Link), symbolName)
	e.extra[i], _ = e.old.EncodeSyms(symbol)
	e.count("symbol", len(e.extra[i]))
}

// makeSymtab makes a table of symbols, which has its names among those of the sections.
func (e *sectionEditor) makeSymtab(symbol elf.Sym64) {
	names := e.old.NamesIndex()
	symbol.Name = e.text(names, symbolName)
	syms, _ := e.old.EncodeSyms(elf.Sym64{}, symbol)
	e.count("symbol", len(syms))
	i := e.add(elf.Section64{Name: e.name(".symtab"), Type: uint32(elf.SHT_SYMTAB), Size: uint64(len(syms)),
		Link: uint32(names), Info: 1, Addralign: e.old.WordSize(), Entsize: e.old.SymSize()})
	e.places[i] = e.tail.append(syms, e.old.WordSize())
}

// sectionSymbols mends the symbols that stand for the sections which have moved. They are among the
// first of a symbol table.
func (e *sectionEditor) sectionSymbols() error {
	moved := map[uint16]uint64{}
	if i := e.dynstrIndex(); i >= 0 && e.addition != "" {
		moved[uint16(i)] = e.addr + e.strAt
	}
	dynamic := e.old.Progs[e.old.FindProg(elf.PT_DYNAMIC)].Vaddr
	for _, s := range e.old.Sections {
		if s.Type != uint32(elf.SHT_SYMTAB) || s.Entsize != e.old.SymSize() {
			continue
		}
		few := 64 * s.Entsize
		if e.moveDynamic {
			few = 1 << 20 // _DYNAMIC may be anywhere
		}
		b, err := e.old.Bytes(s.Off, min(s.Size, few))
		if err != nil {
			return err
		}
		for i, sym := range e.old.DecodeSyms(b) {
			to, ok := moved[sym.Shndx]
			ok = ok && elf.ST_TYPE(sym.Info) == elf.STT_SECTION
			if e.moveDynamic && sym.Value == dynamic && sym.Shndx != uint16(elf.SHN_UNDEF) { // _DYNAMIC
				to, ok = e.dynAddr, true
			}
			if int(sym.Shndx) < len(e.old.Sections) && e.displacedSection(int(sym.Shndx)) {
				up, _ := e.shift()
				to, ok = sym.Value+up, true
			}
			if !ok {
				continue
			}
			sym.Value = to
			at := uint64(i) * s.Entsize
			now, err := e.old.EncodeSyms(sym)
			if err != nil {
				return err
			}
			e.draft.extra = append(e.draft.extra, elfimg.Changes(int64(s.Off+at), b[at:at+s.Entsize], now, near)...)
		}
	}
	return nil
}

// growTables makes room for what was added.
func (e *sectionEditor) growTables() error {
	for i := range e.old.Sections {
		if extra := e.extra[i]; len(extra) > 0 {
			s := e.old.Sections[i]
			place, err := e.tail.grow(span{s.Off, s.Off + s.Size}, extra, e.old.WordSize())
			if err != nil {
				return damaged("section " + e.names[i] + ": " + err.Error())
			}
			if e.new.Sections[i].Flags&uint64(elf.SHF_ALLOC) != 0 { // the names, in a file that is loaded to its end
				e.new.Sections[i].Flags &^= uint64(elf.SHF_ALLOC)
				e.new.Sections[i].Addr = 0
			}
			e.places[i] = place
			e.new.Sections[i].Size += uint64(len(extra))
		}
	}
	return nil
}

// settle places the section headers, and gives each the section's new offset.
func (e *sectionEditor) settle() error {
	h, n := &e.new.Header, len(e.old.Sections)
	more := len(e.new.Sections) - n
	if all := len(e.new.Sections); h.Shnum == 0 || all >= int(elf.SHN_LORESERVE) {
		h.Shnum, e.new.Sections[0].Size = 0, uint64(all)
	} else {
		h.Shnum = uint16(all)
	}
	place := func() uint64 { return e.tail.moved(h.Shoff) }
	if more > 0 {
		old := span{h.Shoff, h.Shoff + uint64(n)*e.old.SectionSize()}
		var err error
		if place, err = e.tail.grow(old, make([]byte, uint64(more)*e.old.SectionSize()), e.old.WordSize()); err != nil {
			return err
		}
	}
	for i := range e.new.Sections {
		s := &e.new.Sections[i]
		if at := e.places[i]; at != nil {
			s.Off = at()
		} else if i < n && s.Off == e.old.Sections[i].Off && s.Flags&uint64(elf.SHF_ALLOC) == 0 && s.Type != uint32(elf.SHT_NULL) {
			s.Off = e.tail.moved(s.Off)
		}
	}
	h.Shoff = place()
	return nil
}
