package patcher

import (
	"bytes"
	"debug/elf"
	"fmt"
	"math"

	"relinterp/internal/elfimg"
)

// The parameters lie right behind the stub's code; crt/stub.c reads them.
const (
	paramsMagic   = "relintrp"
	paramsVersion = 2  // of these, the record behind them and how guess works: older ones cannot be undone
	paramsSize    = 48 // up to the loader's name
	paramsBase    = 40 // offset of the address 0
	paramsAlign   = 16
	// paramsReach is how far behind the start of its segment the parameters are looked for: no stub is longer.
	paramsReach = 64 << 10
)

// Version is PatchedInfo's of files that can be restored.
const Version = paramsVersion

// params are what a stub is told of its program. Addresses are the file's own, before relocation.
type params struct {
	entry, phdr      uint64
	phnum            int
	loader, fallback string
	undoSize         uint64 // the undo record follows the strings
}

// size gives the length in bytes of the parameters and their strings, where the undo record begins.
func (p *params) size() uint64 {
	if p.fallback == "" {
		return uint64(paramsSize + len(p.loader) + 1)
	}
	return uint64(paramsSize + len(p.loader) + 1 + len(p.fallback) + 1)
}

// encode gives the parameters as they stand at address addr.
func (p *params) encode(m *elfimg.Image, addr uint64) ([]byte, error) {
	var words [2]uint32
	for i, target := range []uint64{p.entry, p.phdr} {
		d := int64(target - addr)
		if m.Class() == elf.ELFCLASS64 && (d < math.MinInt32 || d > math.MaxInt32) {
			return nil, refuse(NoSlot, "the program is so large that its parts are more than 2 GiB from the new segment",
				"no way is known; please report this program")
		}
		words[i] = uint32(d)
	}
	fallback := p.size() - 1 - uint64(len(p.fallback)) // an empty one is the end of the loader's name
	b := append([]byte(paramsMagic), m.Words(paramsVersion, words[0], words[1], uint32(p.phnum),
		uint32(fallback), uint32(p.size()), uint32(p.undoSize), 0)...)
	var base [8]byte
	if m.Class() == elf.ELFCLASS64 {
		m.Order().PutUint64(base[:], -addr)
	} else {
		m.Order().PutUint32(base[:], uint32(-addr))
	}
	b = append(b, base[:]...)
	b = append(append(b, p.loader...), 0)
	if p.fallback != "" {
		b = append(append(b, p.fallback...), 0)
	}
	return b, nil
}

// found are the parameters in a patched file.
type found struct {
	params
	version     uint32 // of another than paramsVersion nothing else is known
	segment     int    // index of the program header
	off         uint64 // of the parameters in the file
	undoOff     uint64 // of the record in the file
	undo        []byte
	runpathOnly bool // there is no stub in front
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
		for at := alignUp(p.Vaddr, paramsAlign) - p.Vaddr; at+paramsSize <= uint64(len(b)); at += paramsAlign {
			if string(b[at:at+8]) != paramsMagic {
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
	b, err := m.Bytes(p.Off+at, paramsSize)
	if err != nil {
		return nil
	}
	word := func(i int) uint32 { return m.Order().Uint32(b[8+4*i:]) }
	addr := p.Vaddr + at
	target := func(i int) uint64 {
		a := addr + uint64(int64(int32(word(i))))
		if m.Class() == elf.ELFCLASS32 {
			a &= math.MaxUint32
		}
		return a
	}
	f := &found{version: word(0), segment: i, off: p.Off + at, runpathOnly: m.Header.Entry-p.Vaddr >= at}
	base := -m.Order().Uint64(b[paramsBase:])
	if m.Class() == elf.ELFCLASS32 {
		base = uint64(-m.Order().Uint32(b[paramsBase:]))
	}
	if base != addr {
		return nil
	}
	if f.version != paramsVersion {
		return f
	}
	f.entry, f.phdr, f.phnum = target(1), target(2), int(word(3))
	if b, err = m.Bytes(p.Off+at, min(p.Filesz-at, 16<<10)); err != nil {
		return nil
	}
	var ok bool
	if f.loader, f.fallback, ok = texts(b, word(4)); !ok {
		return nil
	}
	off, size := uint64(word(5)), uint64(word(6))
	if off > p.Filesz-at || size > p.Filesz-at-off {
		return nil
	}
	f.undoOff = f.off + off
	f.undo, err = m.Bytes(f.undoOff, size)
	if err != nil {
		return nil
	}
	return f
}

// texts gives the two strings behind the parameters.
func texts(b []byte, fallback uint32) (string, string, bool) {
	cstring := func(at uint64) (string, bool) {
		if at > uint64(len(b)) {
			return "", false
		}
		n := bytes.IndexByte(b[at:], 0)
		if n < 0 {
			return "", false
		}
		return string(b[at : at+uint64(n)]), true
	}
	one, ok1 := cstring(paramsSize)
	two, ok2 := cstring(uint64(fallback))
	return one, two, ok1 && ok2
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
