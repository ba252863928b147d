package arch

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"relinterp/internal/need"
	libctest "relinterp/tests/libc-test"
)

// TestProbes runs all probes in every mode; with clang too under RELINTERP_FULL=1. One that fails in qemu itself fails with PT_INTERP too,
// and has its reason in tests/libc-test/expected.txt.
func TestProbes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		if m.compiler == "clang" && os.Getenv("RELINTERP_FULL") != "1" {
			return // a minute more
		}
		if m.emulated() {
			return // the real thing has them
		}
		toolchain, err := libctest.NewToolchain(need.Dist(t), m.compiler, m.Name, patcher(t))
		if err != nil {
			t.Fatal(err)
		}
		if m.runner != nil {
			path, err := exec.LookPath(m.runner[0])
			if err != nil {
				t.Fatal(err)
			}
			toolchain.Runner = []string{path}
		}
		programs, err := libctest.Probes(toolchain)
		if err != nil || len(programs) < 40 {
			t.Fatalf("%d probes, %v", len(programs), err)
		}
		expected, err := libctest.Expected()
		if err != nil {
			t.Fatal(err)
		}
		work := readable(t)
		report, err := libctest.Run(t.Context(), libctest.Config{Toolchain: toolchain, Programs: programs, Modes: modes(m),
			Expected: expected, Work: work, Jobs: 1, Timeout: 20 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		if found := libctest.Judge(report, expected); len(found) > 0 {
			var text strings.Builder
			libctest.WriteDetails(&text, &libctest.Result{Reports: []*libctest.Report{report}, Findings: found})
			t.Error(text.String())
		}
	})
}

// readable gives a folder that every user may read: some probes start others' programs.
func readable(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(shared, "probes-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// patcher gives relinterp-patch of the toolchain folder.
func patcher(t *testing.T) string {
	t.Helper()
	path := filepath.Join(need.Dist(t), "bin", "relinterp-patch")
	if _, err := os.Stat(path); err != nil {
		need.Missing(t, path, "go tool mage build")
	}
	return path
}

// modes leaves out the retrofit where there is no stub.
func modes(m machine) []libctest.Mode {
	return slices.DeleteFunc(slices.Clone(libctest.Modes), func(mode libctest.Mode) bool { return mode == libctest.Retrofit && !m.hasStub() })
}
