package patcher

import (
	"cmp"
	"debug/elf"
	"encoding/binary"
	"slices"
	"strings"

	"relinterp/internal/elfimg"
)

// usual is the length of most undo records in bytes: the first guess.
const usual = 19

// rounds is how often the undo record may still become shorter.
const rounds = 8

// assemble places everything, and gives the new file. The undo record's length depends on places and these
// on it, so that its room is changed until it fits.
func (d *draft) assemble() (*elfimg.Rope, error) {
	sum, err := checksum(0, d.old.Body(), 0, d.old.Size())
	if err != nil {
		return nil, err
	}
	d.undoRoom = usual
	for n := 0; ; n++ {
		edits, err := d.round()
		if err == errAgain {
			continue
		}
		if err != nil {
			return nil, err
		}
		rope, err := d.old.Body().Apply(edits)
		if err != nil {
			return nil, damaged("its tables overlap")
		}
		record, err := d.record(rope)
		if err != nil {
			return nil, err
		}
		if size := uint64(len(record)); size > d.undoRoom || size < d.undoRoom && n < rounds {
			d.undoRoom = size
			continue
		}
		copy(d.undo(), record)
		return rope, d.prove(rope, sum)
	}
}

// undo is the room for the undo record.
func (d *draft) undo() []byte {
	at := uint64(len(d.code)) + d.params.size(d.old)
	return d.segment[at : at+d.undoRoom]
}

// reread parses what was made as if others had made it.
func reread(rope *elfimg.Rope) (*elfimg.Image, *found, error) {
	m, err := elfimg.ParseRope(elfimg.NewRope(rope, rope.Size()))
	if err != nil {
		return nil, nil, bug("the patched file cannot be read: %v", err)
	}
	f, err := findParams(m)
	if err != nil || f == nil {
		return nil, nil, bug("the patched file does not tell that it is one (%v)", err)
	}
	return m, f, nil
}

// record gives the undo record of the new file, in which its room is still empty.
func (d *draft) record(rope *elfimg.Rope) ([]byte, error) {
	m, f, err := reread(rope)
	if err != nil {
		return nil, err
	}
	cuts := d.tail.cuts()
	back, err := guess(m, f, cuts)
	if err != nil {
		return nil, bug("%v", err)
	}
	list, err := corrections(d.old.Body(), back, rope)
	if err != nil {
		return nil, err
	}
	b := undoRecord(cuts, list)
	if len(b) > maxRecord {
		return nil, damaged("its tables are unlike any linker's")
	}
	return b, nil
}

// prove reads and checks what was made as if others had made it, and puts the checksum into the record; sum is
// that of the original.
func (d *draft) prove(rope *elfimg.Rope, sum uint32) error {
	m, f, err := reread(rope)
	if err != nil {
		return err
	}
	if list := m.NewProblems(d.old); len(list) > 0 {
		if was := d.old.Check(); len(was) > 0 {
			return damaged(was[0])
		}
		return bug("the patched file would have faults that the original has not: %s", strings.Join(list, "; "))
	}
	back, _, err := undo(m, f)
	if err != nil {
		return bug("%v", err)
	}
	if list, err := corrections(d.old.Body(), back, rope); err != nil || len(list) > 0 {
		return cmp.Or(err, bug("the undo record does not give the original back"))
	}
	if sum, err = wholeSum(sum, m.Body(), back, int64(f.undoOff)); err != nil {
		return err
	}
	binary.LittleEndian.PutUint32(d.undo(), sum)
	return nil
}

// round makes all edits but for the undo record, for which it leaves room.
func (d *draft) round() ([]elfimg.Edit, error) {
	d.tail, d.new, d.extra, d.parts = newTail(d.old), d.old.Clone(), nil, nil
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
	if i := d.new.Dyn(elf.DT_DEBUG); i >= 0 && d.code != nil {
		d.new.Dynamic[i].Val = 0 // that of a program that was dumped from memory says that a loader has been here
	}
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
