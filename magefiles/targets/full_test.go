package targets

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"relinterp/internal/muslsrc"
)

// shell is a part that a shell runs.
func shell(name, says, script string) fullPart {
	return fullPart{name, command{argv: []string{"sh", "-c", script}}, regexp.MustCompile(says)}
}

func TestFullPlanHasEveryPart(t *testing.T) {
	text := config{top: "/top", release: muslsrc.Releases[0]}.fullPlan().String()
	for _, want := range []string{
		"go tool mage lint\n", "RELINTERP_FULL=1 go tool mage test\n", "go tool mage corpus\n", "go tool mage kernels\n",
		"MUSL_VERSION=1.2.6 go tool mage libctest\n", "MUSL_VERSION=1.2.5 go tool mage libctest\n", "MUSL_VERSION=1.2.3 go tool mage libctest\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestFullGoesOnAfterAFailureAndSumsUp(t *testing.T) {
	var out strings.Builder
	err := fullPlan{
		shell("first", "done", "echo 2 done; echo other"),
		shell("second", "done", "echo 1 done; exit 3"),
		shell("third", "done", "exit 4"),
		shell("fourth", "done", "printf '5 do'; echo ne"),
	}.run(t.Context(), &out)
	if err == nil || !strings.Contains(err.Error(), `2 of 4 parts failed; again: FULL="second third" go tool mage full`) {
		t.Errorf("got %v", err)
	}
	_, summary, _ := strings.Cut(out.String(), "5 done\n\n")
	want := "first   ok      0s  2 done\nsecond  FAILED  0s  1 done\nthird   FAILED  0s  exit status 4\nfourth  ok      0s  5 done\n"
	if summary != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestFullThatIsInterruptedSaysWhatWasNotRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out strings.Builder
	err := fullPlan{shell("first", "^$", "true")}.run(ctx, &out)
	if err == nil || !strings.Contains(out.String(), "first  not run") {
		t.Errorf("got %v\n%s", err, out.String())
	}
}

func TestFullTakesPartsByName(t *testing.T) {
	plan := config{top: "/top"}.fullPlan()
	for names, want := range map[string]string{
		"":                        "lint libctest-1.2.6 libctest-1.2.5 libctest-1.2.3 kernels test corpus",
		"libctest":                "libctest-1.2.6 libctest-1.2.5 libctest-1.2.3",
		"corpus libctest-1.2.5":   "libctest-1.2.5 corpus",
		"kernels kernels lint -x": "",
	} {
		chosen, err := plan.choose(strings.Fields(names))
		var got []string
		for _, p := range chosen {
			got = append(got, p.name)
		}
		if join(got) != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", names, got, err)
		}
	}
}
