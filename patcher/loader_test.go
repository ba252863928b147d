package patcher

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"testing"
)

// loaderFile is a file with these segments and nothing else in it.
func loaderFile(size int, loads ...elf.Prog64) []byte {
	h := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: 1, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: uint16(len(loads))}
	copy(h.Ident[:], elf.ELFMAG+"\x02\x01\x01")
	b, _ := binary.Append(nil, binary.LittleEndian, &h)
	for _, p := range loads {
		p.Type = uint32(elf.PT_LOAD)
		b, _ = binary.Append(b, binary.LittleEndian, &p)
	}
	return append(b, make([]byte, size-len(b))...)
}

// The rule of crt/relinterp.c, map_loader, whose own tests have the same cases (a_file_laid_as_a_whole).
func TestLaidWhole(t *testing.T) {
	type change func(size *int, text, data *elf.Prog64)
	for name, c := range map[string]struct {
		change change
		want   bool
	}{
		"as it is":                         {func(*int, *elf.Prog64, *elf.Prog64) {}, true},
		"zeros on the last page":           {func(_ *int, _, data *elf.Prog64) { data.Memsz = 0x1000 }, true},
		"a page of zeros":                  {func(_ *int, _, data *elf.Prog64) { data.Memsz = 0x1001 }, false},
		"zeros between the segments":       {func(_ *int, text, _ *elf.Prog64) { text.Memsz = 0x1f00 }, true},
		"a page of zeros between them":     {func(_ *int, text, _ *elf.Prog64) { text.Filesz = 0xf00 }, false},
		"a segment behind the file's end":  {func(_ *int, _, data *elf.Prog64) { data.Vaddr += 0x1000 }, false},
		"not stripped":                     {func(size *int, _, _ *elf.Prog64) { *size += 0x1000 }, false},
		"an alignment of more than a page": {func(_ *int, _, data *elf.Prog64) { data.Align = 0x2000 }, false},
		"no alignment":                     {func(_ *int, _, data *elf.Prog64) { data.Align = 0 }, true},
	} {
		size := 0x2900
		text := elf.Prog64{Filesz: 0x1e00, Memsz: 0x1e00, Align: 0x1000}
		data := elf.Prog64{Off: 0x2000, Vaddr: 0x2000, Filesz: 0x800, Memsz: 0x800, Align: 0x1000}
		c.change(&size, &text, &data)
		file := loaderFile(size, text, data)
		if got := LaidWhole(bytes.NewReader(file), int64(len(file))); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, file := range map[string][]byte{"no segment": loaderFile(0x1000), "garbage": []byte("garbage"), "empty": nil} {
		if LaidWhole(bytes.NewReader(file), int64(len(file))) {
			t.Errorf("%s is laid whole", name)
		}
	}
}
