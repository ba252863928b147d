package patcher

import (
	"debug/elf"
	"slices"

	"relinterp/internal/elfimg"
)

// placeSegment finds the new segment's place in the file and in memory, and that of a second one.
func (d *draft) placeSegment() error {
	size := uint64(len(d.code)) + d.params.size(d.old) + d.undoRoom
	own := size
	d.count("stub", len(d.code))
	d.count("parameters, with the loader's name", int(d.params.size(d.old)))
	d.count("undo record", int(d.undoRoom))
	if d.block.end > 0 {
		d.blockAt = alignUp(size, 16) + d.block.start%16
		size = d.blockAt + d.block.end - d.block.start
		d.count("copies of what made room for program headers", int(d.block.end-d.block.start))
	} else if d.moreHeaders > 0 {
		d.headers = alignUp(size, 8)
		size = d.headers + uint64(len(d.old.Progs)+d.moreHeaders)*d.old.ProgSize()
		own = size
		d.count("program headers", int(size-d.headers))
	}
	d.own, d.strAt = own, size
	if d.addition != "" {
		d.strAt = alignUp(size, d.strAlign)
		size = d.strAt + d.strSize + uint64(len(d.addition))
		d.count("copy of .dynstr", int(d.strSize))
		d.count("RUNPATH", len(d.addition))
	}
	if d.fixed {
		return d.fill(size)
	}
	d.segOff = d.tail.begin()
	front := d.segOff - d.tail.start
	more := uint64(0)
	if d.moveDynamic {
		d.dynOff = alignUp(d.segOff+size, paramsAlign)
		d.count("copy of .dynamic", len(d.dyn)*int(d.old.DynSize()))
		more = d.dynOff + uint64(len(d.dyn))*d.old.DynSize() - d.segOff - size
	}
	room := d.tail.insert(d.tail.start, make([]byte, front+size+more)).data
	d.segment = room[front : front+size : front+size]
	return d.findAddresses()
}

func (d *draft) findAddresses() error {
	m, page, ok := d.old, pageSize(d.old), false
	far := refuse(NoSlot, "no free addresses within reach of the program's code", "no way is known; please report this program")
	var near []uint64
	if d.code != nil {
		near = []uint64{m.Header.Entry, m.Progs[m.FindProg(elf.PT_DYNAMIC)].Vaddr}
	}
	progs := slices.Clone(m.Progs)
	if d.code == nil {
		progs = append(progs, shadow(m))
	}
	if d.addr, ok = address(m, progs, d.segOff, uint64(len(d.segment)), page, near...); !ok {
		return far
	}
	if !d.moveDynamic {
		return nil
	}
	progs = append(progs, d.load())
	if d.dynAddr, ok = address(m, progs, d.dynOff, uint64(len(d.dyn))*m.DynSize(), page, near...); !ok {
		return far
	}
	return nil
}

// shadow is a stretch behind the last segment, as long as the largest symbol of a library: eu-elflint adds a
// symbol's size to the place of a relocation for it, and must not end up in the new, read-only segment.
func shadow(m *elfimg.Image) elf.Prog64 {
	p := elf.Prog64{Type: uint32(elf.PT_LOAD)}
	for _, l := range m.Progs {
		if l.Type == uint32(elf.PT_LOAD) {
			p.Vaddr = max(p.Vaddr, l.Vaddr+l.Memsz)
		}
	}
	for _, s := range m.Sections {
		if s.Type != uint32(elf.SHT_DYNSYM) {
			continue
		}
		b, err := m.Bytes(s.Off, min(s.Size, 4<<20))
		if err != nil {
			continue
		}
		for _, sym := range m.DecodeSyms(b) {
			if sym.Shndx != uint16(elf.SHN_UNDEF) && sym.Size <= 1<<20 {
				p.Memsz = max(p.Memsz, sym.Size)
			}
		}
	}
	return p
}

// load is the new segment.
func (d *draft) load() elf.Prog64 {
	p := newLoad(d.segOff, d.addr, uint64(len(d.segment)), pageSize(d.old), elf.PF_R|elf.PF_X)
	if d.code == nil {
		p.Flags = uint32(elf.PF_R)
	}
	return p
}

func newLoad(off, addr, size, page uint64, flags elf.ProgFlag) elf.Prog64 {
	return elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(flags), Off: off, Vaddr: addr, Paddr: addr, Filesz: size, Memsz: size, Align: page}
}

func (d *draft) fillSegment() error {
	m := d.old
	p := &d.params
	p.entry, p.phnum = m.Header.Entry, len(m.Progs)+d.moreHeaders
	p.phdr, _ = m.Address(m.Header.Phoff, uint64(len(m.Progs))*m.ProgSize())
	if d.moreHeaders > 0 && d.block.end == 0 {
		p.phdr = d.addr + d.headers
	}
	if d.block.end > 0 {
		moved, err := m.Bytes(d.block.start, d.block.end-d.block.start)
		if err != nil {
			return err
		}
		copy(d.segment[d.blockAt:], moved)
	}
	text, err := p.encode(m, d.addr+uint64(len(d.code)))
	if err != nil {
		return err
	}
	copy(d.segment[copy(d.segment, d.code):], text)
	if d.addition == "" {
		return nil
	}
	old, err := m.Bytes(d.strOff, d.strSize)
	if err != nil {
		return err
	}
	copy(d.segment[d.strAt+uint64(copy(d.segment[d.strAt:], old)):], d.addition)
	return nil
}
