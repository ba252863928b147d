package libctest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

// repository makes one with a commit of a file, and a second commit on top, and gives the first.
func repository(t *testing.T) (dir, commit string) {
	t.Helper()
	dir = t.TempDir()
	git(t, dir, "init", "-q")
	for _, text := range []string{"first", "second"} {
		if err := os.WriteFile(filepath.Join(dir, "file"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		git(t, dir, "add", "file")
		git(t, dir, "-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "-m", text)
	}
	return dir, git(t, dir, "rev-parse", "HEAD~1")
}

func git(t *testing.T, dir string, words ...string) string {
	t.Helper()
	out, err := exec.Command(need.Tool(t, "git", "git"), append([]string{"-C", dir}, words...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", words, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestCheckoutOfTheUsers(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(SuiteDir, dir)
	if got, commit, err := Checkout(t.Context()); err != nil || got != dir || commit != "" {
		t.Errorf("got %q %q %v", got, commit, err)
	}
}

func TestCheckoutOfTheUsersWithChanges(t *testing.T) {
	dir, _ := repository(t)
	t.Setenv(SuiteDir, dir)
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("another"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, commit, err := Checkout(t.Context()); err != nil || commit != git(t, dir, "rev-parse", "HEAD")+"+changes" {
		t.Errorf("got %q %v", commit, err)
	}
}

// A mirror has the commit, maybe not as its newest; the first place that has it is taken.
func TestCloneIsAtTheCommit(t *testing.T) {
	from, commit := repository(t)
	dir := filepath.Join(t.TempDir(), "cache", "suite")
	if err := cloneSuite(t.Context(), dir, []string{from + "/absent", from}, commit); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "file"))
	if err != nil || string(text) != "first" || head(t.Context(), dir) != commit {
		t.Errorf("got %q at %s, %v", text, head(t.Context(), dir), err)
	}
}

// A place that lacks the commit, or no place at all, leaves nothing behind.
func TestCloneIsAllOrNothing(t *testing.T) {
	from, _ := repository(t)
	cache := t.TempDir()
	err := cloneSuite(t.Context(), filepath.Join(cache, "suite"), []string{filepath.Join(from, "absent"), from}, SuiteCommit)
	if err == nil || !strings.Contains(err.Error(), "git fetch") || !strings.Contains(err.Error(), "git checkout") {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(cache); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestCacheThatIsNotAtTheCommitIsNotUsed(t *testing.T) {
	from, _ := repository(t)
	cache := t.TempDir()
	t.Setenv(SuiteDir, "")
	t.Setenv("XDG_CACHE_HOME", cache)
	dir := filepath.Join(cache, "relinterp", "libc-test-"+SuiteCommit)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, cache, "clone", "-q", from, dir)
	if _, _, err := Checkout(t.Context()); err == nil || !strings.Contains(err.Error(), "; remove it") {
		t.Errorf("got %v", err)
	}
}

// One line that says why and what to set, with the places that LIBC_TEST_URL names.
func TestNoSuiteSaysWhatToSet(t *testing.T) {
	from, _ := repository(t)
	t.Setenv(SuiteDir, "")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv(SuiteURL, from)
	_, _, err := Checkout(t.Context())
	if err == nil {
		t.Fatal("a repository without the commit is taken")
	}
	for _, want := range []string{"only the probes", from + ": git checkout: ", "set " + SuiteURL + " to a clone that holds commit " + SuiteCommit, SuiteDir} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than a line: %v", err)
	}
}

func TestInterruptedCloneSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := cloneSuite(ctx, filepath.Join(t.TempDir(), "suite"), []string{t.TempDir()}, SuiteCommit)
	if err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("got %v", err)
	}
}
