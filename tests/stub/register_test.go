package stub

import (
	"path/filepath"
	"strings"
	"testing"

	"relinterp/patcher"
)

// What the psABI promises to _start comes through the stub as the loader gave it.
func TestRegistersAndStackReachTheProgramAsTheyCame(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		modes := [][]string{{"-fPIE", "-pie"}, {"-no-pie"}}
		if k.Name == "arm" {
			modes = append(modes, []string{"-marm"}, []string{"-mthumb"})
		}
		interp := filepath.Join(k.folder(t, k.files[0]), "lib", k.loader)
		for _, mode := range modes {
			app := k.build(t, "start.c", append(mode, "-nostartfiles", "-fno-stack-protector", "-Wl,--dynamic-linker="+interp, "-Wl,-rpath,"+filepath.Dir(interp))...)
			want := k.run(t, app, "one")
			if !strings.HasPrefix(want.out, "argv as given, stack aligned, ") || !strings.HasSuffix(want.out, "AT_PHDR right\n") {
				t.Fatalf("%q: with PT_INTERP %+v", mode, want)
			}
			if r := k.run(t, k.retrofit(t, app, patcher.Options{})+"/app", "one"); r != want {
				t.Errorf("%q: %+v\nwith PT_INTERP %+v", mode, r, want)
			}
		}
	})
}
