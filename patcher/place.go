package patcher

import (
	"cmp"
	"debug/elf"
	"slices"

	"relinterp/internal/arch"
	"relinterp/internal/elfimg"
)

// lowest is the lowest address that an ordinary user may map (vm.mmap_min_addr).
const lowest = 64 << 10

// pageSize is the alignment of the new segment: the largest page that the program was linked for.
func pageSize(m *elfimg.Image) uint64 {
	page := uint64(4096)
	a, _ := arch.OfELF(m.Machine(), m.Class(), elf.Data(m.Header.Ident[elf.EI_DATA]))
	for _, p := range m.Progs {
		if p.Type == uint32(elf.PT_LOAD) && p.Align&(p.Align-1) == 0 {
			page = max(page, min(p.Align, a.MaxPage))
		}
	}
	return page
}

// span is a stretch of addresses, its end not in it.
type span struct{ start, end uint64 }

// loadSpans gives the pages that the PT_LOADs use, ascending.
func loadSpans(progs []elf.Prog64, page uint64) []span {
	var list []span
	for _, p := range progs {
		if p.Type == uint32(elf.PT_LOAD) && p.Memsz > 0 {
			list = append(list, span{p.Vaddr - p.Vaddr%page, alignUp(p.Vaddr+p.Memsz, page)})
		}
	}
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return list
}

// address finds a place in memory for size bytes that lie at offset off in the file, among progs. A program of
// fixed address gets it below its first segment if it can: the heap begins behind the last one, and
// some programs (unexec'ed images) count on where that is. near are addresses which the place should
// be less than 2 GiB from.
func address(m *elfimg.Image, progs []elf.Prog64, off, size, page uint64, near ...uint64) (uint64, bool) {
	loads := loadSpans(progs, page)
	if len(loads) == 0 {
		return 0, false
	}
	last := uint64(1) << 47
	if m.Class() == elf.ELFCLASS32 {
		last = 0xc0000000
	}
	behind := span{loads[len(loads)-1].end, last}
	var gaps []span
	for i := len(loads) - 2; i >= 0; i-- {
		gaps = append(gaps, span{loads[i].end, loads[i+1].start})
	}
	var choices []span
	if m.Type() == elf.ET_EXEC {
		choices = append([]span{{lowest, loads[0].start}}, append(gaps, behind)...)
	} else {
		choices = append([]span{behind}, gaps...)
	}
	top := last
	if m.Class() == elf.ELFCLASS32 {
		top = 1 << 32
	}
	for i, c := range choices {
		c.end = min(c.end, top)
		if c.end < c.start || c.end-c.start < size+page {
			continue
		}
		addr := c.start + off%page
		if i == 0 && m.Type() == elf.ET_EXEC {
			// Not right below the program, since patchelf puts its pages there without looking.
			addr += (c.end - c.start - size - page) / 2 / page * page
		}
		if addr >= c.start && addr+size <= c.end && within(addr, near) {
			return addr, true
		}
	}
	return 0, false
}

func within(addr uint64, near []uint64) bool {
	for _, n := range near {
		if d := int64(addr - n); d > 0x7fff0000 || d < -0x7fff0000 {
			return false
		}
	}
	return true
}

// putLoad gives the program headers with p in the place of entry slot, entries between moved by one
// so that the PT_LOADs still ascend, as the gABI wants them.
func putLoad(progs []elf.Prog64, slot int, p elf.Prog64) []elf.Prog64 {
	out := slices.Delete(slices.Clone(progs), slot, slot+1)
	at := -1
	for i := range out {
		if out[i].Type != uint32(elf.PT_LOAD) {
			continue
		}
		if at < 0 {
			at = i
		}
		if out[i].Vaddr < p.Vaddr {
			at = i + 1
		}
	}
	return slices.Insert(out, max(at, 0), p)
}

// holes gives the stretches of the file, up to the end of what is loaded, that neither a header nor a
// segment nor a section has. Linkers leave them to begin a segment on a page of its own.
func holes(m *elfimg.Image) []span {
	used := []span{{0, uint64(m.Header.Ehsize)}, {m.Header.Phoff, m.Header.Phoff + uint64(len(m.Progs))*m.ProgSize()},
		{m.Header.Shoff, m.Header.Shoff + uint64(len(m.Sections))*m.SectionSize()}}
	for _, p := range m.Progs {
		used = append(used, span{p.Off, p.Off + p.Filesz})
	}
	for i := range m.Sections {
		if s := &m.Sections[i]; inFile(s) {
			used = append(used, span{s.Off, s.Off + s.Size})
		}
	}
	slices.SortFunc(used, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var list []span
	end := uint64(0)
	for _, u := range used {
		if u.start > end && u.start <= m.LoadedEnd() {
			list = append(list, span{end, u.start})
		}
		end = max(end, u.end)
	}
	return list
}
