package targets

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tallied runs the true go test -json over a small module.
func tallied(t *testing.T, files map[string]string) (*tally, string) {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "go.mod"), "module small\n\ngo 1.24\n")
	for name, text := range files {
		put(t, filepath.Join(dir, name), text)
	}
	cmd := exec.Command("go", "test", "-json", "./...")
	cmd.Dir = dir
	events, _ := cmd.Output() // the status is 1 where a test fails
	var out strings.Builder
	counts := newTally(&out)
	if err := counts.read(strings.NewReader(string(events))); err != nil {
		t.Fatal(err)
	}
	return counts, out.String()
}

func TestTallyCountsAndShows(t *testing.T) {
	counts, out := tallied(t, map[string]string{"a/a_test.go": `package a
import "testing"
func TestGood(t *testing.T) { t.Log("silent") }
func TestBad(t *testing.T) { t.Error("the reason") }
func TestAway(t *testing.T) { t.Skip("no clang; run: apt-get install clang") }
`})
	if counts.String() != "1 passed, 1 failed, 1 skipped" {
		t.Error(counts)
	}
	for _, part := range []string{"the reason", "apt-get install clang", "FAIL\tsmall/a"} {
		if !strings.Contains(out, part) {
			t.Errorf("output does not say %q:\n%s", part, out)
		}
	}
	if strings.Contains(out, "silent") {
		t.Errorf("output of a test that passed:\n%s", out)
	}
}

func TestTallyCountsWhatDoesNotBuild(t *testing.T) {
	counts, out := tallied(t, map[string]string{"a/a_test.go": "package a\nvar x int = \"no\"\n"})
	if counts.failed != 1 || !strings.Contains(out, "a_test.go:2") {
		t.Errorf("%v\n%s", counts, out)
	}
}

func TestTallyCountsATestThatDies(t *testing.T) {
	counts, out := tallied(t, map[string]string{"a/a_test.go": `package a
import ("os"; "testing")
func TestMain(m *testing.M) { println("dying words"); os.Exit(3) }
`})
	if counts.failed != 1 || !strings.Contains(out, "dying words") {
		t.Errorf("%v\n%s", counts, out)
	}
}

func TestTallyEndsWithGoTestsLines(t *testing.T) {
	_, out := tallied(t, map[string]string{"a/a_test.go": "package a\nimport \"testing\"\nfunc TestX(*testing.T) {}\n"})
	if !strings.HasPrefix(out, "ok  \tsmall/a\t") || strings.Count(out, "\n") != 1 {
		t.Errorf("got %q", out)
	}
}
