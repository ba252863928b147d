package elfimg

import (
	"strings"
	"testing"

	"relinterp/internal/fakeelf"
)

// A small file may have very many bad sections that share one long name.
func TestCheckSaysOnlySoMuch(t *testing.T) {
	data := fakeelf.Program{Sections: true}.Bytes()
	long := strings.Repeat("x", maxName-1)
	m := parse(t, append(data, "\x00"+long+"\x00"...))
	names := &m.Sections[m.NamesIndex()]
	names.Off, names.Size = uint64(len(data)), uint64(len(long))+2
	for i := range m.Sections {
		m.Sections[i].Name = 0
	}
	bad := m.Sections[1]
	bad.Name, bad.Off = 1, 1<<40
	for range 5000 {
		m.Sections = append(m.Sections, bad)
	}
	if len(m.NewProblems(m)) == 0 {
		t.Error("what is behind the last one told may be new")
	}
	list := m.Check()
	if len(list) != maxProblems {
		t.Errorf("%d problems", len(list))
	}
	for _, p := range list {
		if len(p) > 200 {
			t.Fatalf("%d bytes: %.80s", len(p), p)
		}
	}
}
