package patcher

import (
	"testing"

	"relinterp/internal/fakeelf"
)

// The stub asks /proc for the program's place where the loader will want it.
func TestWhatTheLoaderWillWantIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*fakeelf.Program)
		want   bool
	}{
		"libc alone":           {func(*fakeelf.Program) {}, true},
		"no library":           {func(p *fakeelf.Program) { p.Needed = nil }, true},
		"another library":      {func(p *fakeelf.Program) { p.Needed = append(p.Needed, "libm.so.6") }, false},
		"dlopen":               {func(p *fakeelf.Program) { p.Soname = "dlopen" }, false},
		"the end of a name":    {func(p *fakeelf.Program) { p.Soname = "my_dlmopen" }, false},
		"something like these": {func(p *fakeelf.Program) { p.Soname = "dlsym" }, true},
	} {
		p := program()
		c.change(&p)
		for arch, p := range each(p) {
			made := patched(t, p.Bytes(), beside)
			f, err := findParams(image(t, made))
			if err != nil || f == nil || f.placeless != c.want || f.version != paramsVersion {
				t.Errorf("%s, %s: %v: %+v; want %v", name, arch, err, f, c.want)
			}
			if string(restored(t, made)) != string(p.Bytes()) {
				t.Errorf("%s, %s: not restored", name, arch)
			}
		}
	}
}
