package patcher

import (
	"slices"
	"testing"
)

func TestNewRunpath(t *testing.T) {
	old := []string{"/usr/lib/x", "$ORIGIN/../lib", "", "${ORIGIN}", "$ORIGIN/$LIB", "$ORIGINAL", "$ORIGIN/../lib"}
	for _, c := range []struct {
		name          string
		o             Options
		list, dropped []string
	}{
		{"default", Options{LoaderDir: "$ORIGIN/lib"},
			[]string{"$ORIGIN/lib", "$ORIGIN/../lib", "${ORIGIN}"}, []string{"/usr/lib/x", "$ORIGIN/$LIB", "$ORIGINAL"}},
		{"the loader's folder was there already", Options{LoaderDir: "$ORIGIN/../lib"},
			[]string{"$ORIGIN/../lib", "${ORIGIN}"}, []string{"/usr/lib/x", "$ORIGIN/$LIB", "$ORIGINAL"}},
		{"given", Options{LoaderDir: "$ORIGIN/lib", Runpath: []string{"/a", "$ORIGIN/b"}},
			[]string{"$ORIGIN/lib", "/a", "$ORIGIN/b"}, []string{"/usr/lib/x", "$ORIGIN/../lib", "${ORIGIN}", "$ORIGIN/$LIB", "$ORIGINAL"}},
		{"given, with the loader's folder", Options{LoaderDir: "/b", Runpath: []string{"/a", "/b"}},
			[]string{"/a", "/b"}, []string{"/usr/lib/x", "$ORIGIN/../lib", "${ORIGIN}", "$ORIGIN/$LIB", "$ORIGINAL"}},
		{"kept", Options{RunpathOnly: true, Runpath: []string{}, KeepRunpath: false},
			nil, []string{"/usr/lib/x", "$ORIGIN/../lib", "${ORIGIN}", "$ORIGIN/$LIB", "$ORIGINAL"}},
	} {
		list, dropped, err := newRunpath(old, c.o)
		if err != nil || !slices.Equal(list, c.list) || !slices.Equal(dropped, c.dropped) {
			t.Errorf("%s: %q, dropped %q, %v", c.name, list, dropped, err)
		}
	}
}

func TestKeptEntriesStandBehindTheLoadersFolder(t *testing.T) {
	list, dropped, err := newRunpath([]string{"/usr/lib/x", "$ORIGIN"}, Options{LoaderDir: "$ORIGIN/lib", KeepRunpath: true})
	if err != nil || !slices.Equal(list, []string{"$ORIGIN/lib", "/usr/lib/x", "$ORIGIN"}) || dropped != nil {
		t.Errorf("%q, dropped %q, %v", list, dropped, err)
	}
}

// Libraries of a program may count on inheriting its DT_RPATH.
func TestAnOldRpathStaysOneWhileItSaysSomething(t *testing.T) {
	for _, c := range []struct{ rpath, runpath, tag string }{
		{"$ORIGIN/../lib", "", "DT_RPATH"},
		{"/opt/lib", "", "DT_RUNPATH"},
		{"$ORIGIN/../lib", "$ORIGIN", "DT_RUNPATH"},
	} {
		p := program()
		p.Rpath, p.Runpath = c.rpath, c.runpath
		made := plan(t, p.Bytes(), beside)
		f := readELF(t, contents(t, made.Output()))
		rpath, _ := f.DynString(0xf)
		runpath, _ := f.DynString(0x1d)
		if made.RunpathTag != c.tag || len(rpath)+len(runpath) != 1 || (len(rpath) == 1) != (c.tag == "DT_RPATH") {
			t.Errorf("%+v: %s, DT_RPATH %q, DT_RUNPATH %q", c, made.RunpathTag, rpath, runpath)
		}
	}
}
