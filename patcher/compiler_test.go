package patcher

import (
	"bytes"
	"compress/zlib"
	"debug/elf"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/elfimg"
)

// withComment gives a program with a .comment of this text only, and the index of it.
func withComment(t testing.TB, text string) (*elfimg.Image, int) {
	t.Helper()
	p := program()
	p.Comment = text
	m := image(t, p.Bytes())
	names, err := m.SectionNames()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.Index(names, ".comment")
	m.Sections[i].Off += m.Sections[i].Size - uint64(len(text))
	m.Sections[i].Size = uint64(len(text))
	return m, i
}

func encoded(t testing.TB, m *elfimg.Image) *elfimg.Image {
	t.Helper()
	rope, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return image(t, contents(t, &Output{rope}))
}

// A section may unpack to, or claim in a sparse file, more than there is memory.
func TestTheCompilerIsNotLookedForInLargeAndCompressedSections(t *testing.T) {
	const gcc = "GCC: (GNU) 12.2.0\x00"
	var packed bytes.Buffer
	packed.WriteString("\x01\x00\x00\x00\x00\x00\x00\x00\x12\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00")
	z := zlib.NewWriter(&packed)
	z.Write([]byte(gcc))
	z.Close()
	for _, c := range []struct {
		text  string
		flags elf.SectionFlag
		want  string
	}{{gcc, 0, "GCC 12.2.0"}, {packed.String(), elf.SHF_COMPRESSED, ""}, {gcc + strings.Repeat("\x00", maxComment), 0, ""}} {
		m, i := withComment(t, c.text)
		m.Sections[i].Flags |= uint64(c.flags)
		if got := compiler(encoded(t, m)); got != c.want {
			t.Errorf("%q of %.40q, wanted %q", got, c.text, c.want)
		}
	}
}

func TestNoCompilerInAFileWithManyLongNames(t *testing.T) {
	m, i := withComment(t, "\x00"+strings.Repeat("x", 4000)+"\x00")
	if !plainNames(m) {
		t.Fatal("few names are too many")
	}
	names := &m.Sections[m.NamesIndex()]
	names.Off, names.Size = m.Sections[i].Off, m.Sections[i].Size
	for n := range m.Sections {
		m.Sections[n].Name = 1
	}
	for range maxNames / 4000 {
		m.Sections = append(m.Sections, m.Sections[i])
	}
	if plainNames(m) {
		t.Errorf("%d names of 4000 bytes would be copied", len(m.Sections))
	}
}
