package environments

import (
	"os"
	"strconv"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// slack is how much more address space a program of ours may ask for, in bytes.
const slack = 64 << 10

// Strict accounting of memory (vm.overcommit_memory=2) is the whole machine's, so that it cannot be tried
// here; the nearest is a limit of address space just above what the program with PT_INTERP needs.
func TestAddressSpace(t *testing.T) {
	t.Parallel()
	prlimit := need.Tool(t, "prlimit", "util-linux")
	for _, f := range []family{musl(t), glibc(t)} {
		works := func(form string, bytes int) bool {
			r := trial.Run(t, trial.Command(prlimit, "--as="+strconv.Itoa(bytes), f.folder+"/bin/"+form, "word"))
			return r.Status == 7 && r.Out == working
		}
		low, high := 0, 64<<20 // does not work, works
		for high-low > 4096 {
			if middle := (low + high) / 2; works("interp", middle) {
				high = middle
			} else {
				low = middle
			}
		}
		for _, form := range f.forms {
			if works(form, 1<<20) || !works(form, high+slack) {
				t.Errorf("%s %s: not with %d bytes, of which PT_INTERP needs %d", f.name, form, high+slack, high)
			}
		}
	}
}
