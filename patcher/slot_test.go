package patcher

import (
	"bytes"
	"debug/elf"
	"slices"
	"strings"
	"testing"
)

// dyns makes entries of tags, each with its number in the list as value; 0 is DT_NULL.
func dyns(tags ...elf.DynTag) []elf.Dyn64 {
	var list []elf.Dyn64
	for i, tag := range tags {
		d := elf.Dyn64{Tag: int64(tag), Val: uint64(i + 1)}
		if tag == elf.DT_NULL {
			d.Val = 0
		}
		list = append(list, d)
	}
	return list
}

func tags(list []elf.Dyn64) string {
	var words []string
	for _, d := range list {
		words = append(words, strings.TrimPrefix(elf.DynTag(d.Tag).String(), "DT_"))
	}
	return strings.Join(words, " ")
}

func TestPutRunpath(t *testing.T) {
	const null, needed, flags, flags1 = elf.DT_NULL, elf.DT_NEEDED, elf.DT_FLAGS, elf.DT_FLAGS_1
	for _, c := range []struct {
		old   []elf.Dyn64
		extra int
		want  string
		how   string
	}{
		{dyns(needed, null, null), 0, "NEEDED RUNPATH NULL", "a spare DT_NULL"},
		{dyns(needed, elf.DT_RPATH, null), 0, "NEEDED RUNPATH NULL", "the old DT_RPATH"},
		{dyns(elf.DT_RUNPATH, needed, elf.DT_RPATH, null), 0, "RUNPATH NEEDED NULL NULL", "the old DT_RUNPATH"},
		{dyns(elf.DT_RPATH, elf.DT_RUNPATH, needed, null), 0, "RUNPATH NEEDED NULL NULL", "the old DT_RPATH"},
		{dyns(needed, null), 1, "NEEDED RUNPATH NULL", "the padding behind .dynamic"},
		{dyns(needed, elf.DT_RELACOUNT, null), 1, "NEEDED RELACOUNT RUNPATH NULL", "the padding behind .dynamic"},
		{dyns(needed, elf.DT_RELACOUNT, null), 0, "NEEDED RUNPATH NULL", "DT_RELACOUNT, a hint to the loader"},
		{dyns(elf.DT_HASH, elf.DT_GNU_HASH, null), 0, "RUNPATH GNU_HASH NULL", "DT_HASH, beside DT_GNU_HASH"},
		{dyns(elf.DT_HASH, null), 0, "", ""},
		{dyns(needed, null), 0, "", ""},
	} {
		got, how := putRunpath(c.old, elf.Dyn64{Tag: int64(elf.DT_RUNPATH), Val: 99}, c.extra)
		if tags(got) != c.want || how != c.how {
			t.Errorf("%s: %s, %q", tags(c.old), tags(got), how)
		}
	}
	old := dyns(flags, flags1, null)
	old[0].Val, old[1].Val = uint64(elf.DF_BIND_NOW), uint64(elf.DF_1_NOW)
	if got, how := putRunpath(old, elf.Dyn64{Tag: 29}, 0); tags(got) != "FLAGS RUNPATH NULL" || how != "DT_FLAGS_1, which DT_FLAGS repeats" {
		t.Error(tags(got), how)
	}
	old[1].Val |= uint64(elf.DF_1_PIE) // that says more
	if got, _ := putRunpath(old, elf.Dyn64{Tag: 29}, 0); got != nil {
		t.Error(tags(got))
	}
}

// Some linkers leave a value beside a DT_NULL; who looks for a tag in vain would find it.
func TestTheTerminatorHasNoValue(t *testing.T) {
	old := dyns(elf.DT_NEEDED, elf.DT_NULL, elf.DT_NULL)
	old[2].Val = 77
	if got, _ := putRunpath(old, elf.Dyn64{Tag: 29}, 0); got[2] != (elf.Dyn64{}) {
		t.Errorf("%+v", got[2])
	}
}

func TestAFullDynamicMovesIntoASecondSegment(t *testing.T) {
	for name, p := range each(program()) {
		p.Spare = 0
		t.Run(name, func(t *testing.T) {
			data := p.Bytes()
			made := patched(t, data, beside)
			f := readELF(t, made)
			i := slices.IndexFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_DYNAMIC })
			dynamic := f.Progs[i]
			home := slices.IndexFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_LOAD && p.Vaddr == dynamic.Vaddr })
			if home < 0 || f.Progs[home].Flags != elf.PF_R|elf.PF_W {
				t.Error("PT_DYNAMIC is not in a writable segment of its own")
			}
			if runpath, err := f.DynString(elf.DT_RUNPATH); err != nil || len(runpath) != 1 {
				t.Error(runpath, err)
			}
			if !bytes.Equal(restored(t, made), data) {
				t.Error("restored to another file")
			}
		})
	}
}
