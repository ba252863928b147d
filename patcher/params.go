package patcher

import (
	"bytes"
	"debug/elf"
	"fmt"
	"math"

	"relinterp/internal/elfimg"
)

// The parameters lie right behind the stub's code; crt/stub.c reads them. Numbers are in the file's byte order.
//
//	char    magic[8]  "relintr" and the version, a digit; one more where the loader will not want the program's
//	                  place, so that the stub need not ask /proc for it
//	word    base      from here to the program's address 0
//	int32   entry     from here to the program's own entry
//	int32   phdr      from here to the program headers
//	uint16  phnum     their number
//	uint16  fallback  from here to a string
//	char    loader[]  file name, NUL; then the fallback's string, unless it is that NUL
//
// The undo record follows.
const (
	paramsMagic   = "relintr"
	paramsVersion = 2 // of these, the record behind them and how guess works: older ones cannot be undone
	// placelessVersion is the same for a program whose loader will not want $ORIGIN. The stub looks at the last bit,
	// so versions are even.
	placelessVersion = paramsVersion + 1
	_                = uint(0 - paramsVersion&1)
	paramsAlign      = 16
	// paramsReach is how far behind the start of its segment the parameters are looked for: no stub is longer.
	paramsReach = 64 << 10
)

// Version is PatchedInfo's of files that can be restored.
const Version = paramsVersion

// paramsSize gives the length in bytes of what stands in front of the loader's name.
func paramsSize(m *elfimg.Image) uint64 { return 20 + m.WordSize() }

// params are what a stub is told of its program. Addresses are the file's own, before relocation.
type params struct {
	entry, phdr      uint64
	phnum            int
	loader, fallback string
	placeless        bool // the loader will not want the program's place
}

// size gives the length in bytes of the parameters and their strings, where the undo record begins.
func (p *params) size(m *elfimg.Image) uint64 {
	n := paramsSize(m) + uint64(len(p.loader)) + 1
	if p.fallback != "" {
		n += uint64(len(p.fallback)) + 1
	}
	return n
}

// encode gives the parameters as they stand at address addr.
func (p *params) encode(m *elfimg.Image, addr uint64) ([]byte, error) {
	o := m.Order()
	version := paramsVersion
	if p.placeless {
		version = placelessVersion
	}
	b := append([]byte(paramsMagic), '0'+byte(version))
	if m.Class() == elf.ELFCLASS64 {
		b = appendNumber(b, o.PutUint64, -addr, 8)
	} else {
		b = appendNumber(b, o.PutUint32, uint32(-addr), 4)
	}
	for _, target := range []uint64{p.entry, p.phdr} {
		d := int64(target - addr)
		if m.Class() == elf.ELFCLASS64 && (d < math.MinInt32 || d > math.MaxInt32) {
			return nil, refuse(NoSlot, "the program is so large that its parts are more than 2 GiB from the new segment",
				"no way is known; please report this program")
		}
		b = appendNumber(b, o.PutUint32, uint32(d), 4)
	}
	fallback := p.size(m) - 1 - uint64(len(p.fallback)) // an empty one is the end of the loader's name
	b = appendNumber(b, o.PutUint16, uint16(p.phnum), 2)
	b = appendNumber(b, o.PutUint16, uint16(fallback), 2)
	b = append(append(b, p.loader...), 0)
	if p.fallback != "" {
		b = append(append(b, p.fallback...), 0)
	}
	return b, nil
}

// appendNumber appends a number of n bytes by a method of a byte order.
func appendNumber[T any](b []byte, put func([]byte, T), v T, n int) []byte {
	b = append(b, make([]byte, n)...)
	put(b[len(b)-n:], v)
	return b
}

// found are the parameters in a patched file.
type found struct {
	params
	version     uint32 // of another than paramsVersion nothing else is known
	segment     int    // index of the program header
	off         uint64 // of the parameters in the file
	undoOff     uint64 // of the record in the file
	undo        []byte // the record, and what is behind it
	runpathOnly bool   // there is no stub in front
}

// findParams looks for parameters in an image; nil where nothing of ours is in it.
func findParams(m *elfimg.Image) (*found, error) {
	for i, p := range m.Progs {
		if p.Type != uint32(elf.PT_LOAD) || p.Flags&uint32(elf.PF_W) != 0 {
			continue
		}
		reach := uint64(paramsReach) // behind a stub, or at the very start
		if m.Header.Entry-p.Vaddr >= p.Filesz {
			reach = 4096
		}
		b, err := m.Bytes(p.Off, min(p.Filesz, reach))
		if err != nil {
			return nil, err
		}
		for at := alignUp(p.Vaddr, paramsAlign) - p.Vaddr; at+paramsSize(m) <= uint64(len(b)); at += paramsAlign {
			if string(b[at:at+uint64(len(paramsMagic))]) != paramsMagic {
				continue
			}
			if f := decodeParams(m, i, at); f != nil {
				return f, nil
			}
		}
	}
	return nil, nil
}

// decodeParams reads what begins with the magic at byte at of segment i. It is ours if it knows where
// it is; relinterp-patch itself has the magic in its own text.
func decodeParams(m *elfimg.Image, i int, at uint64) *found {
	p := m.Progs[i]
	b, err := m.Bytes(p.Off+at, paramsSize(m))
	if err != nil {
		return nil
	}
	o, addr := m.Order(), p.Vaddr+at
	f := &found{version: uint32(b[7] - '0'), segment: i, off: p.Off + at, runpathOnly: m.Header.Entry-p.Vaddr >= at}
	if f.version == placelessVersion {
		f.version, f.placeless = paramsVersion, true
	}
	narrow := func(a uint64) uint64 {
		if m.Class() == elf.ELFCLASS32 {
			a &= math.MaxUint32
		}
		return a
	}
	base := uint64(o.Uint32(b[8:]))
	if m.Class() == elf.ELFCLASS64 {
		base = o.Uint64(b[8:])
	}
	if base != narrow(-addr) || f.version > 9 {
		return nil
	}
	if f.version != paramsVersion {
		return f
	}
	target := func(b []byte) uint64 { return narrow(addr + uint64(int64(int32(o.Uint32(b))))) }
	rest := b[8+m.WordSize():]
	f.entry, f.phdr, f.phnum = target(rest), target(rest[4:]), int(o.Uint16(rest[8:]))
	fallback := uint64(o.Uint16(rest[10:]))
	end := p.Off + p.Filesz // in the file, else b would not be
	var ok bool
	if f.loader, ok = cstring(m, f.off+paramsSize(m), end); !ok {
		return nil
	}
	if f.fallback, ok = cstring(m, f.off+fallback, end); !ok {
		return nil
	}
	f.undoOff = f.off + f.size(m)
	if f.undo, err = m.Bytes(f.undoOff, min(end-f.undoOff, maxRecord)); err != nil {
		return nil
	}
	return f
}

// cstring gives a string of a few thousand bytes at most that ends in front of end.
func cstring(m *elfimg.Image, off, end uint64) (string, bool) {
	if off >= end {
		return "", false
	}
	b, err := m.Bytes(off, min(end-off, 8<<10))
	if err != nil {
		return "", false
	}
	n := bytes.IndexByte(b, 0)
	return string(b[:max(n, 0)]), n >= 0
}

func alignUp(n, align uint64) uint64 {
	if rest := n % align; rest != 0 {
		n += align - rest
	}
	return n
}

func bug(format string, args ...any) error {
	return fmt.Errorf("bug: "+format+"; please report it", args...)
}
