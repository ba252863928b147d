package patcher

import (
	"debug/elf"
	"io"

	"relinterp/internal/elfimg"
)

// LaidWhole says whether a loader's segments can be laid over one mapping of its file: none has a page of zeros or wants
// to be aligned to more than a page, and the file is as long as they are, that is stripped. It is what Options.Whole asks
// for. The stub for such loaders makes two system calls less with them, and one more with others: each start decides
// anew (crt/relinterp.c, map_loader), so a loader that changes later does no harm. The page is of 4 KiB.
func LaidWhole(r io.ReaderAt, size int64) bool {
	m, err := elfimg.Parse(r, size)
	if err != nil {
		return false
	}
	const inPage = 4096 - 1
	var end, zeros, align uint64
	for _, p := range m.Progs {
		if p.Type == uint32(elf.PT_LOAD) {
			end = (p.Vaddr + p.Memsz + inPage) &^ inPage
			zeros |= end - p.Vaddr - p.Filesz
			align = p.Align
		}
	}
	return end > 0 && align <= inPage+1 && zeros <= inPage && end-uint64(size) <= inPage
}
