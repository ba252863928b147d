package patcher

import (
	"debug/elf"
	"slices"

	"relinterp/internal/elfimg"
)

// assemble places everything, and gives the edits of the old file. The undo record's length depends on
// places and these on it, so that its room grows until it fits; most need little less than the first guess.
func (d *draft) assemble() ([]elfimg.Edit, error) {
	sum, err := checksum(d.old.Body(), d.old.Size())
	if err != nil {
		return nil, err
	}
	for d.undoRoom = 240; ; {
		edits, err := d.round()
		if err == errAgain {
			continue
		}
		if err != nil {
			return nil, err
		}
		record, err := undoRecord(d.old.Body(), sum, edits)
		if err != nil {
			return nil, err
		}
		if uint64(len(record)) <= d.undoRoom {
			copy(d.segment[uint64(len(d.code))+d.params.size():], record)
			return edits, nil
		}
		d.undoRoom = alignUp(uint64(len(record)), 4)
	}
}

// round makes all edits but for the undo record, for which it leaves room.
func (d *draft) round() ([]elfimg.Edit, error) {
	d.tail, d.new, d.extra = newTail(d.old), d.old.Clone(), nil
	d.new.Dynamic = slices.Clone(d.dyn)
	d.plan.SegmentSlot = ""
	for _, step := range []func() error{d.checkPayload, d.placeSegment, d.fillSegment, d.editProgs, d.editDynamic, d.editSections} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return d.edits()
}

// editDynamic lets .dynamic speak of the new .dynstr.
func (d *draft) editDynamic() error {
	i := d.new.FindProg(elf.PT_DYNAMIC)
	size := uint64(len(d.new.Dynamic)) * d.old.DynSize()
	if p := &d.new.Progs[i]; size > p.Filesz {
		p.Filesz, p.Memsz = size, max(size, p.Memsz)
	}
	d.shiftDynamic()
	if d.addition == "" {
		return nil
	}
	d.new.Dynamic[d.new.Dyn(elf.DT_STRTAB)].Val = d.addr + d.strAt
	d.new.Dynamic[d.new.Dyn(elf.DT_STRSZ)].Val = d.strSize + uint64(len(d.addition))
	return nil
}

// edits gives what changes in the old file.
func (d *draft) edits() ([]elfimg.Edit, error) {
	tables, err := d.new.Tables()
	if err != nil { // a number of a 32-bit file that is too large, and was before
		return nil, damaged(err.Error())
	}
	list := append(slices.Grow(d.tail.edits(), 128), d.extra...)
	for _, t := range tables {
		more, err := d.tail.write(t.Offset, t.Bytes)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return elfimg.Sorted(list), nil
}
