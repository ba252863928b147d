package stub

import (
	"debug/elf"
	"testing"

	"relinterp/patcher"
)

func TestNoSegmentIsWritableAndExecutable(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		f, err := elf.Open(k.retrofit(t, k.build(t, "hello.c"), patcher.Options{}) + "/app")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		stubs := 0
		for _, p := range f.Progs {
			if p.Type == elf.PT_LOAD && p.Flags&(elf.PF_W|elf.PF_X) == elf.PF_W|elf.PF_X || p.Type == elf.PT_GNU_STACK && p.Flags&elf.PF_X != 0 {
				t.Errorf("%+v", p.ProgHeader)
			}
			if p.Type == elf.PT_LOAD && f.Entry-p.Vaddr < p.Filesz && p.Flags == elf.PF_R|elf.PF_X {
				stubs++
			}
		}
		if stubs != 1 {
			t.Errorf("%d segments hold the entry %#x, readable and executable", stubs, f.Entry)
		}
	})
}
