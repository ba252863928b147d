package patcher

import (
	"bytes"
	"strings"
	"testing"

	"relinterp/internal/elfimg"
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
