package patcher

import (
	"debug/elf"
	"math"
	"slices"
	"strings"

	"relinterp/internal/elfimg"
)

// editProgs puts the new segments among the program headers.
func (d *draft) editProgs() error {
	d.plan.Segment = segmentInfo(d.load())
	loads := []elf.Prog64{d.load()}
	progs := slices.Clone(d.old.Progs)
	if d.code != nil {
		progs = putLoad(progs, d.old.FindProg(elf.PT_INTERP), loads[0])
		d.new.Header.Entry = d.addr + d.entry
		d.plan.NewEntry = d.new.Header.Entry
		d.plan.SegmentSlot = "PT_INTERP's"
		loads = nil
	}
	if d.moveDynamic {
		size := uint64(len(d.dyn)) * d.old.DynSize()
		loads = append(loads, newLoad(d.dynOff, d.dynAddr, size, pageSize(d.old), elf.PF_R|elf.PF_W))
		p := &progs[find(progs, elf.PT_DYNAMIC)]
		p.Off, p.Vaddr, p.Paddr, p.Filesz, p.Memsz = d.dynOff, d.dynAddr, d.dynAddr, size, size
	}
	more := 0
	for _, load := range loads {
		slot, how := d.expendable(progs)
		if slot < 0 {
			progs, slot, how = append(progs, elf.Prog64{}), len(progs), "a new one"
			more++
		}
		progs = putLoad(progs, slot, load)
		d.plan.SegmentSlot = strings.TrimPrefix(d.plan.SegmentSlot+"; "+how, "; ")
	}
	d.new.Progs = progs
	if err := d.growHeaders(more); err != nil || d.opts.StackSize == 0 {
		return err
	}
	progs = d.new.Progs
	i := find(progs, elf.PT_GNU_STACK)
	if i < 0 {
		return refuse(BadOptions, "it has no PT_GNU_STACK, where the size of threads' stacks would stand", "leave --stack-size away, or link it anew with -Wl,-z,stack-size=N")
	}
	if d.old.Class() == elf.ELFCLASS32 && d.opts.StackSize > math.MaxUint32 {
		return refuse(BadOptions, "a stack of 4 GiB or more has no place in a 32-bit program", "make --stack-size smaller")
	}
	progs[i].Memsz = d.opts.StackSize
	return nil
}

func find(progs []elf.Prog64, typ elf.ProgType) int {
	return slices.IndexFunc(progs, func(p elf.Prog64) bool { return p.Type == uint32(typ) })
}

// expendable finds the slot of a program header that nobody misses: a PT_NULL; a PT_NOTE that
// PT_GNU_PROPERTY repeats; PT_PHDR where addresses are fixed, since the stub shows loaders one of its own.
func (d *draft) expendable(progs []elf.Prog64) (int, string) {
	if i := find(progs, elf.PT_NULL); i >= 0 {
		return i, "a PT_NULL's"
	}
	if g := find(progs, elf.PT_GNU_PROPERTY); g >= 0 {
		for i, p := range progs {
			if p.Type == uint32(elf.PT_NOTE) && p.Off == progs[g].Off && p.Filesz == progs[g].Filesz {
				return i, "that of the PT_NOTE that PT_GNU_PROPERTY repeats"
			}
		}
	}
	if i := find(progs, elf.PT_PHDR); i >= 0 && d.code != nil && d.old.Type() == elf.ET_EXEC {
		return i, "PT_PHDR's"
	}
	return -1, ""
}

// growHeaders makes the program header table longer by more entries: in its place if what is behind can
// move away, else the table itself moves into the new segment, which GNU strip does not understand.
func (d *draft) growHeaders(more int) error {
	var block span
	if more > 0 {
		block = displaceable(d.old, uint64(more)*d.old.ProgSize())
	}
	if more > 0 && block.end == 0 && find(d.new.Progs, elf.PT_PHDR) < 0 {
		// Without it glibc takes the first segment for the table's whose last page in the file has it.
		d.new.Progs = slices.Insert(d.new.Progs, 0, elf.Prog64{Type: uint32(elf.PT_PHDR), Flags: uint32(elf.PF_R), Align: d.old.DynSize() / 2})
		more++
	}
	if more != d.moreHeaders || block != d.block {
		d.moreHeaders, d.block = more, block
		return errAgain
	}
	if more == 0 {
		return nil
	}
	d.new.Header.Phnum += uint16(more)
	if d.block.end == 0 {
		d.new.Header.Phoff = d.segOff + d.headers
		d.plan.SegmentSlot += ", for which the program headers move"
		d.note("the program headers have moved: GNU strip and objcopy would damage the file")
	} else {
		d.plan.SegmentSlot += ", for which what lies behind the program headers makes room"
	}
	if i := find(d.new.Progs, elf.PT_PHDR); i >= 0 {
		p := &d.new.Progs[i]
		p.Filesz = uint64(len(d.new.Progs)) * d.old.ProgSize()
		p.Memsz = p.Filesz
		if d.block.end == 0 {
			p.Off, p.Vaddr, p.Paddr = d.new.Header.Phoff, d.addr+d.headers, d.addr+d.headers
		}
	}
	d.shiftProgs()
	return nil
}

// movable are the notes that nothing but program headers and section headers refers to.
var movable = []string{".note.gnu.build-id", ".note.gnu.property", ".note.ABI-tag", ".note.package"}

// displaceable gives what lies in the file behind the program header table, at least need bytes long, if
// it is only sections that can move: all that refers to them stands in tables. The end is 0 if not.
func displaceable(m *elfimg.Image, need uint64) span {
	start := m.Header.Phoff + uint64(len(m.Progs))*m.ProgSize()
	names, err := m.SectionNames()
	if err != nil {
		return span{}
	}
	end := start
	for end < start+need {
		i := nextSection(m, end)
		if i < 0 {
			return span{}
		}
		switch s := m.Sections[i]; elf.SectionType(s.Type) {
		case elf.SHT_NOTE:
			if !slices.Contains(movable, names[i]) {
				return span{}
			}
			end = noteEnd(m, s)
		case elf.SHT_HASH, elf.SHT_GNU_HASH, elf.SHT_DYNSYM, elf.SHT_GNU_VERSYM:
			end = s.Off + s.Size
		default:
			if names[i] != interpName {
				return span{}
			}
			end = s.Off + s.Size
		}
	}
	for i := range m.Sections {
		if s := &m.Sections[i]; inFile(s) && s.Off < end && s.Off+s.Size > end {
			return span{}
		}
	}
	if from, ok := m.Address(start, end-start); !ok || from%16 != start%16 {
		return span{}
	}
	return span{start, end}
}

// nextSection gives the index of the first section at or behind off in the file, or -1.
func nextSection(m *elfimg.Image, off uint64) int {
	next := -1
	for i, s := range m.Sections {
		if s.Flags&uint64(elf.SHF_ALLOC) == 0 || !inFile(&s) || s.Size == 0 || s.Off+s.Size <= off {
			continue
		}
		if next < 0 || s.Off < m.Sections[next].Off {
			next = i
		}
	}
	if next >= 0 && m.Sections[next].Off < off {
		return -1 // it begins in front of off
	}
	return next
}

// noteEnd is the end of a note, and of the last that is in one PT_NOTE with it.
func noteEnd(m *elfimg.Image, s elf.Section64) uint64 {
	end := s.Off + s.Size
	for _, p := range m.Progs {
		if p.Type == uint32(elf.PT_NOTE) && p.Off <= s.Off && s.Off-p.Off < p.Filesz {
			end = max(end, p.Off+p.Filesz)
		}
	}
	return end
}

// shift is what is to be added to addresses and offsets of what has been displaced.
func (d *draft) shift() (addr, off uint64) {
	from, _ := d.old.Address(d.block.start, d.block.end-d.block.start)
	return d.addr + d.blockAt - from, d.segOff + d.blockAt - d.block.start
}

// displaced says whether the byte at off of the old file is in what has been displaced.
func (d *draft) displaced(off uint64) bool { return d.block.start <= off && off < d.block.end }

// shiftProgs mends the program headers of what has been displaced.
func (d *draft) shiftProgs() {
	addr, off := d.shift()
	for i := range d.new.Progs {
		p := &d.new.Progs[i]
		switch elf.ProgType(p.Type) {
		case elf.PT_NOTE, elf.PT_GNU_PROPERTY, elf.PT_INTERP:
			if !d.displaced(p.Off) {
				continue
			}
			p.Off, p.Vaddr, p.Paddr = p.Off+off, p.Vaddr+addr, p.Paddr+addr
		}
	}
}

// shiftDynamic mends the entries of .dynamic that point to what has been displaced.
func (d *draft) shiftDynamic() {
	addr, _ := d.shift()
	for i := range d.new.Dynamic {
		e := &d.new.Dynamic[i]
		switch elf.DynTag(e.Tag) {
		case elf.DT_HASH, elf.DT_GNU_HASH, elf.DT_SYMTAB, elf.DT_VERSYM:
			if off, err := d.old.Offset(e.Val, 1); err == nil && d.displaced(off) {
				e.Val += addr
			}
		}
	}
}

// shiftSections mends the section headers of what has been displaced.
func (d *draft) shiftSections() {
	addr, off := d.shift()
	for i := range d.old.Sections {
		if s := &d.new.Sections[i]; d.displacedSection(i) {
			s.Off, s.Addr = s.Off+off, s.Addr+addr
		}
	}
}

// displacedSection says whether section i of the old file has been displaced.
func (d *draft) displacedSection(i int) bool {
	s := &d.old.Sections[i]
	return s.Flags&uint64(elf.SHF_ALLOC) != 0 && inFile(s) && s.Size > 0 && d.displaced(s.Off)
}
