package patcher

import (
	"bytes"
	"debug/elf"
	"testing"
)

// The stub reads words of its machine: whoever writes them in another order starts at a wild address.
func TestTheParametersAreInTheByteOrderOfTheFile(t *testing.T) {
	seen := map[elf.Data]bool{}
	for name, p := range each(program()) {
		file := patched(t, p.Bytes(), beside)
		f, at := readELF(t, file), uint64(bytes.Index(file, []byte(paramsMagic)))
		for _, s := range f.Progs {
			if s.Type != elf.PT_LOAD || at < s.Off || at >= s.Off+s.Filesz {
				continue
			}
			want := -(s.Vaddr + at - s.Off)
			base := f.ByteOrder.Uint64(file[at+8:])
			if f.Class == elf.ELFCLASS32 {
				want, base = uint64(uint32(want)), uint64(f.ByteOrder.Uint32(file[at+8:]))
			}
			if base != want {
				t.Errorf("%s: the program's address 0 is %#x from the parameters, they say %#x", name, want, base)
			}
			seen[f.Data] = true
		}
	}
	if !seen[elf.ELFDATA2LSB] || !seen[elf.ELFDATA2MSB] {
		t.Errorf("byte orders %v, want both", seen)
	}
}
