package emptyroot

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

// The test binary itself is the program that runs inside when it carries the name lister.
func init() {
	if os.Args[0] != "/lister" {
		return
	}
	for _, dir := range []string{"/", "/proc/self"} {
		list, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, d := range list {
			io.WriteString(os.Stdout, filepath.Join(dir, d.Name())+"\n")
		}
	}
	os.Exit(7)
}

// lister gives a root that holds a copy of the test binary alone; it must be static.
func lister(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	exe, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "lister"), exe, 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

func run(t *testing.T, s Spec) Result {
	t.Helper()
	result, err := Run(t.Context(), s)
	if errors.Is(err, ErrForbidden) {
		need.Missing(t, "the right to make a user namespace", "sudo go tool mage test")
	}
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestRootHoldsNothingElse(t *testing.T) {
	r := run(t, Spec{Root: lister(t), Argv: []string{"/lister"}})
	if !r.Started || r.Status != 7 || r.Output != "/lister\n" {
		t.Errorf("got %+v, want /lister alone and status 7", r)
	}
}

func TestProcOnlyIfAskedFor(t *testing.T) {
	r := run(t, Spec{Root: lister(t), Proc: true, Argv: []string{"/lister"}})
	if !strings.Contains(r.Output, "/proc/self/exe\n") {
		t.Errorf("no /proc/self/exe in:\n%s", r.Output)
	}
}

func TestProgramThatDoesNotStart(t *testing.T) {
	r := run(t, Spec{Root: t.TempDir(), Argv: []string{"/nothing"}})
	if r.Started || r.Output != "/nothing: no such file or directory" {
		t.Errorf("got %+v, want the kernel's reason", r)
	}
}

func TestEnvironmentIsTheGivenOne(t *testing.T) {
	t.Setenv("EMPTYROOT_LEAK", "1")
	r := run(t, Spec{Root: "/", Argv: []string{"/usr/bin/env"}, Env: []string{"A=1"}})
	if r.Output != "A=1\n" {
		t.Errorf("environment inside: %q", r.Output)
	}
}
