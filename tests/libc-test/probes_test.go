package libctest

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEveryProbeSaysWhatItAsserts(t *testing.T) {
	probes, err := Probes(&Toolchain{Name: "gcc", Arch: "x86_64"})
	if err != nil {
		t.Fatal(err)
	}
	if len(probes) < 80 {
		t.Errorf("%d probes", len(probes))
	}
	for _, p := range probes {
		if len(p.About) < 15 || !strings.HasSuffix(p.About, ".") {
			t.Errorf("%s: %q", p.Name, p.About)
		}
	}
}

func TestProbeDirectives(t *testing.T) {
	text := `/* Says
   this. */
//: cflags -DX -O0
//: ldflags -no-pie
//: links liba.so a.c -DV=1 -ftls-model=local-dynamic -Wl,--version-script=SOURCES/m needs=libb.so
//: library p.so p.c
//: ldlibs -lm
//: wrap setarch -R
//: args one two
//: env A=1 B=2
//: stack 4096
//: no-retrofit because
//: differs because
`
	p, wanted, err := parseProbe("/d/x.c", text, &Toolchain{Name: "gcc"})
	if err != nil || !wanted {
		t.Fatal(wanted, err)
	}
	l := p.Libraries[0]
	if p.Name != "probes/x" || p.About != "Says this." || !l.Linked || p.Libraries[1].Linked || p.Static || p.has(Retrofit) || !p.has(Relinterp) || p.SameOutput || p.Stack != 4096 ||
		!slices.Equal(p.Env, []string{"A=1", "B=2"}) || !slices.Equal(p.Args, []string{"one", "two"}) || !slices.Equal(p.Wrap, []string{"setarch", "-R"}) ||
		!slices.Equal(p.LDLibs, []string{"-lm"}) || p.LDFlags[0] != "-no-pie" || p.LDFlags[1] != suiteRunpath[0] {
		t.Errorf("%+v", p)
	}
	if !slices.Equal(l.LDFlags, []string{"-Wl,--version-script=" + filepath.FromSlash("/d/lib/m")}) || !slices.Equal(l.Needs, []string{"libb.so"}) ||
		!slices.Contains(l.Sources[0].CFlags, "-ftls-model=local-dynamic") || l.Sources[0].Path != "/d/lib/a.c" {
		t.Errorf("%+v", l)
	}
}

func TestProbesForSomeMachinesOnly(t *testing.T) {
	arm := &Toolchain{Name: "clang", Arch: "arm", Musl: "1.2.3", Runner: []string{"qemu-arm"}}
	for line, want := range map[string]bool{
		"arch x86_64": false, "arch i386 arm": true, "compiler gcc": false, "compiler clang": true,
		"musl 1.2.4": false, "musl 1.2.3": true, "native it must": false, "native-on aarch64 it must": true, "native-on arm it must": false, "kernel 2.6": true, "kernel 99.1": false,
	} {
		if _, got, err := parseProbe("/x.c", "//: "+line, arm); got != want || err != nil {
			t.Errorf("%s: %v, %v", line, got, err)
		}
	}
}

func TestProbeDirectivesThatAreWrong(t *testing.T) {
	for _, line := range []string{"unknown word", "cflags", "library one.so", "stack much"} {
		if _, _, err := parseProbe("/x.c", "//: "+line, &Toolchain{}); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
}

func TestParseModes(t *testing.T) {
	if got, err := ParseModes("static,pt-interp"); err != nil || !slices.Equal(got, []Mode{Interp, Static}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := ParseModes("pt-interp,other"); err == nil || !strings.Contains(err.Error(), `no mode "other"`) {
		t.Errorf("got %v", err)
	}
}
