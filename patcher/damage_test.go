package patcher

import (
	"bytes"
	"debug/elf"
	"errors"
	"testing"

	"relinterp/internal/fakeelf"
)

// small are the programs that are damaged in every way.
func small() map[string][]byte {
	arm, fixed := program(), program()
	arm.Class, arm.Machine, arm.Symbols = elf.ELFCLASS32, elf.EM_ARM, false
	fixed.Type, fixed.Spare, fixed.Payload = elf.ET_EXEC, 0, []byte("payload")
	all := map[string][]byte{}
	for name, p := range map[string]fakeelf.Program{"PIE": program(), "arm": arm, "fixed": fixed} {
		all[name] = p.Bytes()
	}
	return all
}

// survive plans, and expects either a typed refusal or a file from which the original comes back.
func survive(t *testing.T, data []byte, what any) {
	t.Helper()
	for _, o := range []Options{beside, runpathOnly("$ORIGIN")} {
		p, err := MakePlan(bytes.NewReader(data), int64(len(data)), o)
		var refused *Refusal
		if errors.As(err, &refused) {
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", what, err)
			continue
		}
		if out := contents(t, p.Output()); !bytes.Equal(restored(t, out), data) {
			t.Errorf("%v: restored to another file", what)
		}
	}
	if _, err := Inspect(bytes.NewReader(data), int64(len(data))); err != nil {
		var refused *Refusal
		if !errors.As(err, &refused) {
			t.Errorf("%v: inspect: %v", what, err)
		}
	}
}

func TestEveryTruncation(t *testing.T) {
	for name, data := range small() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := range len(data) {
				survive(t, data[:n], n)
			}
		})
	}
}

// Every byte of all headers and of .dynamic gets several other values.
func TestEveryByteOfTheHeaders(t *testing.T) {
	for name, data := range small() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := image(t, data)
			progs := int(m.Header.Phoff) + len(m.Progs)*int(m.ProgSize())
			dynamic := m.Progs[m.FindProg(elf.PT_DYNAMIC)]
			for _, part := range [][2]int{{0, progs}, {int(dynamic.Off), int(dynamic.Off + dynamic.Filesz)},
				{int(m.Header.Shoff), int(m.Header.Shoff) + len(m.Sections)*int(m.SectionSize())}} {
				for i := part[0]; i < part[1]; i++ {
					for _, flip := range []byte{0x01, 0x80, 0xff} {
						damaged := bytes.Clone(data)
						damaged[i] ^= flip
						survive(t, damaged, []any{i, flip})
					}
				}
			}
		})
	}
}

// No byte of a patched file can be changed without --restore noticing it: not those of the original, nor
// those of the stub, the tables and the record.
func TestEveryByteOfAPatchedFile(t *testing.T) {
	for name, data := range small() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := patched(t, data, beside)
			for i := range made {
				damaged := bytes.Clone(made)
				damaged[i] ^= []byte{0x01, 0x80, 0xff}[i%3]
				var refused *Refusal
				if _, err := RestorePlan(bytes.NewReader(damaged), int64(len(damaged))); !errors.As(err, &refused) {
					t.Errorf("byte %d: %v", i, err)
				}
				if _, err := MakePlan(bytes.NewReader(damaged), int64(len(damaged)), beside); !errors.As(err, &refused) {
					t.Errorf("byte %d: plan: %v", i, err)
				}
			}
		})
	}
}
