package stub

import (
	"errors"
	"strings"
	"testing"

	"relinterp/internal/emptyroot"
	"relinterp/patcher"
)

// Neither /proc nor anything besides the folder: the loader reads the RUNPATH with the origin in place.
func TestAnEmptyRootIsEnough(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		for _, proc := range []bool{false, true} {
			dir := k.retrofit(t, k.build(t, "hello.c"), patcher.Options{})
			r, err := emptyroot.Run(t.Context(), emptyroot.Spec{Root: dir, Proc: proc, Argv: []string{"/app", "x"}})
			if errors.Is(err, emptyroot.ErrForbidden) {
				t.Skip(err) // whatever is installed
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Status != 3 || strings.TrimLeft(r.Output, "x 41/") != "lib/"+k.loader+"\n" {
				t.Errorf("/proc %v: %+v", proc, r)
			}
		}
	}, natives()...)
}
