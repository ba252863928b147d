package crt

import (
	"debug/elf"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"relinterp/internal/need"
)

var compilers = []string{"gcc", "clang"}

// object compiles the entry object as the build does.
func object(t *testing.T, compiler string, more ...string) *elf.File {
	t.Helper()
	look(t)
	cc := need.Tool(t, compiler, compiler)
	out := filepath.Join(t.TempDir(), "relinterp.o")
	size := "-Oz"
	if exec.Command(cc, size, "-fsyntax-only", "-xc", "/dev/null").Run() != nil {
		size = "-Os"
	}
	args := append(ObjectArgs(compiler == "clang", size, filepath.Join(need.Top(), "crt"), out), append(more, "-Werror")...)
	if text, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", compiler, strings.Join(args, " "), err, text)
	}
	f, err := elf.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func each(t *testing.T, check func(t *testing.T, f *elf.File)) {
	t.Helper()
	for _, compiler := range compilers {
		t.Run(compiler, func(t *testing.T) {
			t.Parallel()
			check(t, object(t, compiler))
		})
	}
}

// Anything else, memcpy for one, would be called before anybody has linked it.
func TestObjectNeedsOnlyThese(t *testing.T) {
	allowed := []string{"_DYNAMIC", "_GLOBAL_OFFSET_TABLE_", "__libc_start_main", "main"}
	each(t, func(t *testing.T, f *elf.File) {
		symbols, err := f.Symbols()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range symbols {
			if s.Section == elf.SHN_UNDEF && !slices.Contains(allowed, s.Name) {
				t.Errorf("undefined: %s", s.Name)
			}
		}
	})
}

func TestObjectDefinesOnlyThese(t *testing.T) {
	want := []string{"__relinterp_fallback weak hidden", "__relinterp_loader weak hidden", "_dl_debug_state global", "_start global",
		"relinterp_start_c global hidden"}
	each(t, func(t *testing.T, f *elf.File) {
		symbols, err := f.Symbols()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range symbols {
			bind := map[elf.SymBind]string{elf.STB_GLOBAL: " global", elf.STB_WEAK: " weak"}[elf.ST_BIND(s.Info)]
			if s.Section == elf.SHN_UNDEF || bind == "" {
				continue
			}
			if elf.ST_VISIBILITY(s.Other) == elf.STV_HIDDEN {
				bind += " hidden"
			}
			got = append(got, s.Name+bind)
		}
		sort.Strings(got)
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

func TestObjectHasNoWritableData(t *testing.T) {
	each(t, func(t *testing.T, f *elf.File) {
		for _, s := range f.Sections {
			if s.Flags&elf.SHF_WRITE != 0 && s.Size != 0 {
				t.Errorf("%s holds %d bytes", s.Name, s.Size)
			}
		}
	})
}

func TestObjectHasNoUnwindTables(t *testing.T) {
	each(t, func(t *testing.T, f *elf.File) {
		for _, s := range f.Sections {
			if strings.Contains(s.Name, "eh_frame") || strings.HasPrefix(s.Name, ".debug") {
				t.Errorf("%s of %d bytes", s.Name, s.Size)
			}
		}
	})
}

// Nobody has relocated the program when the object runs: every address must come from the program
// counter. Only main and __libc_start_main, used when the loader has been here, may go through the GOT.
func TestObjectIsRelativeToTheProgramCounter(t *testing.T) {
	allowed := map[elf.R_X86_64][]string{
		elf.R_X86_64_PC32:          nil,
		elf.R_X86_64_PLT32:         nil,
		elf.R_X86_64_GOTPCREL:      {"main", "__libc_start_main"},
		elf.R_X86_64_GOTPCRELX:     {"main", "__libc_start_main"},
		elf.R_X86_64_REX_GOTPCRELX: {"main", "__libc_start_main"},
	}
	each(t, func(t *testing.T, f *elf.File) {
		symbols, err := f.Symbols()
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, s := range f.Sections {
			if s.Type != elf.SHT_RELA {
				continue
			}
			if target := f.Sections[s.Info].Name; target != ".text" {
				t.Errorf("%s is relocated", target)
			}
			data, err := s.Data()
			if err != nil {
				t.Fatal(err)
			}
			for ; len(data) >= 24; data = data[24:] {
				info := f.ByteOrder.Uint64(data[8:])
				kind, name := elf.R_X86_64(elf.R_TYPE64(info)), symbols[elf.R_SYM64(info)-1].Name
				only, known := allowed[kind]
				if !known || only != nil && !slices.Contains(only, name) {
					t.Errorf("%v of %q", kind, name)
				}
				seen++
			}
		}
		if seen == 0 {
			t.Error("no relocations were read")
		}
	})
}

// BTI and the like would be dropped from the whole program by one object without its note; an
// executable stack would be forced upon it.
func TestObjectAsksForNoExecutableStack(t *testing.T) {
	each(t, func(t *testing.T, f *elf.File) {
		s := f.Section(".note.GNU-stack")
		if s == nil || s.Flags&elf.SHF_EXECINSTR != 0 {
			t.Errorf(".note.GNU-stack: %+v", s)
		}
	})
}

// Strict C11 (gnu99 knows _Noreturn too), but for what no standard has, which its names with __ say.
func TestSourcesAreStandardC(t *testing.T) {
	for _, compiler := range compilers {
		t.Run(compiler, func(t *testing.T) {
			t.Parallel()
			object(t, compiler, "-std=c11", "-pedantic")
		})
	}
}

// Other machines: they compile; nothing here runs them.
func TestSourcesCompileForOtherMachines(t *testing.T) {
	for target, machine := range map[string]elf.Machine{
		"i386-linux-gnu":        elf.EM_386,
		"aarch64-linux-gnu":     elf.EM_AARCH64,
		"armv7-linux-gnueabihf": elf.EM_ARM,
		"armv7-linux-gnueabi":   elf.EM_ARM,
		"riscv64-linux-gnu":     elf.EM_RISCV,
	} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			if f := object(t, "clang", "--target="+target); f.Machine != machine {
				t.Errorf("machine %v", f.Machine)
			}
		})
	}
	t.Run("thumb", func(t *testing.T) {
		t.Parallel()
		object(t, "clang", "--target=armv7-linux-gnueabihf", "-mthumb")
	})
	t.Run("gcc -m32", func(t *testing.T) {
		t.Parallel()
		if f := object(t, "gcc", "-m32"); f.Machine != elf.EM_386 {
			t.Errorf("machine %v", f.Machine)
		}
	})
}
