package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/trial"
)

const both = "greet\nplug\n"

func TestRunsFromAMovedFolder(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	moved := filepath.Join(t.TempDir(), "else where")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	trial.Works(t, trial.Run(t, trial.Command(moved+"/app")), both)
}

func TestRunsInAnEmptyRoot(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Rename(usesLibraries(t), filepath.Join(root, "any")); err != nil {
		t.Fatal(err)
	}
	trial.Clone(t, ordinary(t, "hello.c"), filepath.Join(root, "any", "ordinary"))
	for _, proc := range []bool{false, true} {
		if r := trial.InEmptyRoot(t, root, proc, nil, "/any/ordinary"); r.Started {
			t.Errorf("/proc %v: the ordinary program started: %+v", proc, r)
		}
		if r := trial.InEmptyRoot(t, root, proc, nil, "/any/app"); r.Output != both || r.Status != 0 {
			t.Errorf("/proc %v: %+v", proc, r)
		}
	}
}

func TestRunsInAnEmptyRootThroughARelativePath(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Rename(usesLibraries(t), filepath.Join(root, "any")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"any/app", "./any/../any/app", "any//app"} {
		if r := trial.InEmptyRoot(t, root, false, nil, path, "any"); r.Output != both {
			t.Errorf("%s: %+v", path, r)
		}
	}
}

func TestRunsAtTheTopOfAnEmptyRoot(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	for _, proc := range []bool{false, true} {
		if r := trial.InEmptyRoot(t, dir, proc, nil, "/app"); r.Output != both || r.Status != 0 {
			t.Errorf("/proc %v: %+v", proc, r)
		}
	}
}

func TestRunsThroughASymbolicLink(t *testing.T) {
	t.Parallel()
	dir, root := usesLibraries(t), t.TempDir()
	for _, link := range [][2]string{{"/opt/tool/app", "bin/one"}, {"one", "bin/two"}, {"../opt/tool/app", "bin/three"}} {
		path := filepath.Join(root, link[1])
		trial.Mkdir(t, filepath.Dir(path))
		if err := os.Symlink(link[0], path); err != nil {
			t.Fatal(err)
		}
	}
	trial.Mkdir(t, filepath.Join(root, "opt"))
	if err := os.Rename(dir, filepath.Join(root, "opt", "tool")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/bin/one", "/bin/two", "bin/three"} {
		for _, proc := range []bool{false, true} {
			if r := trial.InEmptyRoot(t, root, proc, nil, name); r.Output != both {
				t.Errorf("%s, /proc %v: %+v", name, proc, r)
			}
		}
	}
}

func TestRunsUnderAnotherName(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	for _, name := range []string{"renamed", "bin/linked", " (deleted)", "ld-musl"} {
		path := filepath.Join(dir, name)
		trial.Mkdir(t, filepath.Dir(path))
		if err := os.Link(dir+"/app", path); err != nil {
			t.Fatal(err)
		}
		trial.Works(t, trial.Run(t, trial.Command(path)), both)
	}
}

func TestFindsPluginsAfterChangingTheFolder(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	trial.Works(t, trial.Run(t, trial.In(filepath.Dir(dir), trial.Command("./"+filepath.Base(dir)+"/app", "/"))), both)
}

func TestStartsItselfAgain(t *testing.T) {
	t.Parallel()
	trial.Works(t, trial.Run(t, trial.Command(folder(t, program(t, "again.c"))+"/app")), "again\n")
}

func TestRunsFromADescriptor(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"fexecve", "deleted"} {
		dir := usesLibraries(t)
		trial.Works(t, trial.Run(t, trial.In("/", trial.Command(launcher(t), mode, dir+"/app"))), both)
	}
}

func TestFolderNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"with space", "$HOME", "$ORIGIN", "${ORIGIN}", "$", "quote'\"", "-o", "ünï", "%s", "\\", strings.Repeat("n", 255)} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Rename(usesLibraries(t), dir); err != nil {
			t.Fatal(err)
		}
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), both)
		trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("./app"))), both)
		// musl reads a $ in a list by itself, for which it wants /proc.
		if r := trial.InEmptyRoot(t, filepath.Dir(dir), strings.Contains(name, "$"), nil, "/"+name+"/app"); r.Output != both {
			t.Errorf("%q in an empty root: %+v", name, r)
		}
	}
}

// musl ends an entry of its list at these two; the loader is found all the same.
func TestFolderNamesThatNoListCanHold(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a:b", ":", "new\nline"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Rename(folder(t, program(t, "hello.c")), dir); err != nil {
			t.Fatal(err)
		}
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "hello\n")
		trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("./app"))), "hello\n")
		if r := trial.InEmptyRoot(t, filepath.Dir(dir), false, nil, "/"+name+"/app"); r.Output != "hello\n" {
			t.Errorf("%q without /proc: %+v", name, r)
		}
	}
}
