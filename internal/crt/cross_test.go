package crt

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/need"
)

// everyMachine compiles the entry object for each machine but the host with Debian's gcc for it and
// with clang, as the build does.
func everyMachine(t *testing.T, check func(t *testing.T, a arch.Arch, f *elf.File)) {
	t.Helper()
	host, _ := arch.Host()
	for _, a := range arch.All() {
		if a.Name == host.Name || a.Extra && os.Getenv("RELINTERP_FULL") != "1" {
			continue
		}
		for _, compiler := range compilers {
			t.Run(a.Name+"/"+compiler, func(t *testing.T) {
				t.Parallel()
				f := crossObject(t, a, compiler)
				if got, _ := arch.OfELF(f.Machine, f.Class, f.Data); got.Name != a.Name {
					t.Fatalf("compiled for %q", got.Name)
				}
				check(t, a, f)
			})
		}
	}
}

func crossObject(t *testing.T, a arch.Arch, compiler string) *elf.File {
	t.Helper()
	look(t)
	name, pkg, words := a.GNU+"-gcc", a.GCCPackage(), []string(nil)
	if compiler == "clang" {
		name, pkg, words = "clang", "clang", append([]string{"--target=" + a.GNU}, a.Clang...)
	}
	cc := need.Tool(t, name, pkg)
	out := filepath.Join(t.TempDir(), "relinterp.o")
	args := append(slices.Concat(words, a.Object, a.ABI), ObjectArgs(compiler == "clang", "-Oz", filepath.Join(need.Top(), "crt"), out)...)
	if text, err := exec.Command(cc, append(args, "-Werror")...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, text)
	}
	f, err := elf.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// A structure's copy may become a call of memcpy on one machine and not on another.
func TestEveryMachinesObjectNeedsOnlyThese(t *testing.T) {
	allowed := []string{"_DYNAMIC", "_GLOBAL_OFFSET_TABLE_", "__global_pointer$", "__libc_start_main", "main"}
	everyMachine(t, func(t *testing.T, a arch.Arch, f *elf.File) {
		symbols, err := f.Symbols()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range symbols {
			byLinker := f.Machine == elf.EM_PPC64 && (s.Name == ".TOC." || strings.HasPrefix(s.Name, "_savegpr0_") || strings.HasPrefix(s.Name, "_restgpr0_"))
			if s.Section == elf.SHN_UNDEF && !byLinker && !slices.Contains(allowed, s.Name) {
				t.Errorf("undefined: %s", s.Name)
			}
		}
	})
}

// The GOT is filled by the loader, and data is relocated by it: only what runs afterwards may look
// there, unless _start does that first.
func TestEveryMachinesObjectReadsNoGOT(t *testing.T) {
	everyMachine(t, func(t *testing.T, a arch.Arch, f *elf.File) {
		seen := 0
		for _, r := range relocations(t, f) {
			seen++
			if r.section == ".toc" && r.symbol == "main" { // the GOT of powerpc
				continue
			}
			if !strings.HasPrefix(r.section, ".text") && r.section != ".ARM.exidx" { // clang writes that table in any case
				t.Errorf("%s is relocated by %s", r.section, r.kind)
			}
			afterwards := r.symbol == "main" || r.symbol == "__libc_start_main" || r.symbol == "_GLOBAL_OFFSET_TABLE_"
			if strings.Contains(r.kind, "GOT") && !strings.HasSuffix(r.kind, "GOTOFF") && !afterwards && !a.GOT {
				t.Errorf("%s of %q", r.kind, r.symbol)
			}
		}
		if seen == 0 {
			t.Error("no relocations were read")
		}
	})
}

func TestEveryMachinesObjectHasNoWritableData(t *testing.T) {
	everyMachine(t, func(t *testing.T, a arch.Arch, f *elf.File) {
		for _, s := range f.Sections {
			if s.Flags&elf.SHF_WRITE != 0 && s.Size != 0 && (s.Name != ".toc" || s.Size != 8) {
				t.Errorf("%s holds %d bytes", s.Name, s.Size)
			}
		}
		if s := f.Section(".note.GNU-stack"); s == nil || s.Flags&elf.SHF_EXECINSTR != 0 {
			t.Errorf(".note.GNU-stack: %+v", s)
		}
	})
}

// Where a program asks for branch target identification, an object without the note takes it from
// the whole program, and one without landing pads ends it.
func TestAArch64ObjectHasLandingPads(t *testing.T) {
	a, _ := arch.Lookup("aarch64")
	for _, compiler := range compilers {
		f := crossObject(t, a, compiler)
		note := f.Section(".note.gnu.property")
		if note == nil {
			t.Fatalf("%s: no .note.gnu.property", compiler)
		}
		data, err := note.Data()
		if err != nil || len(data) < 28 || data[24]&1 == 0 { // GNU_PROPERTY_AARCH64_FEATURE_1_BTI
			t.Errorf("%s: % x, %v", compiler, data, err)
		}
		symbols, err := f.Symbols()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range symbols {
			if elf.ST_TYPE(s.Info) != elf.STT_FUNC || elf.ST_BIND(s.Info) != elf.STB_GLOBAL || s.Section == elf.SHN_UNDEF {
				continue
			}
			text, err := f.Sections[s.Section].Data()
			if err != nil || f.ByteOrder.Uint32(text[s.Value:]) != 0xd503245f {
				t.Errorf("%s: %s does not begin with bti c", compiler, s.Name)
			}
		}
	}
}

type relocation struct{ section, kind, symbol string }

// relocations reads all of an object's that concern what is loaded, of either class and with or
// without addends.
func relocations(t *testing.T, f *elf.File) []relocation {
	t.Helper()
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	var list []relocation
	for _, s := range f.Sections {
		if s.Type != elf.SHT_REL && s.Type != elf.SHT_RELA || f.Sections[s.Info].Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		data, err := s.Data()
		if err != nil {
			t.Fatal(err)
		}
		for ; len(data) >= int(s.Entsize); data = data[s.Entsize:] {
			var symbol, kind uint32
			if f.Class == elf.ELFCLASS64 {
				info := f.ByteOrder.Uint64(data[8:])
				symbol, kind = elf.R_SYM64(info), elf.R_TYPE64(info)
				if f.Machine == elf.EM_MIPS { // a word and four bytes, of which the last is the kind
					symbol, kind = f.ByteOrder.Uint32(data[8:]), uint32(data[15])
				}
			} else {
				info := f.ByteOrder.Uint32(data[4:])
				symbol, kind = elf.R_SYM32(info), elf.R_TYPE32(info)
			}
			r := relocation{section: f.Sections[s.Info].Name, kind: kindName(f.Machine, kind)}
			if symbol > 0 {
				r.symbol = symbols[symbol-1].Name
			}
			list = append(list, r)
		}
	}
	return list
}

func kindName(machine elf.Machine, kind uint32) string {
	switch machine {
	case elf.EM_386:
		return elf.R_386(kind).String()
	case elf.EM_AARCH64:
		return elf.R_AARCH64(kind).String()
	case elf.EM_ARM:
		return elf.R_ARM(kind).String()
	case elf.EM_RISCV:
		return elf.R_RISCV(kind).String()
	case elf.EM_MIPS:
		return elf.R_MIPS(kind).String()
	case elf.EM_PPC64:
		return elf.R_PPC64(kind).String()
	case elf.EM_S390:
		return elf.R_390(kind).String()
	}
	return elf.R_X86_64(kind).String()
}
