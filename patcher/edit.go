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
	sectionName = ".retrofit"       // a name in .rel would be that of relocations
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
	ours         uint64 // bytes of segment that are not .dynstr
	headers      uint64 // offset in segment of the program headers, if they move
	moveHeaders  bool
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
	switch kindOf(m) {
	case "library", "pie", "executable":
	default:
		return suitable(m)
	}
	if _, _, err := m.DynStrings(); err != nil {
		return refuse(Damaged, "damaged: "+err.Error(), "get the file anew")
	}
	d.plan.Interpreter, _ = m.Interp()
	return nil
}

// decideRunpath finds the folders, their string and its slot.
func (d *draft) decideRunpath() error {
	old, oldTag, err := oldRunpath(d.old)
	if err != nil {
		return refuse(Damaged, "damaged: "+err.Error(), "get the file anew")
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
			d.strAlign = max(1, min(s.Addralign, 4096))
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
	if d.dyn == nil {
		return refuse(NoSlot, ".dynamic has no room for a DT_RUNPATH", "link the program anew with -Wl,-rpath,'$ORIGIN'")
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
// places and these on it, so that its room grows until it fits.
func (d *draft) assemble() ([]elfimg.Edit, error) {
	sum, err := checksum(d.old.Body(), d.old.Size())
	if err != nil {
		return nil, err
	}
	for d.undoRoom = 64; ; {
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
		return refuse(HasPayload, what+", and there is no room in front of them", "--payload=keep-end keeps them at the end of the file")
	}
	return nil
}

// placeSegment finds the new segment's place in the file and in memory.
func (d *draft) placeSegment() error {
	page := pageSize(d.old)
	d.params.undoSize = d.undoRoom
	size := uint64(len(d.code)) + d.params.size() + d.undoRoom
	if d.moveHeaders {
		d.headers = alignUp(size, 8)
		size = d.headers + uint64(len(d.old.Progs)+1)*d.old.ProgSize()
	}
	d.ours = size
	if d.addition != "" {
		d.ours = alignUp(size, d.strAlign)
		size = d.ours + d.strSize + uint64(len(d.addition))
	}
	d.segOff = alignUp(d.tail.start, paramsAlign)
	front := d.segOff - d.tail.start
	d.tail.insert(d.tail.start, make([]byte, front+size))
	d.segment = d.tail.ins[0].data[front : front+size]
	var ok bool
	d.addr, ok = address(d.old, d.segOff, size, page, d.old.Header.Entry, d.old.Progs[d.old.FindProg(elf.PT_DYNAMIC)].Vaddr)
	if !ok {
		return refuse(NoSlot, "no free addresses within reach of the program's code", "no way is known; please report this program")
	}
	return nil
}

func (d *draft) fillSegment() error {
	m := d.old
	p := &d.params
	p.entry, p.dynamic = m.Header.Entry, m.Progs[m.FindProg(elf.PT_DYNAMIC)].Vaddr
	p.phdr, _ = m.Address(m.Header.Phoff, uint64(len(m.Progs))*m.ProgSize())
	if d.moveHeaders {
		p.phdr = d.addr + d.headers
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

// editProgs puts the new segment among the program headers.
func (d *draft) editProgs() error {
	load := elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Off: d.segOff, Vaddr: d.addr, Paddr: d.addr,
		Filesz: uint64(len(d.segment)), Memsz: uint64(len(d.segment)), Align: pageSize(d.old)}
	switch slot := d.old.FindProg(elf.PT_INTERP); {
	case d.code != nil:
		d.new.Progs = putLoad(d.old.Progs, slot, load)
		d.new.Header.Entry = d.addr + d.entry
		d.plan.SegmentSlot = "PT_INTERP's"
		d.plan.NewEntry = d.new.Header.Entry
	default:
		load.Flags = uint32(elf.PF_R)
		if err := d.expendable(load); err != nil {
			return err
		}
	}
	d.plan.Segment = segmentInfo(load)
	if d.opts.StackSize == 0 {
		return nil
	}
	i := d.new.FindProg(elf.PT_GNU_STACK)
	if i < 0 {
		return refuse(BadOptions, "it has no PT_GNU_STACK, where the size of threads' stacks would stand", "leave --stack-size away, or link it anew with -Wl,-z,stack-size=N")
	}
	d.new.Progs[i].Memsz = d.opts.StackSize
	return nil
}

// expendable finds a slot for a segment in a file that keeps its PT_INTERP, or has none.
func (d *draft) expendable(load elf.Prog64) error {
	if i := d.old.FindProg(elf.PT_NULL); i >= 0 {
		d.new.Progs = putLoad(d.old.Progs, i, load)
		d.plan.SegmentSlot = "a PT_NULL's"
		return nil
	}
	if !d.moveHeaders {
		d.moveHeaders = true
		return errAgain
	}
	progs := append(slices.Clone(d.old.Progs), elf.Prog64{})
	d.new.Progs = putLoad(progs, len(progs)-1, load)
	d.new.Header.Phnum++
	d.new.Header.Phoff = d.segOff + d.headers
	d.plan.SegmentSlot = "a new one: the program headers move into the segment"
	if i := d.new.FindProg(elf.PT_PHDR); i >= 0 {
		p := &d.new.Progs[i]
		p.Off, p.Vaddr, p.Paddr = d.new.Header.Phoff, d.addr+d.headers, d.addr+d.headers
		p.Filesz = uint64(len(progs)) * d.old.ProgSize()
		p.Memsz = p.Filesz
	}
	return nil
}

// editDynamic lets .dynamic speak of the new .dynstr.
func (d *draft) editDynamic() error {
	i := d.new.FindProg(elf.PT_DYNAMIC)
	size := uint64(len(d.new.Dynamic)) * d.old.DynSize()
	if p := &d.new.Progs[i]; size > p.Filesz {
		p.Filesz, p.Memsz = size, max(size, p.Memsz)
	}
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
	if err != nil {
		return nil, err
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
