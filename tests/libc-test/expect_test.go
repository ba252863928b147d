package libctest

import (
	"strings"
	"testing"
)

func TestCommittedExpectationsAreWhole(t *testing.T) {
	list, err := Expected()
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range list {
		if len(e.Reason) < 15 {
			t.Errorf("%s: %q is no reason", e.Program, e.Reason)
		}
		for _, other := range list[:i] {
			if other.Program == e.Program && other.Compiler == e.Compiler && other.Arch == e.Arch && other.Link == e.Link {
				t.Errorf("%s stands there twice", e.Program)
			}
		}
	}
}

func TestExpectationsSayWhatIsWrong(t *testing.T) {
	for line, want := range map[string]string{
		"a * * * fail":           "no reason",
		"a * * * maybe because":  `verdict "maybe"`,
		"a * * * fail-before- x": `verdict "fail-before-"`,
		"a * * both fail since":  `link "both"`,
		"# one\n\na b":           "line 3",
	} {
		if _, err := ParseExpectations(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}

func TestFirstExpectationThatFitsCounts(t *testing.T) {
	list, err := ParseExpectations("a gcc * static fail for gcc alone\na * arm * flaky on arm\nb * * * fail-as-root for root\nc * * * fail-before-1.2.6 mended since\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		compiler, arch, program string
		mode                    Mode
		root                    bool
		want                    Verdict
	}{
		{"gcc", "arm", "a", Static, false, Fail},
		{"gcc", "arm", "a", Relinterp, false, Flaky},
		{"clang", "arm", "a", Static, false, Flaky},
		{"clang", "i386", "a", Static, false, ""},
		{"gcc", "x86_64", "b", Plain, true, FailAsRoot},
		{"gcc", "x86_64", "b", Plain, false, ""},
	} {
		if e, _ := list.find(Subject{c.compiler, c.arch, "1.2.6", c.root}, c.program, c.mode); e.Verdict != c.want {
			t.Errorf("%+v: %q", c, e.Verdict)
		}
	}
	for musl, want := range map[string]bool{"1.2.3": true, "1.2.5": true, "1.2.6": false, "1.3.0": false} {
		if _, got := list.find(Subject{Musl: musl}, "c", Interp); got != want {
			t.Errorf("musl %s: %v", musl, got)
		}
	}
}
