package crt

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"relinterp/internal/need"
)

// sources gives the C files of crt/test: the tests with their main, or the fuzz target.
func sources(t *testing.T, fuzz bool) []string {
	t.Helper()
	look(t)
	all, err := filepath.Glob(filepath.Join(need.Top(), "crt", "test", "*.c"))
	if err != nil || len(all) < 10 {
		t.Fatalf("crt/test: %v %v", all, err)
	}
	var chosen []string
	for _, name := range all {
		base := filepath.Base(name)
		isTest := base == "main.c" || strings.HasSuffix(base, "_test.c")
		if base == "fuzz.c" == fuzz && !(fuzz && isTest) || base != "fuzz.c" && !isTest {
			chosen = append(chosen, name)
		}
	}
	return chosen
}

// look makes a kept result of go test depend on the C sources, which only the compiler reads.
func look(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(need.Top(), "crt"), func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var strict = []string{"-std=gnu11", "-fno-strict-aliasing", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-clobbered", "-Wno-unknown-warning-option",
	"-fno-omit-frame-pointer", "-fno-sanitize-recover=all"}

var addresses = []string{"-O1", "-fsanitize=address,undefined"}

// hosted compiles crt/test into a program of the machine's own libc.
func hosted(t *testing.T, compiler string, fuzz bool, flags ...string) string {
	t.Helper()
	cc := need.Tool(t, compiler, compiler)
	sanitizer(t, cc, flags)
	out := filepath.Join(t.TempDir(), "hosted")
	args := append(append(append([]string{}, strict...), flags...), append(sources(t, fuzz), "-o", out)...)
	if text, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", compiler, err, text)
	}
	return out
}

// sanitizer asks for the compiler's sanitizer libraries, which some distributions package apart.
func sanitizer(t *testing.T, cc string, flags []string) {
	t.Helper()
	empty := filepath.Join(t.TempDir(), "empty.c")
	if err := os.WriteFile(empty, []byte("int main(void) { return 0; }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var chosen []string
	for _, flag := range flags {
		if strings.HasPrefix(flag, "-fsanitize=") {
			chosen = append(chosen, strings.Replace(flag, "fuzzer,", "", 1))
		}
	}
	args := append(chosen, empty, "-o", filepath.Join(t.TempDir(), "empty"))
	if exec.Command(cc, args...).Run() != nil {
		pkg := "libasan8 libubsan1"
		if strings.Contains(filepath.Base(cc), "clang") {
			pkg = "libclang-rt-dev"
		}
		need.Missing(t, filepath.Base(cc)+"'s sanitizers", "apt-get install "+pkg)
	}
}

// passed matches what needs no reading when a run has failed.
var passed = regexp.MustCompile(`(?m)^ok .*\n`)

func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = t.TempDir()
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, passed.ReplaceAll(out, nil))
	}
	return string(out)
}

// Each C test prints "ok NAME, stack PLACE", or the line that failed with what the body did.
func TestHosted(t *testing.T) {
	for name, c := range map[string]struct {
		compiler string
		flags    []string
	}{
		"gcc, addresses watched":   {"gcc", addresses},
		"clang, addresses watched": {"clang", addresses},
		// Without a watched stack the body gets one that it may overwrite, as in a program.
		"gcc, as in a program": {"gcc", []string{"-O2", "-fsanitize=undefined", "-DEVERY_LENGTH"}},
		// As the entry object itself is compiled, where the sanitizers may hide a mistake.
		"clang, smallest": {"clang", []string{"-Oz"}},
		// Nothing that was not written is read (what valgrind would say).
		"clang, values watched": {"clang", []string{"-O1", "-fsanitize=memory", "-DWATCH_UNINITIALISED"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := run(t, hosted(t, c.compiler, false, c.flags...))
			for _, door := range []string{"entry object", "stub for musl", "stub for a whole file", "stub"} {
				if n := strings.Count(out, ", "+door+"\n"); n < 100 {
					t.Errorf("only %d tests ran of the %s:\n%s", n, door, out)
				}
			}
		})
	}
}

// RELINTERP_FUZZ_SECONDS=3600 fuzzes for an hour, FUZZ_SEED=NUMBER elsewhere; the input that does
// harm is left in the file FUZZ_CRASH.
func TestFuzz(t *testing.T) {
	t.Parallel()
	seconds := os.Getenv("RELINTERP_FUZZ_SECONDS")
	if seconds == "" {
		seconds = "10"
	}
	program := hosted(t, "gcc", true, append(addresses, "-DFUZZ_MAIN")...)
	t.Log(run(t, program, seconds))
}

// The same target for libFuzzer, which is led by coverage.
func TestLibFuzzer(t *testing.T) {
	t.Parallel()
	program := hosted(t, "clang", true, "-O1", "-fsanitize=fuzzer,address,undefined")
	out := run(t, program, "-runs=20000", "-max_len=6000", "-seed=1", "-verbosity=0", t.TempDir())
	if strings.Contains(out, "ERROR") {
		t.Error(out)
	}
}
