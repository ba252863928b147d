package retrofit

import (
	"testing"

	"relinterp/internal/trial"
)

// With DT_RPATH the libraries' own libraries are found too, and a stale DT_RUNPATH must not hide it.
func TestRpathInsteadOfRunpath(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		o := beside
		o.Rpath = true
		for _, words := range [][]string{nil, {"-Wl,-rpath,/none"}, {"-Wl,--disable-new-dtags,-rpath,/none"}} {
			for _, tweak := range tweaks {
				dir := l.uses(t, words...)
				trial.Alter(t, dir+"/app", tweak.change)
				retrofitWith(t, dir+"/app", o)
				if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != greets {
					t.Errorf("%v, %s: %+v", words, tweak.name, r)
				}
			}
		}
	})
}
