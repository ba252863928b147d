package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"relinterp-patch": main})
}

// glibc gives the host's loader and libc: what gcc would link with.
func glibc(t *testing.T, gcc string) (loader, libc string) {
	t.Helper()
	for name, path := range map[string]*string{"ld-linux-x86-64.so.2": &loader, "libc.so.6": &libc} {
		out, err := exec.Command(gcc, "-print-file-name="+name).Output()
		if *path = strings.TrimSpace(string(out)); err != nil || !filepath.IsAbs(*path) {
			need.Missing(t, "glibc's "+name, "apt-get install libc6-dev")
		}
	}
	return loader, libc
}

// TestScripts runs testdata/*.txtar. Each script has $LOADER and $LIBC, glibc's files on this machine,
// $CC, and programs of examples/: see setup.
func TestScripts(t *testing.T) {
	gcc := need.Tool(t, "gcc", "gcc")
	need.Tool(t, "unshare", "util-linux")
	dist := need.Dist(t)
	loader, libc := glibc(t, gcc)
	testscript.Run(t, testscript.Params{
		Dir:         "testdata",
		WorkdirRoot: t.TempDir(),
		Setup: func(e *testscript.Env) error {
			e.Setenv("CC", gcc)
			e.Setenv("MUSLCC", filepath.Join(dist, "bin", "musl-gcc"))
			e.Setenv("MUSL", filepath.Join(dist, "x86_64-linux-musl", "lib", "ld-musl-x86_64.so.1"))
			e.Setenv("LOADER", loader)
			e.Setenv("LIBC", libc)
			return os.WriteFile(filepath.Join(e.WorkDir, "app.c"), []byte(appSource), 0o644)
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Geteuid() == 0, nil
			case "whole":
				return trial.LaidWhole(loader), nil
			}
			return false, fmt.Errorf("no such condition: %s", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"app": app, "lib": lib, "same": same, "runpath": runpath},
	})
}

// appSource leaves a trace when it runs.
const appSource = `#include <stdio.h>
int main(void) { FILE *f = fopen("ran", "w"); if (f) fclose(f); puts("hello"); return 0; }
`

// app is `app FILE [GCC OPTION...]`: a program whose loader is nowhere on any machine, so that it runs only
// when it finds one beside itself.
func app(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	line := []string{"-O1", "-o", path, ts.MkAbs("app.c"), "-Wl,--dynamic-linker=/nowhere/ld-linux-x86-64.so.2"}
	ts.Check(ts.Exec(ts.Getenv("CC"), append(line, args[1:]...)...))
}

// lib is `lib DIR`: a folder with glibc's loader and libc.
func lib(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(ts.Exec("cp", "-L", ts.Getenv("LOADER"), ts.Getenv("LIBC"), dir))
}

// same is `same A B`: two files of equal content; `! same`: they differ.
func same(ts *testscript.TestScript, neg bool, args []string) {
	a, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	b, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	if (string(a) == string(b)) == neg {
		ts.Fatalf("%s and %s: equal is %v", args[0], args[1], !neg == false)
	}
}

// runpath is `runpath FILE TAG LIST`, as readelf has it.
func runpath(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("readelf", "-dW", ts.MkAbs(args[0])))
	want := "(" + args[1] + ")"
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if strings.Contains(line, want) && strings.HasSuffix(strings.TrimSpace(line), "["+args[2]+"]") {
			return
		}
	}
	ts.Fatalf("%s has no %s [%s]:\n%s", args[0], args[1], args[2], ts.ReadFile("stdout"))
}
