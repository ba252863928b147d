package patcher

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/fakeelf"
	"relinterp/internal/stub"
)

// variants of a program, for every machine.
func variants() map[string]fakeelf.Program {
	all := map[string]fakeelf.Program{}
	for arch, p := range each(program()) {
		all[arch] = p
		fixed, stripped, bare := p, p, p
		fixed.Type = elf.ET_EXEC
		stripped.Symbols = false
		bare.Sections = false
		all[arch+" fixed"], all[arch+" stripped"], all[arch+" without sections"] = fixed, stripped, bare
	}
	return all
}

func TestAPatchedProgramStartsInTheStub(t *testing.T) {
	for name, p := range variants() {
		t.Run(name, func(t *testing.T) {
			data := p.Bytes()
			made := plan(t, data, beside)
			f := readELF(t, contents(t, made.Output()))
			if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
				t.Error("PT_INTERP is still there")
			}
			if f.Entry != made.NewEntry || made.OldEntry != readELF(t, data).Entry {
				t.Errorf("entry %#x; the plan says %#x, before %#x", f.Entry, made.NewEntry, made.OldEntry)
			}
			if len(f.Progs) != len(readELF(t, data).Progs) {
				t.Error("the table of program headers has another length")
			}
			runpath, err := f.DynString(elf.DT_RUNPATH)
			if err != nil || p.Sections && (len(runpath) != 1 || runpath[0] != "$ORIGIN/lib") {
				t.Error(runpath, err)
			}
		})
	}
}

func TestTheStubIsTheLoaders(t *testing.T) {
	for interp, kinds := range map[string]map[bool]stub.Kind{
		"/lib/ld-musl-x86_64.so.1":    {true: stub.Musl, false: stub.Musl},
		"ld-musl-armhf.so.1":          {true: stub.Musl, false: stub.Musl},
		"/lib64/ld-linux-x86-64.so.2": {true: stub.Whole, false: stub.Any},
		"/ld-musl-/ld.so.1":           {true: stub.Whole, false: stub.Any},
		"/lib/ld-musl":                {true: stub.Whole, false: stub.Any},
	} {
		p := program()
		p.Interp = interp
		for name, p := range each(p) {
			for whole, kind := range kinds {
				o := beside
				o.Loader = "another.so"
				o.Whole = func(of, loader string) bool { return whole && of == interp && loader == "another.so" }
				s, found := stub.For(p.Machine, p.Class, p.Data, kind)
				made := plan(t, p.Bytes(), o)
				if out := contents(t, made.Output()); !found || made.Stub != string(kind) || !bytes.Contains(out, s.Code) ||
					string(restored(t, out)) != string(p.Bytes()) || !plan(t, out, o).Unchanged {
					t.Errorf("%s, %s: %s; want %s", name, interp, made.Stub, kind)
				}
			}
		}
	}
}

func TestSegmentsAscend(t *testing.T) {
	for name, p := range variants() {
		t.Run(name, func(t *testing.T) {
			var last uint64
			for _, p := range readELF(t, patched(t, p.Bytes(), beside)).Progs {
				if p.Type == elf.PT_LOAD {
					if p.Vaddr < last || p.Off%p.Align != p.Vaddr%p.Align {
						t.Errorf("%+v behind %#x", p.ProgHeader, last)
					}
					last = p.Vaddr + p.Memsz
				}
			}
		})
	}
}

func TestRestoreGivesTheOriginal(t *testing.T) {
	for name, p := range variants() {
		t.Run(name, func(t *testing.T) {
			data := p.Bytes()
			if !bytes.Equal(restored(t, patched(t, data, beside)), data) {
				t.Error("another file")
			}
		})
	}
}

func TestSectionHeadersTellTheTruth(t *testing.T) {
	f := readELF(t, patched(t, program().Bytes(), beside))
	if f.Section(".interp") != nil {
		t.Error(".interp is still there, which gdb would believe")
	}
	own := f.Section(".retrofit")
	if own == nil || own.Flags != elf.SHF_ALLOC|elf.SHF_EXECINSTR || f.Entry < own.Addr || f.Entry >= own.Addr+own.Size {
		t.Errorf("%+v", own)
	}
	i := slices.IndexFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_LOAD && own.Addr == p.Vaddr })
	if i < 0 || f.Progs[i].Flags != elf.PF_R|elf.PF_X || f.Progs[i].Off != own.Offset {
		t.Error("the new section is not at the start of a read and execute segment")
	}
	addr, err := f.DynValue(elf.DT_STRTAB)
	if err != nil || f.Section(".dynstr").Addr != addr[0] {
		t.Error(".dynstr is not where DT_STRTAB says")
	}
}

func TestDebuggersFindTheirSymbol(t *testing.T) {
	for name, p := range variants() {
		if !p.Sections {
			continue // no place for a symbol
		}
		t.Run(name, func(t *testing.T) {
			f := readELF(t, patched(t, p.Bytes(), beside))
			symbols, err := f.Symbols()
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == "_dl_debug_state" })
			if i < 0 {
				t.Fatal("no _dl_debug_state")
			}
			s, own := symbols[i], f.Section(".retrofit")
			if f.Sections[s.Section] != own || s.Value < own.Addr || s.Value >= own.Addr+own.Size || elf.ST_TYPE(s.Info) != elf.STT_FUNC {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestPatchingTwiceChangesNothing(t *testing.T) {
	for name, p := range variants() {
		t.Run(name, func(t *testing.T) {
			once := patched(t, p.Bytes(), beside)
			again := plan(t, once, beside)
			if !again.Unchanged || !bytes.Equal(contents(t, again.Output()), once) {
				t.Error("the second time changes the file")
			}
		})
	}
}

func TestOtherOptionsArePlannedFromTheOriginal(t *testing.T) {
	data := program().Bytes()
	other := Options{LoaderDir: "$ORIGIN/../lib", Rpath: true, Fallback: "/lib/ld.so"}
	again := plan(t, patched(t, data, beside), other)
	if again.Unchanged || !bytes.Equal(contents(t, again.Output()), patched(t, data, other)) {
		t.Error("not the same as from the original")
	}
	if again.Interpreter != "/lib64/ld-linux-x86-64.so.2" {
		t.Errorf("interpreter %q", again.Interpreter)
	}
}

func TestStackSizeOfThreads(t *testing.T) {
	o := beside
	o.StackSize = 8 << 20
	f := readELF(t, patched(t, program().Bytes(), o))
	i := slices.IndexFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_GNU_STACK })
	if f.Progs[i].Memsz != 8<<20 {
		t.Errorf("%+v", f.Progs[i].ProgHeader)
	}
	p := program()
	p.NoStack = true
	data := p.Bytes()
	_, err := MakePlan(bytes.NewReader(data), int64(len(data)), o)
	refusal(t, err, BadOptions)
	o.StackSize = 4 << 30
	data = each(program())["i386"].Bytes()
	_, err = MakePlan(bytes.NewReader(data), int64(len(data)), o)
	refusal(t, err, BadOptions)
}

func TestThePlanInWords(t *testing.T) {
	p := program()
	p.Runpath = "/opt/lib:$ORIGIN/../lib64"
	o := beside
	o.Fallback = "/lib64/ld-linux-x86-64.so.2"
	text := plan(t, p.Bytes(), o).String()
	for _, want := range []string{
		"loader       ld-linux-x86-64.so.2, ", "fallback     /lib64/ld-linux-x86-64.so.2\n", "runpath      $ORIGIN/lib:$ORIGIN/../lib64\n",
		"dropped      /opt/lib\n", "its slot     the old DT_RUNPATH\n", "in the slot: PT_INTERP's\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestThePlanAsJSON(t *testing.T) {
	text, err := json.Marshal(plan(t, program().Bytes(), beside))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"unchanged":false`, `"arch":"x86_64"`, `"runpath":["$ORIGIN/lib"]`, `"runpath_tag":"DT_RUNPATH"`, `"segment_slot":"PT_INTERP's"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}

// sectionData gives a section's bytes.
func sectionData(t testing.TB, data []byte, name string) string {
	t.Helper()
	b, err := readELF(t, data).Section(name).Data()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSectionsKeepTheirBytes(t *testing.T) {
	data := program().Bytes()
	out := patched(t, data, beside)
	for _, name := range []string{".text", ".data", ".dynsym", ".comment", ".note.gnu.build-id"} {
		if was, now := sectionData(t, data, name), sectionData(t, out, name); was != now {
			t.Errorf("%s was %q and is %q", name, was, now)
		}
	}
}

// A section that is not loaded may begin in front of where the new segment would go.
func TestNothingIsInsertedIntoASection(t *testing.T) {
	data := program().Bytes()
	m := image(t, data)
	names, err := m.SectionNames()
	if err != nil {
		t.Fatal(err)
	}
	comment := &m.Sections[slices.Index(names, ".comment")]
	comment.Off, comment.Size = comment.Off-3, comment.Size+3
	rope, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	data = contents(t, &Output{rope})
	if was, now := sectionData(t, data, ".comment"), sectionData(t, patched(t, data, beside), ".comment"); was != now {
		t.Errorf("it was %q and is %q", was, now)
	}
}

func TestTheNumberOfSectionsMayStandInTheFirst(t *testing.T) {
	m := image(t, program().Bytes())
	m.Sections[0].Size, m.Header.Shnum = uint64(len(m.Sections)), 0
	rope, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	data := contents(t, &Output{rope})
	out := patched(t, data, beside)
	if now := image(t, out); len(now.Sections) != len(m.Sections)+1 || now.Header.Shnum != 0 {
		t.Errorf("%d sections, e_shnum %d", len(now.Sections), now.Header.Shnum)
	}
	if !bytes.Equal(restored(t, out), data) {
		t.Error("restored to another file")
	}
}

func TestThePartsOfWhatIsAddedAddUp(t *testing.T) {
	all := variants()
	payload, tight := program(), program()
	payload.Payload, tight.Spare, tight.Notes = []byte("payload"), 0, false
	all["payload"], all["no slot"] = payload, tight
	for name, p := range all {
		made, sum := plan(t, p.Bytes(), beside), int64(0)
		for _, part := range made.Added {
			if sum += part.Bytes; part.Bytes <= 0 || part.What == "zeros for alignment" && part.Bytes > 64 {
				t.Errorf("%s: %+v", name, part)
			}
		}
		if sum != made.OutputSize-made.InputSize {
			t.Errorf("%s: %+v is %d, not %d", name, made.Added, sum, made.OutputSize-made.InputSize)
		}
	}
}
