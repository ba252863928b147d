package patcher

import (
	"debug/elf"
	"slices"

	"relinterp/internal/elfimg"
)

// df1Now and dfBindNow are the bits of DT_FLAGS_1 and DT_FLAGS that say the same.
const (
	df1Now    = uint64(elf.DF_1_NOW)
	dfBindNow = uint64(elf.DF_BIND_NOW)
)

// withoutRunpath gives .dynamic without its DT_RUNPATH and DT_RPATH, as many slots as before.
func withoutRunpath(dyn []elf.Dyn64) []elf.Dyn64 {
	end := dynEnd(dyn)
	out := slices.DeleteFunc(slices.Clone(dyn[:end]), func(d elf.Dyn64) bool { return isRunpath(d) })
	out = append(out, make([]elf.Dyn64, end-len(out))...)
	return append(out, dyn[end:]...)
}

func isRunpath(d elf.Dyn64) bool {
	return d.Tag == int64(elf.DT_RUNPATH) || d.Tag == int64(elf.DT_RPATH)
}

// dynEnd gives the index of the first DT_NULL.
func dynEnd(dyn []elf.Dyn64) int {
	for i, d := range dyn {
		if d.Tag == int64(elf.DT_NULL) {
			return i
		}
	}
	return len(dyn)
}

// putRunpath gives .dynamic with the entry in it, and in words whose slot it got; "" if there is
// none. It may be up to extra slots longer than before.
func putRunpath(dyn []elf.Dyn64, entry elf.Dyn64, extra int) ([]elf.Dyn64, string) {
	at := slices.IndexFunc(dyn[:dynEnd(dyn)], isRunpath)
	if at >= 0 {
		was := elf.DynTag(dyn[at].Tag)
		end, rest := dynEnd(dyn), withoutRunpath(dyn) // one at least has gone, so rest[end-1] is a DT_NULL
		copy(rest[at+1:end], rest[at:end-1])
		rest[at] = entry
		return rest, "the old " + was.String()
	}
	out, end := slices.Clone(dyn), dynEnd(dyn)
	if end+1 < len(dyn) && dyn[end+1].Tag == int64(elf.DT_NULL) {
		out[end], out[end+1] = entry, elf.Dyn64{} // some linkers leave an old value beside a DT_NULL
		return out, "a spare DT_NULL"
	}
	if i := repeated(dyn[:end]); i >= 0 {
		out[i] = entry
		return out, elf.DynTag(dyn[i].Tag).String() + ", which DT_FLAGS repeats"
	}
	if extra > 0 && end+1 == len(dyn) {
		return append(out[:end], entry, elf.Dyn64{}), "the padding behind .dynamic"
	}
	if i, why := optional(dyn[:end]); i >= 0 {
		out[i] = entry
		return out, elf.DynTag(dyn[i].Tag).String() + ", " + why
	}
	return nil, ""
}

func indexTag(dyn []elf.Dyn64, tag elf.DynTag) int {
	return slices.IndexFunc(dyn, func(d elf.Dyn64) bool { return d.Tag == int64(tag) })
}

// repeated gives the index of an entry that only says "bind now" where DT_FLAGS says it too, or -1.
func repeated(dyn []elf.Dyn64) int {
	f := indexTag(dyn, elf.DT_FLAGS)
	if f < 0 || dyn[f].Val&dfBindNow == 0 {
		return -1
	}
	if i := indexTag(dyn, elf.DT_BIND_NOW); i >= 0 {
		return i
	}
	if i := indexTag(dyn, elf.DT_FLAGS_1); i >= 0 && dyn[i].Val == df1Now {
		return i
	}
	return -1
}

// optional gives the index of an entry that loaders can do without, and why, or -1.
func optional(dyn []elf.Dyn64) (int, string) {
	if i := indexTag(dyn, elf.DT_HASH); i >= 0 && indexTag(dyn, elf.DT_GNU_HASH) >= 0 {
		return i, "beside DT_GNU_HASH"
	}
	for _, tag := range []elf.DynTag{elf.DT_RELACOUNT, elf.DT_RELCOUNT} {
		if i := indexTag(dyn, tag); i >= 0 {
			return i, "a hint to the loader"
		}
	}
	return -1, ""
}

// dynamicRoom gives how many slots more .dynamic could have: zero bytes behind it in the file and in
// its segment, that no section claims. Without section headers nobody knows what is claimed.
func dynamicRoom(m *elfimg.Image, slot uint64) int {
	i := m.FindProg(elf.PT_DYNAMIC)
	if i < 0 || len(m.Sections) == 0 {
		return 0
	}
	p := m.Progs[i]
	end := p.Off + p.Filesz
	b, err := m.Bytes(end, slot)
	if err != nil || slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) {
		return 0
	}
	if _, err := m.Offset(p.Vaddr, p.Filesz+slot); err != nil {
		return 0
	}
	for _, s := range m.Sections {
		if s.Type != uint32(elf.SHT_NOBITS) && s.Off < end+slot && s.Off+s.Size > end {
			return 0
		}
		if s.Type == uint32(elf.SHT_NOBITS) && s.Flags&uint64(elf.SHF_ALLOC|elf.SHF_TLS) == uint64(elf.SHF_ALLOC) &&
			s.Addr < p.Vaddr+p.Filesz+slot && s.Addr+s.Size > p.Vaddr+p.Filesz {
			return 0
		}
	}
	return 1
}
