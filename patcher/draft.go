package patcher

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"relinterp/internal/arch"
	"relinterp/internal/elfimg"
	"relinterp/internal/stub"
)

// Names of what a patched file has more.
const (
	sectionName = ".retrofit" // a name in .rel would be that of relocations
	interpName  = ".interp"

	hiddenInterp = "interp"          // its name in a patched file
	symbolName   = "_dl_debug_state" // where debuggers of a program without .interp have their breakpoint
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
	strAt        uint64 // offset in segment of .dynstr
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
	parts        []Part        // of what is added
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
	if err := disjoint(m); err != nil {
		return nil, err
	}
	return d, d.decideRunpath()
}

func (d *draft) withStub() error {
	m, o := d.old, d.opts
	if err := suitable(m); err != nil {
		return err
	}
	interp, err := m.Interp()
	if err != nil {
		return err
	}
	loader := o.Loader
	if loader == "" {
		loader = path.Base(interp)
	}
	if loader == "." || loader == ".." || loader == "/" || strings.ContainsAny(loader, "/\x00") {
		return refuse(BadOptions, fmt.Sprintf("%q is no loader's file name", loader), "give one with --loader NAME")
	}
	kind := stub.Any
	switch {
	case arch.MuslLoader(path.Base(interp)):
		kind = stub.Musl
	case o.Whole != nil && o.Whole(interp, loader):
		kind = stub.Whole
	}
	s, ok := stub.For(m.Machine(), m.Class(), elf.Data(m.Header.Ident[elf.EI_DATA]), kind)
	if !ok {
		return refuse(NoStub, fmt.Sprintf("made for %s (%v, %v), for which there is no stub", d.plan.Arch, m.Class(), elf.Data(m.Header.Ident[elf.EI_DATA])),
			"stubs exist for: "+strings.Join(stubNames(), ", "))
	}
	d.code, d.entry, d.debugState = s.Code, s.Entry, s.DebugState
	d.params = params{loader: loader, fallback: o.Fallback}
	if d.params.placeless, err = placeless(m); err != nil {
		return err
	}
	d.plan.Interpreter, d.plan.Loader, d.plan.Fallback, d.plan.Stub = interp, loader, o.Fallback, string(kind)
	return nil
}

// placeless says whether a program's loader will leave $ORIGIN alone: it loads libc, and nothing later. The first
// look at /proc/self/exe in a process is dear, and the path that execve was given does as well then.
func placeless(m *elfimg.Image) (bool, error) {
	needed, err := m.DynTexts(elf.DT_NEEDED)
	if err != nil {
		return false, damaged(err.Error())
	}
	off, size, err := m.DynStrings()
	if err != nil {
		return false, damaged(err.Error())
	}
	names, err := m.Bytes(off, size)
	if err != nil {
		return false, damaged(err.Error())
	}
	// dlopen and glibc's dlmopen; perhaps the end of a longer name, for linkers share those.
	return len(needed) <= 1 && !bytes.Contains(names, []byte("dlopen")) && !bytes.Contains(names, []byte("dlmopen")), nil
}

func stubNames() []string {
	var list []string
	for _, a := range stub.Machines() {
		list = append(list, a.Name)
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
	kept := map[string]bool{}
	for _, e := range list {
		kept[e] = e != ""
	}
	return slices.ContainsFunc(old, func(e string) bool { return kept[e] })
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

// count adds to a part of what the file gets longer by.
func (d *draft) count(what string, n int) {
	i := slices.IndexFunc(d.parts, func(p Part) bool { return p.What == what })
	if i < 0 {
		i, d.parts = len(d.parts), append(d.parts, Part{What: what})
	}
	d.parts[i].Bytes += int64(n)
}

// added gives the parts of what the file gets longer by.
func (d *draft) added(total int64) []Part {
	if d.fixed {
		return nil
	}
	d.count("tables that could not grow in their places", int(d.tail.copied))
	rest := total
	for _, p := range d.parts {
		rest -= p.Bytes
	}
	d.count("zeros for alignment", int(rest))
	return slices.DeleteFunc(d.parts, func(p Part) bool { return p.Bytes == 0 })
}

func (d *draft) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(d.plan.Notes, text) {
		d.plan.Notes = append(d.plan.Notes, text)
	}
}
