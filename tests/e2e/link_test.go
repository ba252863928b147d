package e2e

import (
	"debug/elf"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// moreHeaders moves the program headers to a segment of their own behind the others and adds n
// that mean nothing, as patchelf does when it needs room.
func moreHeaders(n int) func([]byte) []byte {
	return func(data []byte) []byte {
		at := int(le.Uint64(data[ePhoff:]))
		old := headers(data, uint32(elf.PT_PHDR))
		table := slices.Clone(data[at : at+phdrSize*int(le.Uint16(data[ePhnum:]))])
		last := loads(data)[len(loads(data))-1]
		const page = 0x1000
		place := (le.Uint64(data[last+pVaddr:]) + le.Uint64(data[last+pMemsz:]) + page - 1) &^ (page - 1)
		data = append(data, make([]byte, -len(data)&(page-1))...)
		load := make([]byte, phdrSize)
		le.PutUint64(load, typeLoad|uint64(elf.PF_R)<<32)
		size := uint64(len(table) + phdrSize*(n+1))
		for field, value := range map[int]uint64{pOffset: uint64(len(data)), pVaddr: place, pFilesz: size, pMemsz: size, pAlign: page} {
			le.PutUint64(load[field:], value)
		}
		for _, ph := range old {
			copy(table[ph-at+pOffset:], load[pOffset:])
		}
		table = slices.Insert(table, last-at+phdrSize, load...)
		le.PutUint64(data[ePhoff:], uint64(len(data)))
		le.PutUint16(data[ePhnum:], uint16(size/phdrSize))
		return append(append(data, table...), make([]byte, n*phdrSize)...)
	}
}

func TestWaysToLink(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tool, pkg string
		words     []string
	}{
		"not PIE":              {"", "", []string{"-no-pie", "-fno-pie"}},
		"RELR from GNU ld":     {"", "", []string{"-Wl,-z,pack-relative-relocs"}},
		"RELR from lld":        {"ld.lld", "lld", []string{"-fuse-ld=lld", "-Wl,--pack-dyn-relocs=relr"}},
		"lld":                  {"ld.lld", "lld", []string{"-fuse-ld=lld"}},
		"lld, not PIE":         {"ld.lld", "lld", []string{"-fuse-ld=lld", "-no-pie", "-fno-pie"}},
		"gold":                 {"ld.gold", "binutils", []string{"-fuse-ld=gold"}},
		"gold, not PIE":        {"ld.gold", "binutils", []string{"-fuse-ld=gold", "-no-pie", "-fno-pie"}},
		"mold":                 {"ld.mold", "mold", []string{"-fuse-ld=mold"}},
		"one segment":          {"", "", []string{"-Wl,-z,noseparate-code"}},
		"not bound at start":   {"", "", []string{"-Wl,-z,lazy", "-Wl,-z,norelro"}},
		"bound at start":       {"", "", []string{"-Wl,-z,now,-z,relro"}},
		"64 KiB pages":         {"", "", []string{"-Wl,-z,max-page-size=65536"}},
		"2 MiB pages":          {"", "", []string{"-Wl,-z,max-page-size=2097152"}},
		"old hash":             {"", "", []string{"-Wl,--hash-style=sysv"}},
		"collected":            {"", "", []string{"-ffunction-sections", "-Wl,--gc-sections"}},
		"exported":             {"", "", []string{"-rdynamic"}},
		"stripped by the link": {"", "", []string{"-s"}},
		"link-time optimised":  {"", "", []string{"-flto"}},
		"shadow stack":         {"", "", []string{"-fcf-protection=full", "-Wl,-z,shstk"}},
		"not PIE, far away":    {"", "", []string{"-no-pie", "-fno-pie", "-Wl,-Ttext-segment=0x10000000"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.tool != "" {
				need.Tool(t, c.tool, c.pkg)
			}
			dir := usesLibraries(t, c.words...)
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), both)
			if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != both {
				t.Errorf("in an empty root: %+v", r)
			}
		})
	}
}

func TestClangPrograms(t *testing.T) {
	t.Parallel()
	need.Tool(t, "clang", "clang")
	app := compile(t, "app", tool(t, "musl-clang"), "-O1", "-relinterp=portable", "hello.c")
	trial.Works(t, trial.Run(t, trial.Command(folder(t, app)+"/app")), "hello\n")
	trial.Complains(t, trial.Run(t, trial.Command(bare(t, app)+"/app")), loaderName)
}

// Nothing of the entry object is needed there; asking for it must do no harm.
func TestStaticPrograms(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"-static", "-static-pie"} {
		trial.Works(t, trial.Run(t, trial.Command(bare(t, program(t, "hello.c", word))+"/app")), "hello\n")
		trial.Works(t, trial.Run(t, trial.Command(bare(t, program(t, "threads.c", word))+"/app")), "early 41, main 42, threads 356\n")
	}
}

func TestHasNoInterpreter(t *testing.T) {
	t.Parallel()
	for app, want := range map[string]bool{ordinary(t, "hello.c"): true, program(t, "hello.c"): false, program(t, "hello.c", "-no-pie"): false} {
		data, err := os.ReadFile(app)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(headers(data, uint32(elf.PT_INTERP))) > 0; got != want {
			t.Errorf("%s: PT_INTERP %v, want %v", app, got, want)
		}
	}
}

func TestManyProgramHeaders(t *testing.T) {
	t.Parallel()
	for _, n := range []int{50, 60, 200, 1000} {
		dir := usesLibraries(t)
		trial.Alter(t, dir+"/app", moreHeaders(n))
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), both)
		trial.Complains(t, trial.Run(t, trial.Command(bare(t, dir+"/app")+"/app")), "lib/"+loaderName)
	}
}

// The kernel starts an ordinary program with as many.
func TestManyProgramHeadersOfAnOrdinaryProgram(t *testing.T) {
	t.Parallel()
	root := bare(t, ordinary(t, "hello.c"))
	trial.Clone(t, lib(t, "libc.so"), filepath.Join(root, "lib", loaderName))
	trial.Alter(t, root+"/app", moreHeaders(1000))
	if r := trial.InEmptyRoot(t, root, false, nil, "/app"); r.Output != "hello\n" {
		t.Errorf("%+v", r)
	}
}

func TestNullProgramHeader(t *testing.T) {
	t.Parallel()
	for _, kind := range []elf.ProgType{elf.PT_NOTE, elf.PT_GNU_EH_FRAME, elf.PT_GNU_STACK} {
		dir := usesLibraries(t)
		trial.Alter(t, dir+"/app", func(data []byte) []byte {
			le.PutUint32(data[headers(data, uint32(kind))[0]:], typeNull)
			return data
		})
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), both)
	}
}

func TestStrippedProgram(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	if r := trial.Run(t, trial.Command(need.Tool(t, "strip", "binutils"), dir+"/app")); r.Status != 0 {
		t.Fatal(r)
	}
	f, err := elf.Open(dir + "/app")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	symbols, err := f.DynamicSymbols()
	found := false
	for _, s := range symbols {
		found = found || s.Name == "_dl_debug_state" && s.Section != elf.SHN_UNDEF
	}
	if !found {
		t.Errorf("no _dl_debug_state for debuggers in %v, %v", symbols, err)
	}
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), both)
}
