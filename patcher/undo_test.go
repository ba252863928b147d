package patcher

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"relinterp/internal/elfimg"
	"relinterp/internal/fakeelf"
)

func TestTheUndoRecordTakesEditsBack(t *testing.T) {
	const old = "the quick brown fox jumps over the lazy dog"
	rope := elfimg.NewRope(strings.NewReader(old), int64(len(old)))
	for _, edits := range [][]elfimg.Edit{
		nil,
		{{Offset: 4, Data: []byte("QUICK")}},
		{{Offset: 0, Insert: true, Data: []byte("see ")}, {Offset: 10, Data: []byte("white")}},
		{{Offset: int64(len(old)), Insert: true, Data: []byte("!")}},
		{{Offset: 4, Insert: true, Data: []byte("very ")}, {Offset: 4, Data: []byte("s")}, {Offset: 40, Data: []byte("cat")}},
	} {
		record, err := undoRecord(rope, 77, edits)
		if err != nil {
			t.Fatal(err)
		}
		made, err := rope.Apply(edits)
		if err != nil {
			t.Fatal(err)
		}
		var now, back bytes.Buffer
		if _, err := made.WriteTo(&now); err != nil {
			t.Fatal(err)
		}
		original, sum, err := undo(elfimg.NewRope(bytes.NewReader(now.Bytes()), int64(now.Len())), append(record, 0, 0, 0))
		if err != nil || sum != 77 {
			t.Fatal(sum, err)
		}
		if original.WriteTo(&back); back.String() != old {
			t.Errorf("%q became %q", now.String(), back.String())
		}
	}
}

func TestADamagedUndoRecordIsRefused(t *testing.T) {
	made := patched(t, program().Bytes(), beside)
	f, err := findParams(image(t, made))
	if err != nil || f == nil {
		t.Fatal(f, err)
	}
	rope := elfimg.NewRope(bytes.NewReader(made), int64(len(made)))
	for n := range len(bytes.TrimRight(f.undo, "\x00")) - 1 {
		if _, _, err := undo(rope, f.undo[:n]); err == nil {
			t.Errorf("%d bytes of it are enough", n)
		}
	}
}

// Bytes that others appended to a patched file are in no group of the record: nothing may drop them.
func TestWhatWasAppendedSinceIsNotLost(t *testing.T) {
	other := beside
	other.LoaderDir = "$ORIGIN/../lib"
	plain, payload, fixed := program(), program(), program()
	payload.Payload, fixed.Type, fixed.Symbols, fixed.Sections = []byte("payload"), elf.ET_EXEC, false, false
	for name, p := range map[string]fakeelf.Program{"plain": plain, "payload": payload, "without sections": fixed} {
		for _, more := range []string{"\x00", "\n", "an archive"} {
			data := append(patched(t, p.Bytes(), beside), more...)
			_, err := RestorePlan(bytes.NewReader(data), int64(len(data)))
			refusal(t, err, Changed)
			for _, o := range []Options{beside, other} {
				_, err := MakePlan(bytes.NewReader(data), int64(len(data)), o)
				refusal(t, err, Changed)
			}
			if t.Failed() {
				t.Fatalf("%s with %q", name, more)
			}
		}
	}
}

// A sparse file costs nothing, so that its record may speak of more zeros than there is memory.
func TestMoreZerosThanAnyTableHasAreRefused(t *testing.T) {
	const size = 1 << 40
	for _, groups := range [][]uint64{{0, size, size<<1 | 1}, {0, 48 << 20, 48<<21 | 1, 0, size - 48<<20, 48<<21 | 1}} {
		record := binary.AppendUvarint(nil, uint64(size))
		if len(groups) > 3 {
			record = binary.AppendUvarint(nil, 96<<20)
		}
		record = append(record, 0, 0, 0, 0)
		for _, n := range groups {
			record = binary.AppendUvarint(record, n)
		}
		if _, _, err := undo(elfimg.NewRope(strings.NewReader(""), size), record); !errors.Is(err, errUndo) {
			t.Error(groups, err)
		}
	}
}
