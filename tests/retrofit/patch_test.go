package retrofit

import (
	"bytes"
	"debug/elf"
	"os"
	"testing"

	"relinterp/internal/trial"
	"relinterp/patcher"
)

// beside is how the tests patch: loader and libraries are in lib/ beside the program.
var beside = patcher.Options{LoaderDir: "$ORIGIN/lib"}

// retrofit shows that the program does not start, patches it, and shows that its original can be had back.
func retrofit(t testing.TB, path string) *patcher.Plan {
	t.Helper()
	return retrofitWith(t, path, beside)
}

func retrofitWith(t testing.TB, path string, o patcher.Options) *patcher.Plan {
	t.Helper()
	trial.DoesNotStart(t, trial.Run(t, trial.Command(path)))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	plan := patch(t, path, o)
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(restored(t, after), before) {
		t.Errorf("%s: not restored byte for byte", path)
	}
	again, err := patcher.MakePlan(bytes.NewReader(after), int64(len(after)), trial.Looking(path, o))
	if err != nil || !again.Unchanged {
		t.Errorf("patched twice: %+v, %v; want no change", again, err)
	}
	for _, p := range image(t, after).Progs {
		if p.Type == elf.PT_LOAD && p.Flags&elf.PF_W != 0 && p.Flags&elf.PF_X != 0 {
			t.Errorf("a segment is writable and executable: %+v", p.ProgHeader)
		}
	}
	return plan
}

// patch patches a file in place.
func patch(t testing.TB, path string, o patcher.Options) *patcher.Plan {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := patcher.MakePlan(bytes.NewReader(data), int64(len(data)), trial.Looking(path, o))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	trial.Write(t, path, written(t, plan.Output()))
	return plan
}

// restored gives the original of a patched file.
func restored(t testing.TB, data []byte) []byte {
	t.Helper()
	out, err := patcher.RestorePlan(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("restore: %v", err)
	}
	return written(t, out)
}

func written(t testing.TB, out *patcher.Output) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := out.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func image(t testing.TB, data []byte) *elf.File {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
