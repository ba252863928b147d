package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
	libctest "relinterp/tests/libc-test"
)

func TestFlags(t *testing.T) {
	for line, want := range map[string]string{
		"extra":                    "takes no arguments",
		"-modes nothing":           `no mode "nothing"`,
		"-run (":                   "-run: ",
		"-docs d -run x":           "leave -run, -compilers and -modes out",
		"-docs d -compilers gcc":   "leave -run",
		"-docs d -modes pt-interp": "leave -run",
	} {
		if _, err := parseFlags(strings.Fields(line), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
	t.Setenv("RELINTERP_DIST", "/some/dist")
	o, err := parseFlags([]string{"-run", "tls", "-compilers", "clang"}, io.Discard)
	if err != nil || o.dist != "/some/dist" || len(o.modes) != len(libctest.Modes) || !o.run.MatchString("probes/tls-x") || o.compilers[0] != "clang" {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestDocsWantTheWholeSuite(t *testing.T) {
	t.Setenv(libctest.SuiteDir, t.TempDir())
	o, err := parseFlags([]string{"-docs", t.TempDir()}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), o, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "-docs wants libc-test at commit") {
		t.Errorf("got %v", err)
	}
}

// Without libc-test the probes are run, and the output says so; the files are written.
func TestProbesAloneWithoutTheSuite(t *testing.T) {
	dist := need.Dist(t)
	need.Tool(t, "gcc", "gcc")
	t.Setenv(libctest.SuiteDir, "")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("GIT_ALLOW_PROTOCOL", "none") // no network for this test
	dir := t.TempDir()
	o, err := parseFlags([]string{"-dist", dist, "-run", "descriptors", "-modes", "pt-interp,relinterp", "-compilers", "gcc",
		"-all", "-json", dir + "/r.json", "-junit", dir + "/r.xml"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(t.Context(), o, &out, io.Discard); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"libc-test is absent: only the probes are run", libctest.SuiteDir, "probes/descriptors ", " 2 of 2",
		"\nlibc-test absent, probes alone: 2 tests of 1 compilers run 4 times, 0 unexpected\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	for name, want := range map[string]string{"r.json": `"absent"`, "r.xml": "<testsuite name=\"x86_64.gcc.relinterp\" tests=\"2\" failures=\"0\""} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

func TestKeptFolderMustBeNew(t *testing.T) {
	if _, _, err := workFolder(t.TempDir()); err == nil {
		t.Error("a folder that was there is taken")
	}
	dir := filepath.Join(t.TempDir(), "new")
	if got, done, err := workFolder(dir); err != nil || got != dir {
		t.Error(err)
	} else if done(); !isDir(dir) {
		t.Error("kept folder is gone")
	}
	if got, done, err := workFolder(""); err != nil || !isDir(got) {
		t.Error(err)
	} else if done(); isDir(got) {
		t.Error("temporary folder is left")
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
