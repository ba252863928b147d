package libctest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checkout makes a folder that looks like libc-test, with one small program of every sort.
func checkout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"config.mak.def":                 "CFLAGS += -std=c99 -DTWO=2\nLDLIBS += -lm\n\n# a comment\nLDFLAGS += -g\nCFLAGS += -O0\n",
		"src/common/print.c":             "int common(void) { return TWO; }\n",
		"src/common/runtest.c":           "int main(void) { return 1; }\n",
		"src/common/options.h.in":        "#include <unistd.h>\noptiongroups_unistd_end\nONE 1\nTWO\n2\n",
		"src/functional/good.c":          "int common(void); int main(void) { return common() - 2; }\n",
		"src/functional/dlopen.c":        "#include <dlfcn.h>\nint main(int c, char **v) { return !dlopen(\"src/functional/dlopen_dso.so\", RTLD_NOW); }\n",
		"src/functional/dlopen.mk":       "",
		"src/functional/dlopen_dso.c":    "int i;\n",
		"src/functional/dlopen_dso.mk":   "",
		"src/functional/tls_align.c":     "extern _Thread_local int t; int main(void) { return t - 4; }\n",
		"src/functional/tls_align_dso.c": "_Thread_local int t = 4;\n",
		"src/math/bad.c":                 "int main(void) { return 3; }\n",
		"src/musl/pleval.c":              "int main(void) { return 0; }\n",
		"src/regression/small-stack.c":   "#include <sys/resource.h>\nint main(void) { struct rlimit r; getrlimit(RLIMIT_STACK, &r); return r.rlim_cur != 102400; }\n",
		"src/api/one.c":                  "#include <options.h>\nint one(void) { return ONE + TWO; }\n",
		"src/api/main.c":                 "int one(void); int main(void) { return one() - 3; }\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "_Thread_local", "__thread")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSuiteIsBuiltAndRunByItsOwnRules(t *testing.T) {
	t.Parallel()
	tc, work := toolchain(t, "gcc"), workFolder(t)
	programs, err := Suite(t.Context(), checkout(t), work, tc)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), Config{Toolchain: tc, Programs: programs, Modes: Modes, Work: work, Jobs: 2, Timeout: 60e9})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range r.Rows {
		got = append(got, strings.Join(row.cells(Modes), " "))
	}
	want := []string{
		"functional/dlopen pass pass pass pass -",
		"functional/good pass pass pass pass pass",
		"functional/tls_align pass pass pass pass pass",
		"math/bad status 3 status 3 status 3 status 3 status 3",
		"musl/pleval - - - - pass",
		"regression/small-stack pass pass pass pass pass",
		"api/main pass pass pass pass -",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\n%+v", strings.Join(got, "\n"), r.Rows)
	}
}

func TestUnknownRuleOfTheSuite(t *testing.T) {
	dir := checkout(t)
	if err := os.WriteFile(filepath.Join(dir, "src", "functional", "new.mk"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Suite(t.Context(), dir, t.TempDir(), &Toolchain{})
	if err == nil || !strings.Contains(err.Error(), "new.mk") || !strings.Contains(err.Error(), SuiteCommit) {
		t.Errorf("got %v", err)
	}
}

func TestFolderThatIsNoSuite(t *testing.T) {
	if _, err := Suite(t.Context(), t.TempDir(), t.TempDir(), &Toolchain{}); err == nil || !strings.Contains(err.Error(), "is no checkout of libc-test") {
		t.Errorf("got %v", err)
	}
}

func TestOptionsHeader(t *testing.T) {
	got := string(optionsHeader([]byte("ZERO 0\noptiongroups_unistd_end\n# 1 \"x\"\nONE 1\n\nTWO\n2\n")))
	if want := "#define ONE 1\n#define TWO 2\n"; got != want {
		t.Errorf("got %q", got)
	}
}
