package wrapper

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
)

// dropInterpreter takes PT_INTERP and the section .interp out of a program that was just linked,
// in place. Only gold needs it: it has no option to leave them out. A file that is no program
// with an interpreter (-o /dev/null, an output format of the user's) stays as it is.
func dropInterpreter(path string) error {
	st, err := os.Stat(path)
	if err != nil || !st.Mode().IsRegular() {
		return nil
	}
	image, err := os.ReadFile(path)
	if err == nil {
		if edited, ok := withoutInterp(image); ok {
			err = os.WriteFile(path, edited, st.Mode())
		}
	}
	if err != nil {
		return &Error{"cannot take PT_INTERP out of " + path + ": " + err.Error(), "link with another linker, as in -fuse-ld=bfd"}
	}
	return nil
}

// withoutInterp gives the image with PT_INTERP made PT_NULL and the header of .interp emptied:
// gdb believes that section before it looks at anything else.
func withoutInterp(image []byte) ([]byte, bool) {
	file, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		return nil, false
	}
	out := bytes.Clone(image)
	table := tablesOf(file, image)
	found := false
	for i, p := range file.Progs {
		if p.Type == elf.PT_INTERP {
			at := table.phoff + uint64(i)*table.phentsize
			file.ByteOrder.PutUint32(out[at:], uint32(elf.PT_NULL))
			found = true
		}
	}
	for i, s := range file.Sections {
		if s.Name == ".interp" {
			at := table.shoff + uint64(i)*table.shentsize
			clear(out[at : at+table.shentsize])
		}
	}
	return out, found
}

// tables says where an ELF file's two header tables lie; debug/elf has checked them.
type tables struct{ phoff, phentsize, shoff, shentsize uint64 }

func tablesOf(file *elf.File, image []byte) tables {
	if file.Class == elf.ELFCLASS32 {
		var h elf.Header32
		binary.Read(bytes.NewReader(image), file.ByteOrder, &h)
		return tables{uint64(h.Phoff), uint64(h.Phentsize), uint64(h.Shoff), uint64(h.Shentsize)}
	}
	var h elf.Header64
	binary.Read(bytes.NewReader(image), file.ByteOrder, &h)
	return tables{h.Phoff, uint64(h.Phentsize), h.Shoff, uint64(h.Shentsize)}
}
