package patcher

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"testing"
)

// Files that were patched once must be restored by all that come later: the record counts on guess being what it was. Where
// that changes, paramsVersion does too; then RELINTERP_GOLDEN=1 go test ./patcher -run TestFilesPatchedLongAgo writes them anew.
func TestFilesPatchedLongAgo(t *testing.T) {
	fixed, bare := program(), program()
	fixed.Type, fixed.Symbols, fixed.Payload = elf.ET_EXEC, false, []byte("payload")
	bare.Sections, bare.Symbols = false, false
	arm := each(program())["arm"]
	for name, data := range map[string][]byte{"pie": patched(t, program().Bytes(), beside), "fixed": patched(t, fixed.Bytes(), beside),
		"bare": patched(t, bare.Bytes(), beside), "arm": patched(t, arm.Bytes(), beside), "library": patched(t, library().Bytes(), runpathOnly("$ORIGIN"))} {
		path := filepath.Join("testdata", "patched", name)
		if os.Getenv("RELINTERP_GOLDEN") != "" {
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := RestorePlan(bytes.NewReader(was), int64(len(was))); err != nil { // compares the original's checksum
			t.Errorf("%s: %v", name, err)
		}
	}
}
