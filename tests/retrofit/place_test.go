package retrofit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/trial"
	"relinterp/patcher"
)

func rename(t *testing.T, from, to string) {
	t.Helper()
	trial.Mkdir(t, filepath.Dir(to))
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func TestRunsFromAMovedFolder(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		moved := filepath.Join(t.TempDir(), "else where")
		rename(t, l.patched(t), moved)
		trial.Works(t, trial.Run(t, trial.Command(moved+"/app")), greets)
		trial.Works(t, trial.Run(t, trial.In(moved, trial.Command("./app"))), greets)
	})
}

func TestRunsThroughASymbolicLink(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		root := t.TempDir()
		rename(t, l.patched(t), root+"/opt/tool")
		for _, link := range [][2]string{{"/opt/tool/app", "bin/one"}, {"one", "bin/two"}, {"../opt/tool/app", "bin/three"}} {
			trial.Mkdir(t, root+"/bin")
			if err := os.Symlink(link[0], filepath.Join(root, link[1])); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"/bin/one", "/bin/two", "bin/three"} {
			for _, proc := range []bool{false, true} {
				if r := trial.InEmptyRoot(t, root, proc, nil, name); r.Output != greets {
					t.Errorf("%s, /proc %v: %+v", name, proc, r)
				}
			}
		}
	})
}

func TestRunsUnderAnotherName(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.patched(t)
		for _, name := range []string{"linked", " (deleted)", l.loader} {
			path := filepath.Join(dir, name)
			if err := os.Link(dir+"/app", path); err != nil {
				t.Fatal(err)
			}
			trial.Works(t, trial.Run(t, trial.Command(path)), greets)
		}
		rename(t, dir+"/app", dir+"/renamed")
		trial.Works(t, trial.Run(t, trial.Command(dir+"/renamed")), greets)
	})
}

func TestFindsPluginsAfterChangingTheFolder(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.patched(t)
		trial.Works(t, trial.Run(t, trial.In(filepath.Dir(dir), trial.Command("./"+filepath.Base(dir)+"/app", "/"))), greets)
		if r := trial.InEmptyRoot(t, filepath.Dir(dir), false, nil, filepath.Base(dir)+"/app", "/"+filepath.Base(dir)); r.Output != greets {
			t.Errorf("in an empty root: %+v", r)
		}
	})
}

// /proc/self/cwd is a good path only until the folder is another: who opens libraries later needs the true one.
func TestFindsALibraryForANamespaceOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := glibc.folder(t, glibc.program(t, "dlmopen.c"))
	trial.Clone(t, glibc.sharedObject(t, "libplugin.so", "plugin.c"), filepath.Join(dir, "lib", "libplugin.so"))
	retrofit(t, dir+"/app")
	trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("/proc/self/cwd/app"))), "loaded\n")
}

func TestStartsItselfAgain(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.folder(t, l.program(t, "again.c"))
		retrofit(t, dir+"/app")
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "again\n")
	})
}

func TestRunsFromADescriptor(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, mode := range []string{"fexecve", "deleted"} {
			trial.Works(t, trial.Run(t, trial.In("/", trial.Command(launcher(t), mode, l.patched(t)+"/app"))), greets)
		}
	})
}

func TestFolderNames(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, name := range []string{"with space", "$HOME", "$ORIGIN", "${ORIGIN}", "$LIB", "$", "quote'\"", "-o", "ünï", "%s", "\\", strings.Repeat("n", 255)} {
			dir := filepath.Join(t.TempDir(), name)
			rename(t, l.patched(t), dir)
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), greets)
			trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("./app"))), greets)
			// A loader reads a $ in a list by itself, for which it wants /proc.
			if r := trial.InEmptyRoot(t, filepath.Dir(dir), strings.Contains(name, "$"), nil, "/"+name+"/app"); r.Output != greets {
				t.Errorf("%q in an empty root: %+v", name, r)
			}
		}
	})
}

// musl ends an entry of its list at these two, patched or not; the loader is found all the same.
func TestFolderNamesThatNoListCanHold(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, name := range []string{"a:b", ":", "new\nline"} {
			dir := filepath.Join(t.TempDir(), name)
			app, want := l.program(t, "hello.c"), "hello\n"
			if l.name == "glibc" {
				rename(t, l.patched(t), dir)
				want = greets
			} else {
				rename(t, l.folder(t, app), dir)
				retrofit(t, dir+"/app")
			}
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), want)
			trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("./app"))), want)
			if r := trial.InEmptyRoot(t, filepath.Dir(dir), l.name == "glibc", nil, "/"+name+"/app"); r.Output != want {
				t.Errorf("%q in an empty root: %+v", name, r)
			}
		}
	})
}

func TestLongPaths(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		app := l.folder(t, l.program(t, "hello.c"))
		retrofit(t, app+"/app")
		longest := 4095 - len("/lib/") - len(l.loader)
		for _, n := range []int{500, 1000, 2000, 3000, 4000, longest} {
			dir, short := trial.Deep(t, n, 200)
			trial.Clone(t, app+"/app", short+"/app")
			for _, name := range l.files {
				trial.Clone(t, l.file(t, name), filepath.Join(short, "lib", name))
			}
			trial.Works(t, trial.Run(t, trial.In(short, trial.Command("./app"))), "hello\n")
			if len(dir+"/app") < 4096 {
				trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "hello\n")
			}
		}
	})
}

// Who patches again with other options gets what those options alone would have given.
func TestPatchedAgainWithOtherOptions(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir, other := l.uses(t), l.uses(t)
		o := patcher.Options{LoaderDir: "$ORIGIN/a/rather/long/folder/that/the/second/time/is/not/there", StackSize: 1 << 20}
		patch(t, dir+"/app", o)
		patch(t, dir+"/app", beside)
		patch(t, other+"/app", beside)
		one, err := os.ReadFile(dir + "/app")
		two, otherErr := os.ReadFile(other + "/app")
		if err != nil || otherErr != nil || string(one) != string(two) {
			t.Errorf("another file than patched once: %v, %v", err, otherErr)
		}
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), greets)
	})
}

// The folder may be anywhere: above the program, or two steps aside.
func TestLoaderInAnotherFolder(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, loaderDir := range []string{"$ORIGIN/../lib", "${ORIGIN}/../lib", "$ORIGIN/../app/../lib"} {
			dir := l.uses(t)
			rename(t, dir+"/app", dir+"/bin/app")
			trial.Mkdir(t, dir+"/app")
			retrofitWith(t, dir+"/bin/app", patcher.Options{LoaderDir: loaderDir})
			if r := trial.InEmptyRoot(t, dir, false, nil, "/bin/app"); r.Output != greets {
				t.Errorf("%s: %+v", loaderDir, r)
			}
			trial.Works(t, trial.Run(t, trial.In(fmt.Sprint(dir, "/lib"), trial.Command("../bin/app"))), greets)
		}
	})
}
