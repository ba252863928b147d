package patcher

import (
	"debug/elf"
	"slices"

	"relinterp/internal/elfimg"
)

// guesser makes the tables of the original from those of the patched file. Where it is wrong the undo
// record has a correction, so that it need only know what linkers usually write; but of one file it must
// always guess the same.
type guesser struct {
	*elfimg.Image // the tables, in the making
	m             *elfimg.Image
	f             *found
	cuts          cuts
	names         []string // of m's sections
	strAddr       uint64   // of the old .dynstr, and its bytes; 0 where it did not move
	strSize       uint64
}

// guess gives the patched file without the cuts, and with tables that are the original's as far as the file tells.
func guess(m *elfimg.Image, f *found, c cuts) (*elfimg.Rope, error) {
	base := c.without(m.Body())
	if p := m.Progs[f.segment]; !c.inside(p.Off) { // it is in what was unused
		if p.Filesz > elfimg.MaxBytes {
			return nil, errUndo
		}
		var err error
		if base, err = base.Apply([]elfimg.Edit{{Offset: int64(c.original(p.Off)), Data: make([]byte, p.Filesz)}}); err != nil {
			return nil, errUndo
		}
	}
	g := &guesser{Image: m.Clone(), m: m, f: f, cuts: c}
	g.names, _ = m.SectionNames()
	if !f.runpathOnly {
		g.Header.Entry = f.entry
	}
	g.guessDynamic()
	g.guessSections()
	g.guessProgs()
	tables, err := g.Tables()
	if err != nil {
		return base, nil
	}
	edits := make([]elfimg.Edit, 0, len(tables))
	for _, t := range tables {
		if len(t.Bytes) > 0 && t.Offset <= uint64(base.Size()) {
			edits = append(edits, elfimg.Edit{Offset: int64(t.Offset), Data: t.Bytes})
		}
	}
	if with, err := base.Apply(edits); err == nil {
		return with, nil
	}
	return base, nil // tables that overlap, or lie outside
}

// added says whether a section's bytes are in the new segment, or in what else was inserted.
func (g *guesser) added(s *elf.Section64) bool {
	p := g.m.Progs[g.f.segment]
	return g.cuts.inside(s.Off) || s.Off-p.Off < p.Filesz
}

// dynstr is the index of the section of .dynstr if that was moved, or -1.
func (g *guesser) dynstr() int {
	addr, _ := g.m.DynValue(elf.DT_STRTAB)
	return slices.IndexFunc(g.m.Sections, func(s elf.Section64) bool {
		return s.Type == uint32(elf.SHT_STRTAB) && s.Flags&uint64(elf.SHF_ALLOC) != 0 && s.Addr == addr && g.added(&s)
	})
}

// guessDynamic takes the RUNPATH for one that had a spare slot, and .dynstr for what followed the section
// in front of it.
func (g *guesser) guessDynamic() {
	if i := g.FindProg(elf.PT_DYNAMIC); i >= 0 && g.cuts.inside(g.Progs[i].Off) {
		g.Dynamic = nil // it is not where it was
		return
	}
	table, p := g.Dyn(elf.DT_STRTAB), g.m.Progs[g.f.segment]
	size, run := g.Dyn(elf.DT_STRSZ), max(g.Dyn(elf.DT_RUNPATH), g.Dyn(elf.DT_RPATH))
	if run < 0 || table < 0 || size < 0 || g.Dynamic[table].Val-p.Vaddr >= p.Memsz {
		return
	}
	if i := g.dynstr(); i > 0 {
		before := g.m.Sections[i-1]
		g.strAddr = alignUp(before.Addr+before.Size, max(1, g.m.Sections[i].Addralign))
		g.Dynamic[table].Val = g.strAddr
	}
	g.strSize = g.Dynamic[run].Val
	g.Dynamic[size].Val = g.strSize
	if run+1 < len(g.Dynamic) && g.Dynamic[run+1].Tag == int64(elf.DT_NULL) {
		g.Dynamic[run] = elf.Dyn64{}
	}
}

// guessSections takes away what was added at the end of the table and of other tables.
func (g *guesser) guessSections() {
	if len(g.Sections) == 0 {
		return
	}
	h := &g.Header
	end := g.cuts.original(h.Shoff + uint64(len(g.Sections))*g.SectionSize())
	h.Shoff = g.cuts.original(h.Shoff)
	n := min((end-h.Shoff)/g.SectionSize(), uint64(len(g.Sections)))
	if n == 0 {
		return
	}
	g.Sections = g.Sections[:n]
	if h.Shnum != 0 {
		h.Shnum = uint16(n)
	} else {
		g.Sections[0].Size = n
	}
	for i := 1; i < len(g.Sections); i++ {
		s := &g.Sections[i]
		if s.Type == uint32(elf.SHT_NULL) || s.Flags&uint64(elf.SHF_ALLOC) != 0 {
			continue
		}
		end := g.cuts.original(s.Off + s.Size)
		s.Off = g.cuts.original(s.Off)
		if inFile(s) {
			s.Size = end - s.Off
		}
	}
	if i := g.dynstr(); i > 0 && i < len(g.Sections) && g.strAddr != 0 {
		s, before := &g.Sections[i], g.m.Sections[i-1]
		s.Addr, s.Off, s.Size = g.strAddr, before.Off+g.strAddr-before.Addr, g.strSize
	}
	if i := slices.Index(g.names, hiddenInterp); i > 0 && i < len(g.Sections) {
		g.Sections[i].Name-- // it has a dot in front
	}
}

// guessProgs puts PT_INTERP, or a PT_NOTE, into the place of the new segment.
func (g *guesser) guessProgs() {
	if g.cuts.inside(g.Header.Phoff) {
		g.Progs, g.Header.Phoff = nil, uint64(g.Header.Ehsize) // the table has moved: the old one is where it was
		return
	}
	was := g.interp()
	g.Progs = slices.Delete(g.Progs, g.f.segment, g.f.segment+1)
	at := g.FindProg(elf.PT_PHDR) + 1
	if g.f.runpathOnly {
		at, was = g.FindProg(elf.PT_DYNAMIC)+1, elf.Prog64{}
		if i := g.FindProg(elf.PT_GNU_PROPERTY); i >= 0 {
			was = g.Progs[i]
			was.Type = uint32(elf.PT_NOTE)
		}
	}
	g.Progs = slices.Insert(g.Progs, at, was)
}

// interp is PT_INTERP: the section that was .interp, or what follows the program headers.
func (g *guesser) interp() elf.Prog64 {
	p := elf.Prog64{Type: uint32(elf.PT_INTERP), Flags: uint32(elf.PF_R), Align: 1, Off: g.Header.Phoff + uint64(len(g.Progs))*g.ProgSize()}
	if i := slices.Index(g.names, hiddenInterp); i > 0 {
		p.Off, p.Filesz = g.m.Sections[i].Off, g.m.Sections[i].Size
	} else if text, err := g.m.String(p.Off, p.Off+4096); err == nil {
		p.Filesz = uint64(len(text)) + 1
	}
	p.Memsz = p.Filesz
	p.Vaddr, _ = g.m.Address(p.Off, p.Filesz)
	p.Paddr = p.Vaddr
	return p
}
