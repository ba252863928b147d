package arch

import (
	"debug/elf"
	"slices"
	"testing"
)

func TestEveryKindOfLinkRuns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		for _, words := range [][]string{{"-no-pie"}, {"-static"}, {"-static-pie"}, {"-Wl,-z,now"}, {"-Wl,-z,norelro"}, {"-Wl,--hash-style=sysv"}, {"-s"}} {
			works(t, m.app(t, m.folder(t, m.program(t, "hello.c", words...))), "hello\n")
		}
	})
}

func TestNoKindOfLinkHasAnInterpreter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		for _, words := range [][]string{{"-pie"}, {"-no-pie"}, {"-static"}, {"-static-pie"}} {
			file, err := elf.Open(m.program(t, "hello.c", words...))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if slices.ContainsFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
				t.Errorf("%v has PT_INTERP", words)
			}
		}
	})
}

// lld alone writes RELR for these machines; GNU ld 2.40 knows it for x86 and powerpc.
func TestRelativeRelocationsInRELR(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		if m.compiler != "clang" || m.BFD {
			return
		}
		app := m.program(t, "relr.c", "-fPIE", "-pie", "-Wl,--pack-dyn-relocs=relr")
		file, err := elf.Open(app)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if file.Section(".relr.dyn") == nil {
			t.Fatal("no .relr.dyn")
		}
		works(t, m.app(t, m.folder(t, app)), "moved 48\n")
	})
}
