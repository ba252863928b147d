package patcher

import (
	"cmp"
	"debug/elf"
	"math"
	"slices"

	"relinterp/internal/elfimg"
)

// tail is what lies in a file behind all that a running program has of it: tables for tools, and
// what others appended. Bytes are inserted into it, so that it keeps its order.
type tail struct {
	m      *elfimg.Image
	start  uint64 // where the new segment goes
	end    uint64 // of the ELF image; behind it is the payload
	claims []claim
	ins    []*insertion

	copied uint64 // bytes of tables that could not grow where they are

	settled bool
}

// claim is a stretch of the tail that something refers to, and how its start must be aligned.
type claim struct {
	span
	align uint64
}

type insertion struct {
	at          uint64 // in the old file
	data        []byte
	align       uint64 // of its offset in the new file
	last        bool   // behind all others there
	front, back uint64 // zeros around it: settle
}

// size is what the file gets longer by.
func (i *insertion) size() uint64 { return i.front + uint64(len(i.data)) + i.back }

func newTail(m *elfimg.Image) *tail {
	t := &tail{m: m, start: m.LoadedEnd()}
	for i := range m.Sections {
		if s := &m.Sections[i]; inFile(s) && s.Size > 0 {
			t.claim(s.Off, s.Off+s.Size, s.Addralign)
		}
	}
	if n := uint64(len(m.Sections)); n > 0 {
		t.claim(m.Header.Shoff, m.Header.Shoff+n*uint64(m.Header.Shentsize), m.WordSize())
	}
	slices.SortFunc(t.claims, func(a, b claim) int { return cmp.Compare(a.start, b.start) })
	for _, c := range t.claims { // never into the middle of something
		if c.start < t.start && t.start < c.end {
			t.start = c.end
		}
	}
	t.end = t.start
	for _, c := range t.claims {
		t.end = max(t.end, c.end)
	}
	return t
}

// begin is the offset of the first new byte: 16-aligned, and behind what .bss and its like claim to
// be their offset, which tools would take for one in the new segment.
func (t *tail) begin() uint64 {
	begin := t.start
	for _, s := range t.m.Sections {
		if s.Type == uint32(elf.SHT_NOBITS) && s.Off >= t.start {
			begin = max(begin, t.start+1)
			if s.Off < t.start+64 {
				begin = max(begin, s.Off+1)
			}
		}
	}
	return alignUp(begin, paramsAlign)
}

// inFile says whether a section has bytes in the file that lie within it.
func inFile(s *elf.Section64) bool {
	return s.Type != uint32(elf.SHT_NULL) && s.Type != uint32(elf.SHT_NOBITS)
}

func (t *tail) claim(start, end, align uint64) {
	size := uint64(t.m.Size())
	if start > end || end > size {
		return // damaged, but nothing that a running program has
	}
	if align == 0 || align&(align-1) != 0 || align > 4096 || start%align != 0 {
		align = 1
	}
	t.claims = append(t.claims, claim{span{start, end}, align})
}

// payload is the size of what others appended; a few zeros are none.
func (t *tail) payload() (uint64, error) {
	n := uint64(t.m.Size()) - t.end
	if n == 0 || n >= 4096 {
		return n, nil
	}
	b, err := t.m.Bytes(t.end, n)
	if err != nil || slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) {
		return n, err
	}
	return 0, nil
}

// unit is what the bytes inserted up to at must be a multiple of, so that all from there to end stays aligned.
func (t *tail) unit(at, end uint64) uint64 {
	unit := uint64(1)
	for _, c := range t.claims {
		if c.start >= at && c.start < end {
			unit = max(unit, c.align)
		}
	}
	// A payload that begins at a sector's or page's start may be mounted or mapped from there.
	for _, sector := range []uint64{512, 1024, 2048, 4096} {
		if uint64(t.m.Size()) > t.end && t.end%sector == 0 && t.end >= at && t.end < end {
			unit = max(unit, sector)
		}
	}
	return unit
}

// insert puts data in front of the byte at.
func (t *tail) insert(at uint64, data []byte) *insertion {
	i := &insertion{at: at, data: data, align: 1}
	t.ins, t.settled = append(t.ins, i), false
	return i
}

// settle orders the insertions, and puts as many zeros around them as alignment asks for.
func (t *tail) settle() {
	if t.settled {
		return
	}
	t.settled = true
	slices.SortStableFunc(t.ins, func(a, b *insertion) int {
		if a.last != b.last && a.at == b.at {
			if a.last {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.at, b.at)
	})
	total := uint64(0)
	for n, i := range t.ins {
		i.front = alignUp(i.at+total, i.align) - i.at - total
		i.back = 0
		total += i.size()
		next := uint64(math.MaxUint64)
		if n+1 < len(t.ins) {
			next = t.ins[n+1].at
		}
		if next > i.at {
			i.back = alignUp(total, t.unit(i.at, next)) - total
			total += i.back
		}
	}
}

// moved gives the new offset of the byte at off.
func (t *tail) moved(off uint64) uint64 {
	t.settle()
	to := off
	for _, i := range t.ins {
		if i.at <= off {
			to += i.size()
		}
	}
	return to
}

// cuts are the insertions as those who undo them see them.
func (t *tail) cuts() cuts {
	t.settle()
	var list cuts
	for _, i := range t.ins {
		if n := len(list); n > 0 && list[n-1].at == i.at {
			list[n-1].size += i.size()
		} else {
			list = append(list, cut{i.at, i.size()})
		}
	}
	return list
}

// grow makes the stretch old longer by extra bytes, and gives a function for its offset that may be
// called when all have grown. One that cannot grow where it lies is copied to the end of the image.
func (t *tail) grow(old span, extra []byte, align uint64) (func() uint64, error) {
	free := old.start >= t.start && old.end > old.start && old.end <= t.end
	for _, c := range t.claims {
		if c.span != old && c.start < old.end && old.end <= c.end {
			free = false
		}
	}
	if free {
		t.insert(old.end, slices.Clone(extra))
		return func() uint64 { return t.moved(old.start) }, nil
	}
	b, err := t.m.Bytes(old.start, old.end-old.start)
	if err != nil {
		return nil, err
	}
	t.copied += uint64(len(b))
	return t.append(slices.Concat(b, extra), align), nil
}

// append puts data behind the image, or in front of the section headers where these end it, and gives
// a function for its offset, which is known when all insertions are.
func (t *tail) append(data []byte, align uint64) func() uint64 {
	at := t.end
	if h := t.headers(); h.end == t.end && h.start >= t.start && t.clear(h.start) {
		at = h.start
	}
	i := t.insert(at, data)
	i.align, i.last = align, true
	return func() uint64 {
		t.settle()
		off := at + i.front
		for _, other := range t.ins {
			if other == i {
				break
			}
			off += other.size()
		}
		return off
	}
}

// headers is where the section headers are.
func (t *tail) headers() span {
	h := &t.m.Header
	return span{h.Shoff, h.Shoff + uint64(len(t.m.Sections))*uint64(h.Shentsize)}
}

// clear says whether no claim would be torn by an insertion at.
func (t *tail) clear(at uint64) bool {
	return !slices.ContainsFunc(t.claims, func(c claim) bool { return c.start < at && at < c.end })
}

// write puts b at offset off of the new file: into insertions where these are, and as edits elsewhere.
func (t *tail) write(off uint64, b []byte) ([]elfimg.Edit, error) {
	var list []elfimg.Edit
	for _, r := range t.runs() {
		from, to := max(off, r.start), min(off+uint64(len(b)), r.end)
		if from >= to {
			continue
		}
		part := b[from-off : to-off]
		if r.data != nil {
			copy(r.data[from-r.start:], part)
			continue
		}
		at := from - r.start + r.old
		was, err := t.m.Bytes(at, uint64(len(part)))
		if err != nil {
			return nil, err
		}
		list = append(list, elfimg.Changes(int64(at), was, part, near)...)
	}
	return list, nil
}

// run is a stretch of the new file: an insertion's data, or the old file from old on.
type run struct {
	span
	old  uint64
	data []byte
}

func (t *tail) runs() []run {
	list := make([]run, 0, 2*len(t.ins)+1)
	var pos, old uint64
	add := func(n uint64, data []byte) {
		list = append(list, run{span{pos, pos + n}, old, data})
		pos += n
	}
	for _, e := range t.edits() {
		add(uint64(e.Offset)-old, nil)
		old = uint64(e.Offset)
		add(uint64(len(e.Data)), e.Data)
	}
	add(uint64(t.m.Size())-old, nil)
	return list
}

// edits gives the insertions as edits of the file.
func (t *tail) edits() []elfimg.Edit {
	t.settle()
	var list []elfimg.Edit
	add := func(at uint64, data []byte) {
		if len(data) > 0 {
			list = append(list, elfimg.Edit{Offset: int64(at), Insert: true, Data: data})
		}
	}
	for _, i := range t.ins {
		add(i.at, make([]byte, i.front))
		add(i.at, i.data)
		add(i.at, make([]byte, i.back))
	}
	return list
}
