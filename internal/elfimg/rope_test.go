package elfimg

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func text(t testing.TB, r *Rope) string {
	t.Helper()
	var out bytes.Buffer
	if n, err := r.WriteTo(&out); err != nil || n != r.Size() {
		t.Fatal(n, err)
	}
	return out.String()
}

func TestApply(t *testing.T) {
	base := NewRope(strings.NewReader("0123456789"), 10)
	for _, c := range []struct {
		edits []Edit
		want  string
	}{
		{nil, "0123456789"},
		{[]Edit{{Offset: 3, Data: []byte("ab")}}, "012ab56789"},
		{[]Edit{{Offset: 3, Insert: true, Data: []byte("ab")}}, "012ab3456789"},
		{[]Edit{{Offset: 10, Insert: true, Data: []byte("end")}, {Offset: 0, Insert: true, Data: []byte("start")}}, "start0123456789end"},
		{[]Edit{{Offset: 3, Data: []byte("x")}, {Offset: 3, Insert: true, Data: []byte("ab")}}, "012abx456789"},
		{[]Edit{{Offset: 3, Insert: true, Data: []byte("a")}, {Offset: 3, Insert: true, Data: []byte("b")}}, "012ab3456789"},
		{[]Edit{{Offset: 0, Data: []byte("abcdefghij")}}, "abcdefghij"},
	} {
		out, err := base.Apply(c.edits)
		if err != nil || text(t, out) != c.want {
			t.Errorf("%v: %v", c.edits, err)
		}
	}
}

func TestEditsThatOverlapAreRefused(t *testing.T) {
	base := NewRope(strings.NewReader("0123456789"), 10)
	for _, edits := range [][]Edit{
		{{Offset: 3, Data: []byte("abc")}, {Offset: 5, Data: []byte("x")}},
		{{Offset: 3, Data: []byte("abc")}, {Offset: 4, Insert: true, Data: []byte("x")}},
		{{Offset: 9, Data: []byte("ab")}},
		{{Offset: 11, Insert: true, Data: []byte("a")}},
	} {
		if _, err := base.Apply(edits); err == nil {
			t.Errorf("%v was done", edits)
		}
	}
}

// Random edits of edits of a file, read at random places, against the same on a string.
func TestReadAtAfterManyEdits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	want := strings.Repeat("the quick brown fox ", 2000)
	rope := NewRope(strings.NewReader(want), int64(len(want)))
	for range 60 {
		at := random.IntN(len(want))
		data := []byte(strings.Repeat("#", 1+random.IntN(30)))
		insert := random.IntN(2) == 0 || at+len(data) > len(want)
		var err error
		if rope, err = rope.Apply([]Edit{{Offset: int64(at), Insert: insert, Data: data}}); err != nil {
			t.Fatal(err)
		}
		rest := want[at:]
		if !insert {
			rest = rest[len(data):]
		}
		want = want[:at] + string(data) + rest
		from, b := random.IntN(len(want)), make([]byte, 1+random.IntN(300))
		n, err := rope.ReadAt(b, int64(from))
		if string(b[:n]) != want[from:min(from+len(b), len(want))] || (n < len(b)) != (err == io.EOF) {
			t.Fatalf("%d bytes at %d: %v", n, from, err)
		}
	}
	if text(t, rope) != want {
		t.Error("another text")
	}
}

func TestChangesAreAsFewAsTheyCanBe(t *testing.T) {
	old, now := []byte("aaaaaaaaaaaaaaaa"), []byte("aXaaYaaaaaaaaZZa")
	got := Changes(100, old, now, 4)
	if len(got) != 2 || got[0].Offset != 101 || string(got[0].Data) != "XaaY" || got[1].Offset != 113 || string(got[1].Data) != "ZZ" {
		t.Errorf("%v", got)
	}
}

func TestAFileThatShrinksIsAnError(t *testing.T) {
	r := NewRope(strings.NewReader("short"), 100)
	if _, err := r.WriteTo(io.Discard); err != io.ErrUnexpectedEOF {
		t.Error(err)
	}
	if _, err := r.ReadAt(make([]byte, 10), 0); err != io.ErrUnexpectedEOF {
		t.Error(err)
	}
}
