package stub

import (
	"debug/elf"
	"path/filepath"
	"slices"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/need"
)

func TestEachStubIsWhatTheManifestSays(t *testing.T) {
	blobs := Current().Blobs
	for i, s := range All() {
		b := blobs[i]
		if s.Arch != b.Arch || s.Kind != b.Kind || len(s.Code) != b.Size || Sum(s.Code) != b.SHA256 {
			t.Errorf("%s: %d bytes, sha256 %s; the manifest has %+v; run: go tool mage stub", s.Arch, len(s.Code), Sum(s.Code), b)
		}
		if len(s.Code)%Align != 0 || s.Entry >= uint64(len(s.Code)) || s.DebugState >= uint64(len(s.Code)) {
			t.Errorf("%s: %d bytes, entry %d, _dl_debug_state %d", s.Arch, len(s.Code), s.Entry, s.DebugState)
		}
	}
}

func TestNoOtherBlobIsEmbedded(t *testing.T) {
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name, isBlob := e.Name(), filepath.Ext(e.Name()) == ".bin"
		if isBlob && !slices.ContainsFunc(Current().Blobs, func(b Blob) bool { return b.File() == name }) {
			t.Errorf("%s is in no manifest; run: go tool mage stub", name)
		}
	}
}

func TestTheSourcesAreThoseThatWereCompiled(t *testing.T) {
	for _, b := range Current().Blobs {
		sum, err := SumSources(filepath.Join(need.Top(), "crt"), b.Sources)
		if err != nil || sum != b.SourcesSHA256 {
			t.Errorf("%s: crt/ changed: run go tool mage stub (%v)", b.Arch, err)
		}
	}
}

func TestForFindsByTheHeaderOfTheProgram(t *testing.T) {
	for _, s := range All() {
		a, _ := arch.Lookup(s.Arch)
		if got, found := For(a.Machine, a.Class, a.Data, s.Kind); !found || got != s {
			t.Errorf("%s: %v, %v", s.Arch, got, found)
		}
	}
	if _, found := For(elf.EM_X86_64, elf.ELFCLASS32, elf.ELFDATA2LSB, Any); found {
		t.Error("x32 has no stub")
	}
}
