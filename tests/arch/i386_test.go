package arch

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/emptyroot"
	"relinterp/internal/need"
)

// The rest of the system calls of i386 is real here: no emulator answers for /proc.
func TestI386RunsInAnEmptyRoot(t *testing.T) {
	t.Parallel()
	if host, _ := arch.Host(); host.Name != "x86_64" {
		return // no other machine's kernel runs these programs
	}
	m := one(t, "i386")
	m.runner = nil
	root := t.TempDir()
	if err := os.Rename(m.allOf(t), filepath.Join(root, "any")); err != nil {
		t.Fatal(err)
	}
	clone(t, m.compile(t, "app", "hello.c"), filepath.Join(root, "any", "ordinary"))
	for _, proc := range []bool{false, true} {
		for program, want := range map[string]string{"/any/ordinary": "", "/any/app": m.everything("argc 1, none, none")} {
			r, err := emptyroot.Run(t.Context(), emptyroot.Spec{Root: root, Proc: proc, Argv: []string{program}})
			if errors.Is(err, emptyroot.ErrForbidden) {
				need.Missing(t, err.Error(), "the tests once more as root")
			}
			if err != nil || r.Started != (want != "") || r.Started && (r.Output != want || r.Status != 0) {
				t.Errorf("%s, /proc %v: %+v, %v", program, proc, r, err)
			}
		}
	}
}
