package patcher

import (
	"debug/elf"
	"io"
	"slices"
	"strings"

	"github.com/xyproto/ainur"

	"relinterp/internal/elfimg"
)

// Info is what a file is.
type Info struct {
	Class        string       `json:"class"`                 // "ELF32" or "ELF64"
	ByteOrder    string       `json:"byte_order"`            // "little" or "big"
	Machine      string       `json:"machine"`               // "x86_64", or ELF's word: "EM_SPARC"
	Type         string       `json:"type"`                  // "pie", "executable", "static", "static-pie", "library", "relocatable", "core", "other"
	Interpreter  string       `json:"interpreter,omitempty"` // PT_INTERP; of a patched file the original's
	Soname       string       `json:"soname,omitempty"`
	Needed       []string     `json:"needed,omitempty"`
	RunpathTag   string       `json:"runpath_tag,omitempty"` // "DT_RUNPATH" or "DT_RPATH"
	Runpath      []string     `json:"runpath,omitempty"`
	Entry        uint64       `json:"entry"`
	StackSize    uint64       `json:"stack_size,omitempty"` // p_memsz of PT_GNU_STACK
	Segments     []Segment    `json:"segments,omitempty"`
	DynamicSpare int          `json:"dynamic_spare"` // DT_NULL slots behind the first
	Stripped     bool         `json:"stripped"`      // no .symtab
	Compiler     string       `json:"compiler,omitempty"`
	Size         int64        `json:"size"`
	Payload      *Range       `json:"payload,omitempty"` // bytes behind the image
	Patched      *PatchedInfo `json:"patched,omitempty"`
	Refusal      *Refusal     `json:"refusal,omitempty"` // why it cannot be patched, if so
}

// Segment is one row of the program header table.
type Segment struct {
	Type       string `json:"type"`  // "PT_LOAD"
	Flags      string `json:"flags"` // "R-X"
	Offset     uint64 `json:"offset"`
	Address    uint64 `json:"address"`
	FileSize   uint64 `json:"file_size"`
	MemorySize uint64 `json:"memory_size"`
	Align      uint64 `json:"align"`
}

// Range is a stretch of a file, in bytes.
type Range struct {
	Offset int64 `json:"offset"`
	Size   int64 `json:"size"`
}

// PatchedInfo is what a patched file's stub was told.
type PatchedInfo struct {
	Version       uint32 `json:"version"`
	Loader        string `json:"loader"`
	Fallback      string `json:"fallback,omitempty"`
	OriginalEntry uint64 `json:"original_entry"`
	OriginalSize  int64  `json:"original_size"`
	Segment       Range  `json:"segment"`           // in the file
	Changed       string `json:"changed,omitempty"` // why the original cannot be made from it
}

// Inspect says what the file of size bytes in r is. An error is a Refusal (not an ELF file, damaged)
// or that of reading.
func Inspect(r io.ReaderAt, size int64) (*Info, error) {
	m, i, err := inspect(r, size)
	if err == nil {
		i.Compiler = compiler(m)
	}
	return i, typed(err)
}

// Tables is Inspect without Compiler, which has to be searched for in the program's data.
func Tables(r io.ReaderAt, size int64) (*Info, error) {
	_, i, err := inspect(r, size)
	return i, typed(err)
}

func inspect(r io.ReaderAt, size int64) (*elfimg.Image, *Info, error) {
	m, err := open(elfimg.NewRope(r, size))
	if err != nil {
		return nil, nil, err
	}
	i := describe(m)
	f, err := findParams(m)
	if err != nil {
		return nil, nil, err
	}
	if f != nil {
		if err := i.patched(m, f); err != nil {
			return nil, nil, err
		}
	} else if err := suitable(m); err != nil {
		i.Refusal, _ = err.(*Refusal)
	}
	return m, i, nil
}

// describe says what stands in the tables.
func describe(m *elfimg.Image) *Info {
	i := &Info{Class: map[elf.Class]string{elf.ELFCLASS32: "ELF32", elf.ELFCLASS64: "ELF64"}[m.Class()],
		ByteOrder: map[bool]string{true: "little", false: "big"}[m.Header.Ident[elf.EI_DATA] == byte(elf.ELFDATA2LSB)],
		Machine:   machineName(m), Type: kindOf(m), Entry: m.Header.Entry, Size: m.Size(), Stripped: true}
	i.Interpreter, _ = m.Interp()
	i.Needed, _ = m.DynTexts(elf.DT_NEEDED)
	if names, _ := m.DynTexts(elf.DT_SONAME); len(names) > 0 {
		i.Soname = names[0]
	}
	if list, tag, err := oldRunpath(m); err == nil && list != nil {
		i.Runpath, i.RunpathTag = list, tag.String()
	}
	for _, p := range m.Progs {
		i.Segments = append(i.Segments, *segmentInfo(p))
	}
	if s := m.FindProg(elf.PT_GNU_STACK); s >= 0 {
		i.StackSize = m.Progs[s].Memsz
	}
	if end := dynEnd(m.Dynamic); end < len(m.Dynamic) {
		i.DynamicSpare = len(m.Dynamic) - end - 1
	}
	for _, s := range m.Sections {
		if s.Type == uint32(elf.SHT_SYMTAB) {
			i.Stripped = false
		}
	}
	t := newTail(m)
	if n, err := t.payload(); err == nil && n > 0 && m.Type() != elf.ET_CORE {
		i.Payload = &Range{int64(t.end), int64(n)}
	}
	return i
}

func segmentInfo(p elf.Prog64) *Segment {
	flags := []byte("---")
	for i, f := range []elf.ProgFlag{elf.PF_R, elf.PF_W, elf.PF_X} {
		if p.Flags&uint32(f) != 0 {
			flags[i] = "RWX"[i]
		}
	}
	return &Segment{Type: elf.ProgType(p.Type).String(), Flags: string(flags), Offset: p.Off, Address: p.Vaddr,
		FileSize: p.Filesz, MemorySize: p.Memsz, Align: p.Align}
}

// patched adds what the stub was told, and what the original was.
func (i *Info) patched(m *elfimg.Image, f *found) error {
	p := m.Progs[f.segment]
	i.Patched = &PatchedInfo{Version: f.version, Loader: f.loader, Fallback: f.fallback, OriginalEntry: f.entry,
		Segment: Range{int64(p.Off), int64(p.Filesz)}}
	rope, err := original(m, f)
	if refusal, ok := err.(*Refusal); ok {
		i.Patched.Changed = refusal.What
		return nil
	}
	if err != nil {
		return err
	}
	old, err := open(rope)
	if err != nil {
		return err
	}
	was := describe(old)
	i.Interpreter, i.Type, i.Stripped, i.Patched.OriginalSize = was.Interpreter, was.Type, was.Stripped, was.Size
	return nil
}

// Limits of what ainur is shown: it reads .comment into memory and searches others from start to end.
const (
	maxComment = 1 << 20
	maxNames   = 16 << 20
	maxWords   = 1024 // of its answer, in bytes
)

// compiler asks ainur, a guest that may stumble over odd files.
func compiler(m *elfimg.Image) (name string) {
	defer func() {
		if recover() != nil {
			name = ""
		}
	}()
	if !plainNames(m) {
		return ""
	}
	f, err := elf.NewFile(m.Body())
	if err != nil {
		return ""
	}
	f.Sections = slices.DeleteFunc(f.Sections, func(s *elf.Section) bool { // those it would take memory or long to read
		return s.Flags&elf.SHF_COMPRESSED != 0 || s.Size > elfimg.MaxBytes || s.Name == ".comment" && s.Size > maxComment
	})
	name = ainur.Compiler(f)
	if strings.EqualFold(name, "unknown") || len(name) > maxWords {
		return ""
	}
	return name
}

// plainNames says whether debug/elf, which makes a copy of every section's name, can do so.
func plainNames(m *elfimg.Image) bool {
	names, err := m.SectionNames()
	if err != nil || m.Sections[m.NamesIndex()].Flags&uint64(elf.SHF_COMPRESSED) != 0 {
		return false
	}
	total := 0
	for _, n := range names {
		total += len(n)
	}
	return total <= maxNames
}
