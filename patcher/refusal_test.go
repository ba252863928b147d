package patcher

import (
	"bytes"
	"debug/elf"
	"testing"

	"relinterp/internal/fakeelf"
)

func TestEveryRefusalHasItsKind(t *testing.T) {
	with := func(change func(p *fakeelf.Program)) []byte {
		p := program()
		change(&p)
		return p.Bytes()
	}
	edited := func(at int, with ...byte) []byte {
		b := program().Bytes()
		copy(b[at:], with)
		return b
	}
	for _, c := range []struct {
		what string
		data []byte
		kind Kind
	}{
		{"nothing", nil, NotELF},
		{"text", []byte("hello, world\n"), NotELF},
		{"a script", []byte("#!/bin/sh\n"), Script},
		{"an object", with(func(p *fakeelf.Program) { p.Type = elf.ET_REL }), Relocatable},
		{"a core file", with(func(p *fakeelf.Program) { p.Type = elf.ET_CORE }), Core},
		{"a library", with(func(p *fakeelf.Program) { p.Interp, p.Debug, p.Soname = "", false, "libx.so.1" }), SharedLibrary},
		{"a static program", with(func(p *fakeelf.Program) { p.Interp, p.Needed, p.Type = "", nil, elf.ET_EXEC }), Static},
		{"a static PIE", with(func(p *fakeelf.Program) { p.Interp, p.Needed = "", nil }), Static},
		{"a program that starts its loader itself", with(func(p *fakeelf.Program) { p.Interp = "" }), Wrapper},
		{"another machine", with(func(p *fakeelf.Program) { p.Machine = elf.EM_SPARCV9 }), NoStub},
		{"another byte order", with(func(p *fakeelf.Program) { p.Data = elf.ELFDATA2MSB }), NoStub},
		{"another system", edited(elf.EI_OSABI, byte(elf.ELFOSABI_FREEBSD)), NoStub},
		{"another type", edited(16, 0x77), Damaged},
		{"a loader named ..", with(func(p *fakeelf.Program) { p.Interp = "/lib/.." }), BadOptions},
		{"a loader named .", with(func(p *fakeelf.Program) { p.Interp = "." }), BadOptions},
		{"unknown class", edited(elf.EI_CLASS, 9), Damaged},
		{"program headers in the header", edited(32, 8), Damaged},
		{"half of a file", program().Bytes()[:300], Damaged},
	} {
		_, err := MakePlan(bytes.NewReader(c.data), int64(len(c.data)), beside)
		t.Run(c.what, func(t *testing.T) { refusal(t, err, c.kind) })
	}
}

func TestOptionsThatCannotBeHad(t *testing.T) {
	data := program().Bytes()
	for name, o := range map[string]Options{
		"nothing":              {},
		"relative folder":      {LoaderDir: "lib"},
		"another token":        {LoaderDir: "$ORIGIN/$LIB"},
		"colon in a folder":    {LoaderDir: "$ORIGIN/a:b"},
		"relative fallback":    {LoaderDir: "$ORIGIN", Fallback: "ld.so"},
		"loader with a slash":  {LoaderDir: "$ORIGIN", Loader: "lib/ld.so"},
		"no folders to be set": {RunpathOnly: true},
		"NUL in the fallback":  {LoaderDir: "$ORIGIN", Fallback: "/a\x00b"},
	} {
		_, err := MakePlan(bytes.NewReader(data), int64(len(data)), o)
		t.Run(name, func(t *testing.T) { refusal(t, err, BadOptions) })
	}
}

// A library that can be run, as glibc's libc.so.6, may have a stub.
func TestARunnableLibraryIsPatched(t *testing.T) {
	p := program()
	p.Soname, p.Debug = "libc.so.6", false
	if f := readELF(t, patched(t, p.Bytes(), beside)); f.Section(".retrofit") == nil {
		t.Error("not patched")
	}
	info, err := Inspect(bytes.NewReader(p.Bytes()), int64(len(p.Bytes())))
	if err != nil || info.Type != "library" || info.Refusal != nil {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	data := program().Bytes()
	_, err := RestorePlan(bytes.NewReader(data), int64(len(data)))
	refusal(t, err, NotPatched)
	made := patched(t, data, beside)
	made[0x190]++ // in .text
	_, err = RestorePlan(bytes.NewReader(made), int64(len(made)))
	refusal(t, err, Changed)
	_, err = MakePlan(bytes.NewReader(made), int64(len(made)), Options{LoaderDir: "$ORIGIN"})
	refusal(t, err, Changed)
}
