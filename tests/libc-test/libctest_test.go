package libctest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"relinterp/internal/need"
)

// toolchain gives a compiler of the toolchain folder.
func toolchain(t *testing.T, compiler string) *Toolchain {
	t.Helper()
	dist := need.Dist(t)
	need.Tool(t, "gcc", "gcc")
	need.Tool(t, "clang", "clang")
	need.Tool(t, "ld.lld", "lld")
	need.Tool(t, "setarch", "util-linux")
	patch := filepath.Join(dist, "bin", "relinterp-patch")
	if _, err := os.Stat(patch); err != nil {
		need.Missing(t, patch, "go tool mage build")
	}
	tc, err := NewToolchain(dist, compiler, "x86_64", patch)
	if err != nil {
		t.Fatal(err)
	}
	return tc
}

// workFolder is a folder that another user can enter, for programs that change theirs.
func workFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "relinterp-libctest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Both compilers, every mode, every probe: nothing differs and nothing fails.
func TestProbes(t *testing.T) {
	t.Parallel()
	expected, err := Expected()
	if err != nil {
		t.Fatal(err)
	}
	for _, compiler := range []string{"gcc", "clang"} {
		t.Run(compiler, func(t *testing.T) {
			tc := toolchain(t, compiler)
			probes, err := Probes(tc)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Run(t.Context(), Config{Toolchain: tc, Programs: probes, Modes: Modes, Expected: expected,
				Work: workFolder(t), Jobs: 4, Timeout: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			result := &Result{Reports: []*Report{r}, Findings: Judge(r, expected)}
			if len(result.Findings) > 0 {
				var text strings.Builder
				WriteDetails(&text, result)
				t.Error(text.String())
			}
			for _, m := range Modes {
				if _, all := r.counts(m); all < 35 {
					t.Errorf("%s: %d probes", m, all)
				}
			}
		})
	}
}

// The harness is itself tried with programs that are broken in every way that it should notice.
func TestBrokenProgramsAreFound(t *testing.T) {
	t.Parallel()
	tc := toolchain(t, "gcc")
	probes, err := ProbesIn("testdata/broken", tc)
	if err != nil {
		t.Fatal(err)
	}
	expected, err := ParseExpectations("probes/fine * * * fail should be found to pass\nprobes/flaky * * * flaky the third time")
	if err != nil {
		t.Fatal(err)
	}
	for i := range probes {
		for k, s := range probes[i].Sources {
			probes[i].Sources[k].Path, _ = filepath.Abs(s.Path)
		}
	}
	r, err := Run(t.Context(), Config{Toolchain: tc, Programs: probes, Modes: []Mode{Interp, Relinterp, Plain}, Expected: expected,
		Work: workFolder(t), Jobs: 4, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range Judge(r, expected) {
		got = append(got, strings.TrimPrefix(f.Program, "probes/")+" "+string(f.Mode)+" "+f.What)
	}
	slices.Sort(got)
	want := strings.Split(strings.TrimSpace(brokenFindings), "\n")
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const brokenFindings = `
differs relinterp other output
differs relinterp other output, but pass with pt-interp
everywhere plain status 1
everywhere pt-interp status 1
everywhere relinterp status 1
fails plain status 1
fails plain status 1, but pass with pt-interp
fine plain passes, but expected.txt says that it fails: should be found to pass
fine pt-interp passes, but expected.txt says that it fails: should be found to pass
fine relinterp passes, but expected.txt says that it fails: should be found to pass
hangs plain timeout
hangs plain timeout, but pass with pt-interp
hangs relinterp timeout
hangs relinterp timeout, but pass with pt-interp
leaves plain left leaves.exe
leaves plain left leaves.exe, but pass with pt-interp
leaves relinterp left leaves.exe
leaves relinterp left leaves.exe, but pass with pt-interp
links plain linked
links pt-interp linked
links relinterp linked
undefined plain no link
undefined pt-interp no link
undefined relinterp no link
`
