package patcher

import (
	"bytes"
	"debug/elf"
	"slices"
	"testing"

	"relinterp/internal/elfimg"
)

func image(t testing.TB, data []byte) *elfimg.Image {
	t.Helper()
	m, err := elfimg.Parse(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAddress(t *testing.T) {
	load := func(start, end uint64) elf.Prog64 {
		return elf.Prog64{Type: uint32(elf.PT_LOAD), Vaddr: start, Memsz: end - start}
	}
	for _, c := range []struct {
		what  string
		typ   elf.Type
		class elf.Class
		loads []elf.Prog64
		off   uint64
		want  uint64 // 0: none
		near  []uint64
	}{
		{"PIE: behind the end", elf.ET_DYN, elf.ELFCLASS64, []elf.Prog64{load(0, 0x1234), load(0x2000, 0x5678)}, 0x3456, 0x6456, nil},
		{"fixed: half-way below", elf.ET_EXEC, elf.ELFCLASS64, []elf.Prog64{load(0x400000, 0x401000)}, 0x456, 0x206456, nil},
		{"fixed, no room below: behind", elf.ET_EXEC, elf.ELFCLASS64, []elf.Prog64{load(0x10000, 0x12345)}, 0x456, 0x13456, nil},
		{"fixed, no room below: in a gap", elf.ET_EXEC, elf.ELFCLASS64, []elf.Prog64{load(0x10000, 0x12345), load(0x80000, 0x90000)}, 0x456, 0x13456, nil},
		{"32 bits: nothing at the top", elf.ET_DYN, elf.ELFCLASS32, []elf.Prog64{load(0, 0xbffff000)}, 0x456, 0, nil},
		{"too far from the code", elf.ET_DYN, elf.ELFCLASS64, []elf.Prog64{load(0, 0x1000), load(0x1000, 0x200000000)}, 0, 0, []uint64{0x100}},
		{"near the code, in a gap", elf.ET_DYN, elf.ELFCLASS64, []elf.Prog64{load(0, 0x1000), load(0x40000, 0x200000000)}, 0, 0x1000, []uint64{0x100}},
	} {
		p := program()
		p.Type, p.Class = c.typ, c.class
		got, ok := address(image(t, p.Bytes()), c.loads, c.off, 0x1500, 0x1000, c.near...)
		if got != c.want || ok != (c.want != 0) {
			t.Errorf("%s: %#x, %v", c.what, got, ok)
		}
	}
}

func TestPutLoad(t *testing.T) {
	prog := func(typ elf.ProgType, addr uint64) elf.Prog64 { return elf.Prog64{Type: uint32(typ), Vaddr: addr} }
	const load = elf.PT_LOAD
	old := []elf.Prog64{prog(elf.PT_PHDR, 0), prog(elf.PT_INTERP, 0), prog(load, 0x1000), prog(load, 0x3000), prog(elf.PT_DYNAMIC, 0)}
	for _, c := range []struct {
		slot int
		addr uint64
		want []uint64
	}{
		{1, 0x5000, []uint64{0x1000, 0x3000, 0x5000}},
		{1, 0x2000, []uint64{0x1000, 0x2000, 0x3000}},
		{1, 0x500, []uint64{0x500, 0x1000, 0x3000}},
		{4, 0x5000, []uint64{0x1000, 0x3000, 0x5000}},
		{0, 0x500, []uint64{0x500, 0x1000, 0x3000}},
	} {
		var got []uint64
		out := putLoad(old, c.slot, prog(load, c.addr))
		for _, p := range out {
			if p.Type == uint32(load) {
				got = append(got, p.Vaddr)
			}
		}
		if !slices.Equal(got, c.want) || len(out) != len(old) {
			t.Errorf("%d, %#x: %#x of %d", c.slot, c.addr, got, len(out))
		}
	}
}

// The heap of a program of fixed address begins behind its last segment, and unexec'ed images count on it.
func TestTheHeapOfAFixedProgramStays(t *testing.T) {
	end := func(data []byte) (last uint64) {
		for _, p := range readELF(t, data).Progs {
			if p.Type == elf.PT_LOAD {
				last = max(last, p.Vaddr+p.Memsz)
			}
		}
		return last
	}
	p := program()
	p.Type = elf.ET_EXEC
	data := p.Bytes()
	if was, now := end(data), end(patched(t, data, beside)); was != now {
		t.Errorf("the last segment ended at %#x and ends at %#x", was, now)
	}
}
