package patcher

import (
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"relinterp/internal/arch"
	"relinterp/internal/elfimg"
)

// open parses a file, and says what it is if it is no ELF file.
func open(body *elfimg.Rope) (*elfimg.Image, error) {
	m, err := elfimg.ParseRope(body)
	if errors.Is(err, elfimg.ErrNotELF) {
		start := make([]byte, 2)
		if n, _ := body.ReadAt(start, 0); n == 2 && string(start) == "#!" {
			return nil, refuse(Script, "a script, not an ELF file", "patch the interpreter that its first line names")
		}
		return nil, refuse(NotELF, "not an ELF file", "name a dynamic executable")
	}
	return m, typed(err)
}

// typed makes a refusal of what elfimg says of a file.
func typed(err error) error {
	var format *elfimg.FormatError
	if errors.As(err, &format) {
		return damaged(format.Error())
	}
	return err
}

func damaged(what string) error {
	return refuse(Damaged, "damaged: "+what, "get the file anew; if it runs, please report it")
}

// machineName is musl's word for the machine of a file, or ELF's.
func machineName(m *elfimg.Image) string {
	a, known := arch.OfELF(m.Machine(), m.Class(), elf.Data(m.Header.Ident[elf.EI_DATA]))
	if !known {
		return m.Machine().String()
	}
	return a.Name
}

// kindOf says in a word what a file is: see Info.Type.
func kindOf(m *elfimg.Image) string {
	switch m.Type() {
	case elf.ET_REL:
		return "relocatable"
	case elf.ET_CORE:
		return "core"
	case elf.ET_EXEC:
		if m.FindProg(elf.PT_INTERP) >= 0 || needs(m) {
			return "executable"
		}
		return "static"
	case elf.ET_DYN:
	default:
		return "other"
	}
	switch {
	case m.FindProg(elf.PT_INTERP) >= 0 && (m.Dyn(elf.DT_SONAME) < 0 || m.Dyn(elf.DT_DEBUG) >= 0):
		return "pie"
	case isPIE(m) && needs(m):
		return "pie"
	case isPIE(m) || m.FindProg(elf.PT_DYNAMIC) < 0:
		return "static-pie"
	}
	return "library"
}

// isPIE says whether .dynamic is that of an executable: linkers put DT_DEBUG only there.
func isPIE(m *elfimg.Image) bool {
	flags, _ := m.DynValue(elf.DT_FLAGS_1)
	return flags&uint64(elf.DF_1_PIE) != 0 || m.Dyn(elf.DT_DEBUG) >= 0
}

// isLoader says whether m is a dynamic linker, by its name.
func isLoader(m *elfimg.Image) bool {
	names, _ := m.DynTexts(elf.DT_SONAME)
	return len(names) > 0 && (strings.HasPrefix(names[0], "ld-") || strings.HasPrefix(names[0], "ld.so") || strings.HasPrefix(names[0], "ld64.so"))
}

func needs(m *elfimg.Image) bool { return m.Dyn(elf.DT_NEEDED) >= 0 }

// suitable gives the reason why a program cannot get a stub, or nil.
func suitable(m *elfimg.Image) error {
	if m.DebugFile() {
		return refuse(DebugFile, "a separate file of debug information, without the program", "patch the program")
	}
	switch kindOf(m) {
	case "relocatable":
		return refuse(Relocatable, "a relocatable object, not a program", "link it first")
	case "core":
		return refuse(Core, "a core file, not a program", "name the program that left it")
	case "library":
		if m.FindProg(elf.PT_INTERP) >= 0 { // such as glibc's libc.so.6, which can be run
			break
		}
		return refuse(SharedLibrary, "a shared library: the program that loads it finds the loader", "patch the program; --set-runpath alone changes where a library looks")
	case "static", "static-pie":
		return refuse(Static, "statically linked: it needs no loader", "leave it as it is; it runs anywhere")
	case "executable", "pie":
	default:
		return refuse(Damaged, "neither an executable nor a library: "+m.Type().String(), "name a dynamic executable")
	}
	if m.FindProg(elf.PT_INTERP) < 0 {
		return refuse(Wrapper, "it has no PT_INTERP, yet needs libraries: it starts its loader by other means already", "patch the program as it was before that, or leave it as it is")
	}
	return runnable(m)
}

// runnable gives the reason why a program with PT_INTERP cannot be what it claims, or nil.
func runnable(m *elfimg.Image) error {
	if _, err := m.Interp(); err != nil {
		return damaged(err.Error())
	}
	if m.FindProg(elf.PT_DYNAMIC) < 0 {
		return refuse(Static, "it has a PT_INTERP but no PT_DYNAMIC: no loader can link it", "leave it as it is")
	}
	if _, _, err := m.DynStrings(); err != nil {
		return damaged(err.Error())
	}
	if _, ok := m.Address(m.Header.Phoff, uint64(len(m.Progs))*m.ProgSize()); !ok {
		return damaged("its program headers are not loaded, so no loader can read them")
	}
	return loadable(m)
}

// loadable gives the reason why no kernel or loader can map a file, or nil.
func loadable(m *elfimg.Image) error {
	for _, p := range m.Progs {
		if p.Type != uint32(elf.PT_LOAD) {
			continue
		}
		if p.Off > uint64(m.Size()) || p.Filesz > uint64(m.Size())-p.Off {
			return damaged("the file is shorter than its segments")
		}
		if p.Filesz > p.Memsz || p.Vaddr+p.Memsz < p.Vaddr || p.Vaddr+p.Memsz > 1<<63 {
			return damaged("a segment has impossible sizes")
		}
	}
	return nil
}

// disjoint refuses files of which two tables share bytes, so that a change of one would be one of the other.
func disjoint(m *elfimg.Image) error {
	tables := []span{{0, m.HeaderSize()}, sized(m.Header.Phoff, uint64(len(m.Progs))*m.ProgSize()), sized(m.Header.Shoff, uint64(len(m.Sections))*m.SectionSize())}
	if i := m.FindProg(elf.PT_DYNAMIC); i >= 0 {
		tables = append(tables, sized(m.Progs[i].Off, uint64(len(m.Dynamic))*m.DynSize()))
	}
	for _, s := range m.Sections {
		if s.Type == uint32(elf.SHT_SYMTAB) && s.Off+s.Size > s.Off {
			tables = append(tables, sized(s.Off, s.Size))
		}
	}
	tables = slices.DeleteFunc(tables, func(s span) bool { return s.start == s.end })
	slices.SortFunc(tables, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	for i := range tables[1:] {
		if tables[i+1].start < tables[i].end {
			return damaged("its tables overlap")
		}
	}
	return nil
}

func sized(off, n uint64) span { return span{off, off + n} }

// system refuses programs of other systems: EI_OSABI (gABI chapter 4).
func system(m *elfimg.Image) error {
	switch abi := elf.OSABI(m.Header.Ident[elf.EI_OSABI]); abi {
	case elf.ELFOSABI_NONE, elf.ELFOSABI_LINUX, elf.ELFOSABI_ARM:
		return nil
	default:
		return refuse(NoStub, fmt.Sprintf("made for another system than Linux: %v", abi), "name a program for Linux")
	}
}

// original gives the file that a patched one was made from, after having compared the checksum over all of both.
func original(m *elfimg.Image, f *found) (*elfimg.Rope, error) {
	if f.version != paramsVersion {
		return nil, refuse(OtherVersion, fmt.Sprintf("it was patched by another version of relinterp-patch, whose record (version %d, not %d) cannot be read", f.version, paramsVersion),
			"restore it with the relinterp-patch that patched it, or take the original from where it came from")
	}
	changed := refuse(Changed, "it was changed since it was patched (stripped, signed, appended to, edited), so the original cannot be made from it",
		"it may run as it is; else get the program anew, let strip and the like work on it first, and then relinterp-patch")
	rope, r, err := undo(m, f)
	if errors.Is(err, errUndo) {
		return nil, changed
	}
	if err != nil {
		return nil, err
	}
	sum, err := checksum(0, rope, 0, rope.Size())
	if err == nil {
		sum, err = wholeSum(sum, m.Body(), rope, int64(f.undoOff))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || err == nil && sum != r.sum {
		return nil, changed
	}
	return rope, err
}
