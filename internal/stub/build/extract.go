package build

import (
	"debug/elf"
	"fmt"

	"relinterp/internal/arch"
	"relinterp/internal/stub"
)

// section is the name that crt/stub.ld gives to the whole stub.
const section = ".stub"

// mayBeThere are sections of a linked stub besides the one, by machine, and their size at most. The
// code reckons addresses from the GOT's place and never looks at what is there: words for the loader.
var mayBeThere = map[string]map[string]uint64{
	"i386":        {".got.plt": 12},
	"powerpc64le": {".got": 8},
}

// shtRELR is SHT_RELR (gABI chapter 4), which debug/elf does not name.
const shtRELR = elf.SectionType(19)

// extract takes the code out of a linked file, and sees that nothing else is in it.
func extract(file string, a arch.Arch) (Built, error) {
	var b Built
	f, err := elf.Open(file)
	if err != nil {
		return b, err
	}
	defer f.Close()
	if f.Machine != a.Machine || f.Class != a.Class || f.Data != a.Data {
		return b, fmt.Errorf("linked for %v, %v, %v", f.Machine, f.Class, f.Data)
	}
	var at uint64
	for _, s := range f.Sections {
		switch {
		case s.Name == section:
			at = s.Addr
			if b.Code, err = s.Data(); err != nil {
				return b, err
			}
			if s.Flags&elf.SHF_WRITE != 0 {
				return b, fmt.Errorf("%s is writable", section)
			}
		case s.Type == elf.SHT_REL || s.Type == elf.SHT_RELA || s.Type == shtRELR || s.Type == elf.SHT_DYNAMIC,
			s.Flags&elf.SHF_ALLOC != 0 && s.Size > mayBeThere[a.Name][s.Name]:
			return b, fmt.Errorf("the stub has a section %s of %d bytes; it may have none but %s", s.Name, s.Size, section)
		}
	}
	if len(b.Code) == 0 || len(b.Code)%stub.Align != 0 {
		return b, fmt.Errorf("%s has %d bytes; want a multiple of %d", section, len(b.Code), stub.Align)
	}
	symbols, err := f.Symbols()
	if err != nil {
		return b, err
	}
	place := map[string]uint64{}
	for _, s := range symbols {
		place[s.Name] = s.Value - at
	}
	if end := place["stub_params"]; end != uint64(len(b.Code)) {
		return b, fmt.Errorf("stub_params is at %d; want %d, right behind the code", end, len(b.Code))
	}
	for name, to := range map[string]*uint64{"stub_start": &b.Entry, "_dl_debug_state": &b.DebugState} {
		value, found := place[name]
		if !found || value >= uint64(len(b.Code)) {
			return b, fmt.Errorf("no symbol %s in the code", name)
		}
		*to = value
	}
	return b, nil
}
