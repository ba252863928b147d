package patcher

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"relinterp/internal/elfimg"
	"relinterp/internal/stub"
)

// Names of what a patched file has more.
const (
	sectionName = ".retrofit" // a name in .rel would be that of relocations
	interpName  = ".interp"
	symbolName  = "_dl_debug_state" // where debuggers of a program without .interp have their breakpoint
)

// near is how many equal bytes between two changed ones are cheaper to repeat than to copy.
const near = 4

// errAgain asks for another round with what the last one learned.
var errAgain = errors.New("again")

// draft is a plan in the making.
type draft struct {
	old  *elfimg.Image
	plan *Plan
	opts Options

	code       []byte // the stub's, or none
	entry      uint64 // in code
	debugState uint64
	params     params

	tag      elf.DynTag
	dyn      []elf.Dyn64
	strOff   uint64 // of the old .dynstr
	strSize  uint64
	strAlign uint64
	addition string // new string with its NUL, or "" if it is there already
	runpath  uint64 // offset of the RUNPATH in .dynstr

	// What follows is decided anew in each round of assemble.
	tail         *tail
	new          *elfimg.Image
	segment      []byte // in an insertion of tail
	segOff, addr uint64
	own          uint64 // bytes of segment that are in no section but its own
	ours         uint64 // offset in segment of .dynstr
	headers      uint64 // offset in segment of the program headers, if they move
	moreHeaders  int    // than before
	block        span   // of the old file, which gives its place to program headers; its end is 0 if none does
	blockAt      uint64 // offset in segment of its new place
	moveDynamic  bool
	fixed        bool   // nothing in the file may move
	dynOff       uint64 // of .dynamic, if it moves
	dynAddr      uint64
	undoRoom     uint64
	extra        []elfimg.Edit // small changes elsewhere
}

// newDraft decides everything that does not depend on places.
func newDraft(m *elfimg.Image, o Options) (*draft, error) {
	d := &draft{old: m, opts: o, plan: &Plan{
		Arch: machineName(m), InputSize: m.Size(), OldEntry: m.Header.Entry, NewEntry: m.Header.Entry, StackSize: o.StackSize,
	}}
	if err := system(m); err != nil {
		return nil, err
	}
	decide := d.withStub
	if o.RunpathOnly {
		decide = d.withoutStub
	}
	if err := decide(); err != nil {
		return nil, err
	}
	return d, d.decideRunpath()
}

func (d *draft) withStub() error {
	m, o := d.old, d.opts
	if err := suitable(m); err != nil {
		return err
	}
	s, ok := stub.For(m.Machine(), m.Class(), elf.Data(m.Header.Ident[elf.EI_DATA]))
	if !ok {
		return refuse(NoStub, fmt.Sprintf("made for %s (%v, %v), for which there is no stub", d.plan.Arch, m.Class(), elf.Data(m.Header.Ident[elf.EI_DATA])),
			"stubs exist for: "+strings.Join(stubNames(), ", "))
	}
	interp, err := m.Interp()
	if err != nil {
		return err
	}
	loader := o.Loader
	if loader == "" {
		loader = path.Base(interp)
	}
	if loader == "." || loader == "/" || strings.ContainsAny(loader, "/\x00") {
		return refuse(BadOptions, fmt.Sprintf("%q is no loader's file name", loader), "give one with --loader NAME")
	}
	d.code, d.entry, d.debugState = s.Code, s.Entry, s.DebugState
	d.params = params{loader: loader, fallback: o.Fallback}
	d.plan.Interpreter, d.plan.Loader, d.plan.Fallback = interp, loader, o.Fallback
	return nil
}

func stubNames() []string {
	var list []string
	for _, s := range stub.All() {
		list = append(list, s.Arch)
	}
	return list
}

// withoutStub is for --set-runpath, where the loader is found by others.
func (d *draft) withoutStub() error {
	m := d.old
	switch kind := kindOf(m); {
	case kind != "library" && kind != "pie" && kind != "executable" || m.DebugFile():
		return suitable(m)
	case isLoader(m):
		return refuse(SharedLibrary, "a loader: glibc's stops at a RUNPATH of its own", "leave it as it is")
	}
	if _, _, err := m.DynStrings(); err != nil {
		return damaged(err.Error())
	}
	d.plan.Interpreter, _ = m.Interp()
	return loadable(m)
}

// decideRunpath finds the folders, their string and its slot.
func (d *draft) decideRunpath() error {
	old, oldTag, err := oldRunpath(d.old)
	if err != nil {
		return damaged(err.Error())
	}
	p := d.plan
	if p.Runpath, p.Dropped, err = newRunpath(old, d.opts); err != nil {
		return err
	}
	d.tag = elf.DT_RUNPATH
	if d.opts.Rpath || oldTag == elf.DT_RPATH && inherits(old, p.Runpath) {
		d.tag = elf.DT_RPATH
	}
	if d.tag == elf.DT_RPATH && !d.opts.Rpath {
		d.note("it had a DT_RPATH, which its libraries inherit; that stays so")
	}
	p.RunpathTag = d.tag.String()
	if d.strOff, d.strSize, err = d.old.DynStrings(); err != nil {
		return err
	}
	d.strAlign = 1
	for _, s := range d.old.Sections {
		if s.Off == d.strOff && s.Type == uint32(elf.SHT_STRTAB) && s.Addralign&(s.Addralign-1) == 0 {
			d.strAlign = max(1, min(s.Addralign, paramsAlign))
		}
	}
	return d.decideSlot(strings.Join(p.Runpath, ":"))
}

// inherits says whether entries of an old DT_RPATH are still there.
func inherits(old, list []string) bool {
	return slices.ContainsFunc(old, func(e string) bool { return e != "" && slices.Contains(list, e) })
}

// oldRunpath gives the entries and the tag that loaders go by: DT_RPATH counts only alone.
func oldRunpath(m *elfimg.Image) ([]string, elf.DynTag, error) {
	for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
		list, err := m.DynTexts(tag)
		if err != nil || len(list) > 0 {
			return strings.Split(strings.Join(list, ":"), ":"), tag, err
		}
	}
	return nil, elf.DT_NULL, nil
}

func (d *draft) decideSlot(text string) error {
	if text == "" {
		d.dyn, d.plan.RunpathSlot = withoutRunpath(d.old.Dynamic), "none: it is removed"
		return nil
	}
	strings, err := d.old.Bytes(d.strOff, d.strSize)
	if err != nil {
		return err
	}
	if i := bytes.Index(strings, []byte(text+"\x00")); i >= 0 {
		d.runpath = uint64(i)
	} else {
		d.runpath, d.addition = d.strSize, text+"\x00"
	}
	entry := elf.Dyn64{Tag: int64(d.tag), Val: d.runpath}
	d.dyn, d.plan.RunpathSlot = putRunpath(d.old.Dynamic, entry, dynamicRoom(d.old, d.old.DynSize()))
	if d.dyn == nil { // a longer copy of it in a segment of its own, since loaders write to it
		d.moveDynamic = true
		d.dyn = append(slices.Clone(d.old.Dynamic[:dynEnd(d.old.Dynamic)]), entry, elf.Dyn64{})
		d.plan.RunpathSlot = "none was free: .dynamic moves into a second segment"
	}
	return nil
}

func (d *draft) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(d.plan.Notes, text) {
		d.plan.Notes = append(d.plan.Notes, text)
	}
}

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

func (d *draft) checkPayload() error {
	n, err := d.tail.payload()
	if err != nil || n == 0 {
		return err
	}
	what := fmt.Sprintf("%d bytes that others appended lie behind the program", n)
	switch d.opts.Payload {
	case RefusePayload:
		return refuse(HasPayload, what, "--payload=keep-end keeps them at the end of the file")
	case KeepOffset:
		d.fixed = true
		d.note("everything goes into unused bytes of the file, so that what is behind the program stays where it is; debuggers do not hear of libraries")
	}
	return nil
}

// fill places the segment into bytes of the file that nothing uses, where nothing may move.
func (d *draft) fill(size uint64) error {
	noRoom := refuse(HasPayload, "bytes that others appended lie behind the program, and there is no room in front of them", "--payload=keep-end keeps them at the end of the file")
	if d.moveDynamic || d.moreHeaders > 0 {
		return noRoom
	}
	for _, h := range holes(d.old) {
		h.start = alignUp(h.start, paramsAlign)
		if h.end < h.start || h.end-h.start < size {
			continue
		}
		b, err := d.old.Bytes(h.start, size)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) {
			continue
		}
		d.segOff, d.segment = h.start, b
		d.extra = append(d.extra, elfimg.Edit{Offset: int64(h.start), Data: b})
		return d.findAddresses()
	}
	return noRoom
}

// placeSegment finds the new segment's place in the file and in memory, and that of a second one.
func (d *draft) placeSegment() error {
	d.params.undoSize = d.undoRoom
	size := uint64(len(d.code)) + d.params.size() + d.undoRoom
	own := size
	if d.block.end > 0 {
		d.blockAt = alignUp(size, 16) + d.block.start%16
		size = d.blockAt + d.block.end - d.block.start
	} else if d.moreHeaders > 0 {
		d.headers = alignUp(size, 8)
		size = d.headers + uint64(len(d.old.Progs)+d.moreHeaders)*d.old.ProgSize()
		own = size
	}
	d.own, d.ours = own, size
	if d.addition != "" {
		d.ours = alignUp(size, d.strAlign)
		size = d.ours + d.strSize + uint64(len(d.addition))
	}
	if d.fixed {
		return d.fill(size)
	}
	d.segOff = d.tail.begin()
	front := d.segOff - d.tail.start
	more := uint64(0)
	if d.moveDynamic {
		d.dynOff = alignUp(d.segOff+size, paramsAlign)
		more = d.dynOff + uint64(len(d.dyn))*d.old.DynSize() - d.segOff - size
	}
	d.tail.insert(d.tail.start, make([]byte, front+size+more, front+size+more+16))
	d.segment = d.tail.ins[0].data[front : front+size : front+size]
	return d.findAddresses()
}

func (d *draft) findAddresses() error {
	m, page, ok := d.old, pageSize(d.old), false
	far := refuse(NoSlot, "no free addresses within reach of the program's code", "no way is known; please report this program")
	var near []uint64
	if d.code != nil {
		near = []uint64{m.Header.Entry, m.Progs[m.FindProg(elf.PT_DYNAMIC)].Vaddr}
	}
	if d.addr, ok = address(m, m.Progs, d.segOff, uint64(len(d.segment)), page, near...); !ok {
		return far
	}
	if !d.moveDynamic {
		return nil
	}
	progs := append(slices.Clone(m.Progs), d.load())
	if d.dynAddr, ok = address(m, progs, d.dynOff, uint64(len(d.dyn))*m.DynSize(), page, near...); !ok {
		return far
	}
	return nil
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
	copy(d.segment[d.ours+uint64(copy(d.segment[d.ours:], old)):], d.addition)
	return nil
}

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
	progs[i].Memsz = d.opts.StackSize
	return nil
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
	d.new.Dynamic[d.new.Dyn(elf.DT_STRTAB)].Val = d.addr + d.ours
	d.new.Dynamic[d.new.Dyn(elf.DT_STRSZ)].Val = d.strSize + uint64(len(d.addition))
	return nil
}

// edits gives what changes in the old file.
func (d *draft) edits() ([]elfimg.Edit, error) {
	tables, err := d.new.Tables()
	if err != nil { // a number of a 32-bit file that is too large, and was before
		return nil, damaged(err.Error())
	}
	list := append(d.tail.edits(), d.extra...)
	for _, t := range tables {
		more, err := d.tail.write(t.Offset, t.Bytes)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}
