package main

import (
	"debug/elf"
	"fmt"
	"os"
)

// Size is what size(1) prints: loaded bytes that are never written, and the rest.
type Size struct {
	Text uint64 // code, constants, unwind tables, notes
	Data uint64 // data and bss
}

// objectSize adds up the sections of an ELF file that end up in memory.
func objectSize(path string) (Size, error) {
	file, err := elf.Open(path)
	if err != nil {
		return Size{}, fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close()
	var size Size
	for _, s := range file.Sections {
		switch {
		case s.Flags&elf.SHF_ALLOC == 0:
		case s.Flags&elf.SHF_WRITE == 0:
			size.Text += s.Size
		default:
			size.Data += s.Size
		}
	}
	return size, nil
}

func fileSize(path string) (float64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()), nil
}
