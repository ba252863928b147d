package patcher

import (
	"bytes"
	"debug/elf"
	"errors"
	"testing"

	"relinterp/internal/fakeelf"
	"relinterp/internal/stub"
)

// beside is what most tests ask for.
var beside = Options{LoaderDir: "$ORIGIN/lib"}

// program is an ordinary one.
func program() fakeelf.Program {
	return fakeelf.Program{Interp: "/lib64/ld-linux-x86-64.so.2", Needed: []string{"libc.so.6"}, Debug: true, Spare: 4,
		Notes: true, Sections: true, Symbols: true}
}

// each gives p for every machine that has a stub.
func each(p fakeelf.Program) map[string]fakeelf.Program {
	all := map[string]fakeelf.Program{}
	for _, a := range stub.Machines() {
		q := p
		q.Class, q.Data, q.Machine = a.Class, a.Data, a.Machine
		all[a.Name] = q
	}
	return all
}

func plan(t testing.TB, data []byte, o Options) *Plan {
	t.Helper()
	p, err := MakePlan(bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func contents(t testing.TB, o *Output) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := o.WriteTo(&b); err != nil || n != o.Size() {
		t.Fatal(n, err)
	}
	return b.Bytes()
}

// patched gives the patched file.
func patched(t testing.TB, data []byte, o Options) []byte {
	t.Helper()
	return contents(t, plan(t, data, o).Output())
}

func restored(t testing.TB, data []byte) []byte {
	t.Helper()
	o, err := RestorePlan(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return contents(t, o)
}

func readELF(t testing.TB, data []byte) *elf.File {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// refusal expects err to be one of a kind.
func refusal(t testing.TB, err error, kind Kind) {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Kind != kind || r.What == "" || r.Hint == "" {
		t.Errorf("wanted a refusal %q, got %v", kind, err)
	}
}
