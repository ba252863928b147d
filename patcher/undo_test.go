package patcher

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"reflect"
	"strings"
	"testing"

	"relinterp/internal/elfimg"
	"relinterp/internal/fakeelf"
)

func TestARecordIsReadAsItWasWritten(t *testing.T) {
	for _, c := range []struct {
		cuts  cuts
		edits []elfimg.Edit
	}{
		{nil, nil},
		{cuts{{0, 1}}, nil},
		{cuts{{10, 300}, {20, 5}, {1000, 1 << 20}}, []elfimg.Edit{{Offset: 0, Data: []byte("QUICK")}, {Offset: 5, Data: make([]byte, 3)}, {Offset: 200, Data: []byte("\x00x")}}},
	} {
		size := int64(2000)
		for _, one := range c.cuts {
			size += int64(one.size)
		}
		r, err := parseRecord(append(undoRecord(c.cuts, c.edits), 0, 0), size)
		if err != nil || !reflect.DeepEqual(r.cuts, c.cuts) || !reflect.DeepEqual(r.corrections, c.edits) {
			t.Errorf("%+v: %+v, %v", c, r, err)
		}
	}
}

func TestCutsAreTakenOut(t *testing.T) {
	const now = "see the very quick brown fox!"
	c := cuts{{0, 4}, {4, 5}, {19, 1}}
	rope := elfimg.NewRope(strings.NewReader(now), int64(len(now)))
	var back bytes.Buffer
	if _, err := c.without(rope).WriteTo(&back); err != nil || back.String() != "the quick brown fox" {
		t.Errorf("%q, %v", back.String(), err)
	}
	for i := range now {
		at := c.original(uint64(i))
		if inside := i < 4 || i >= 8 && i < 13 || i == 28; c.inside(uint64(i)) != inside || !inside && back.String()[at] != now[i] {
			t.Errorf("byte %d, %q, is byte %d of the original, inside %v", i, now[i], at, c.inside(uint64(i)))
		}
	}
}

func TestADamagedUndoRecordIsRefused(t *testing.T) {
	made := patched(t, program().Bytes(), beside)
	f, err := findParams(image(t, made))
	if err != nil || f == nil {
		t.Fatal(f, err)
	}
	r, err := parseRecord(f.undo, int64(len(made)))
	if err != nil {
		t.Fatal(err)
	}
	for n := range r.size {
		if _, err := parseRecord(f.undo[:n], int64(len(made))); err == nil {
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
	for _, sizes := range [][]uint64{{1 << 40}, {48 << 20, 48 << 20}} {
		record := binary.AppendUvarint([]byte{0, 0, 0, 0, 0}, uint64(len(sizes)))
		for _, n := range sizes {
			record = binary.AppendUvarint(append(record, 0), n<<1|1)
		}
		if _, err := parseRecord(record, 1<<40); !errors.Is(err, errUndo) {
			t.Error(sizes, err)
		}
	}
}

// What the patched file tells by itself needs no room in the record.
func TestTheRecordHasOnlyWhatTheFileDoesNotTell(t *testing.T) {
	for name, p := range variants() {
		f, err := findParams(image(t, patched(t, p.Bytes(), beside)))
		if err != nil || f == nil {
			t.Fatal(name, err)
		}
		r, err := parseRecord(f.undo, 1<<30)
		limit := 24
		if !p.Sections {
			limit = 60 // where .dynstr and .interp were
		}
		if err != nil || r.size > limit {
			t.Errorf("%s: %v: %+v", name, err, r)
		}
	}
}

func TestARecordOfAnotherVersionIsRefused(t *testing.T) {
	made := patched(t, program().Bytes(), beside)
	f, err := findParams(image(t, made))
	if err != nil || f == nil {
		t.Fatal(err)
	}
	made[f.off+7] = '1'
	_, err = RestorePlan(bytes.NewReader(made), int64(len(made)))
	refusal(t, err, OtherVersion)
	_, err = MakePlan(bytes.NewReader(made), int64(len(made)), beside)
	refusal(t, err, OtherVersion)
	if i := inspected(t, made); i.Patched == nil || i.Patched.Version != 1 || !strings.Contains(i.Patched.Changed, "(version 1, not 2)") {
		t.Errorf("%+v", i.Patched)
	}
}
