package patcher

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/fakeelf"
)

func inspected(t testing.TB, data []byte) *Info {
	t.Helper()
	i, err := Inspect(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestInspect(t *testing.T) {
	p := program()
	p.Class, p.Machine, p.Type, p.Runpath, p.Payload = elf.ELFCLASS32, elf.EM_ARM, elf.ET_EXEC, "$ORIGIN:/opt", []byte("zip")
	i := inspected(t, p.Bytes())
	if i.Class != "ELF32" || i.ByteOrder != "little" || i.Machine != "arm" || i.Type != "executable" || i.Stripped || i.Patched != nil || i.Refusal != nil {
		t.Errorf("%+v", i)
	}
	if i.Interpreter != p.Interp || !slices.Equal(i.Needed, p.Needed) || !slices.Equal(i.Runpath, []string{"$ORIGIN", "/opt"}) || i.RunpathTag != "DT_RUNPATH" || i.DynamicSpare != 4 {
		t.Errorf("%+v", i)
	}
	if i.Payload == nil || i.Payload.Size != 3 || len(i.Segments) != 8 || i.Segments[3].Type != "PT_LOAD" || i.Segments[3].Flags != "R-X" {
		t.Errorf("%+v, %+v", i.Payload, i.Segments)
	}
}

func TestInspectNamesTheKindOfFile(t *testing.T) {
	for want, change := range map[string]func(p *fakeelf.Program){
		"pie":         func(p *fakeelf.Program) {},
		"executable":  func(p *fakeelf.Program) { p.Type = elf.ET_EXEC },
		"static":      func(p *fakeelf.Program) { p.Type, p.Interp, p.Needed = elf.ET_EXEC, "", nil },
		"static-pie":  func(p *fakeelf.Program) { p.Interp, p.Needed = "", nil },
		"library":     func(p *fakeelf.Program) { p.Interp, p.Debug = "", false },
		"relocatable": func(p *fakeelf.Program) { p.Type = elf.ET_REL },
		"core":        func(p *fakeelf.Program) { p.Type = elf.ET_CORE },
		"other":       func(p *fakeelf.Program) { p.Type = 0xfe05 },
	} {
		p := program()
		change(&p)
		if i := inspected(t, p.Bytes()); i.Type != want {
			t.Errorf("%s, wanted %s", i.Type, want)
		}
	}
}

func TestInspectTellsWhatAPatchedFileWas(t *testing.T) {
	p := program()
	p.Symbols = false
	o := beside
	o.Fallback = "/lib/ld.so"
	data := p.Bytes()
	i := inspected(t, patched(t, data, o))
	if i.Patched == nil || i.Patched.Loader != "ld-linux-x86-64.so.2" || i.Patched.Fallback != "/lib/ld.so" || i.Patched.OriginalSize != int64(len(data)) ||
		i.Patched.OriginalEntry != readELF(t, data).Entry || i.Interpreter != p.Interp || i.Type != "pie" {
		t.Errorf("%+v, %+v", i, i.Patched)
	}
	changed := patched(t, data, o)
	changed[0x270]++ // in .text
	if i := inspected(t, changed); i.Patched == nil || !strings.Contains(i.Patched.Changed, "changed since") {
		t.Errorf("%+v", i.Patched)
	}
}

func TestInspectNamesTheCompiler(t *testing.T) {
	data, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if i := inspected(t, data); !strings.HasPrefix(i.Compiler, "Go ") {
		t.Errorf("this test was compiled by %q", i.Compiler)
	}
}

func TestInfoAsJSON(t *testing.T) {
	text, err := json.Marshal(inspected(t, patched(t, program().Bytes(), beside)))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"class":"ELF64"`, `"byte_order":"little"`, `"type":"pie"`, `"needed":["libc.so.6"]`, `"patched":{"version":2,"loader":"ld-linux-x86-64.so.2"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}
