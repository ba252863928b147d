package patcher

import (
	"bytes"
	"errors"
	"testing"
)

func FuzzMakePlan(f *testing.F) {
	for _, data := range small() {
		f.Add(data)
		f.Add(patched(f, data, beside))
	}
	f.Add(patched(f, library().Bytes(), runpathOnly("$ORIGIN")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		for _, o := range []Options{beside, {LoaderDir: "$ORIGIN/lib", Payload: KeepOffset}, runpathOnly("$ORIGIN")} {
			p, err := MakePlan(bytes.NewReader(data), int64(len(data)), o)
			var refused *Refusal
			if err != nil {
				if !errors.As(err, &refused) {
					t.Fatalf("%+v: %v", o, err)
				}
				continue
			}
			out := contents(t, p.Output())
			back := restored(t, out)
			if !bytes.Equal(back, data) && !bytes.Equal(patched(t, back, o), out) {
				t.Fatalf("%+v: restored to another file", o)
			}
		}
	})
}

func FuzzRestore(f *testing.F) {
	for _, data := range small() {
		f.Add(patched(f, data, beside))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := RestorePlan(bytes.NewReader(data), int64(len(data)))
		var refused *Refusal
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatal(err)
			}
			return
		}
		contents(t, o)
	})
}
