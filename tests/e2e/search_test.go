package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

func TestMissingLoader(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c"))
	trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), dir+"/app: ", dir+"/lib/"+loaderName+": no such file",
		dir+"/../lib/"+loaderName, "put one there or set RELINTERP_LOADER")
	trial.Clone(t, lib(t, "libc.so"), filepath.Join(dir, loaderName))
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "hello\n")
}

// glibc's libc.so is a linker script, and its other libraries are not for musl; so is the whole folder.
func TestLibraryPathFullOfGlibc(t *testing.T) {
	t.Parallel()
	dir, other := usesLibraries(t), t.TempDir()
	trial.Write(t, other+"/libc.so", []byte("/* GNU ld script */\nGROUP ( /lib/libc.so.6 AS_NEEDED ( /lib/ld-linux-x86-64.so.2 ) )\n"))
	for _, name := range []string{"libc.so.6", "ld-linux-x86-64.so.2"} {
		trial.Clone(t, hostFile(t, name), filepath.Join(other, name))
	}
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_LIBRARY_PATH="+other)), both)
	trial.Write(t, filepath.Join(other, loaderName), []byte("INPUT(libc.so)\n"))
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_LIBRARY_PATH="+other+":/usr/lib/x86_64-linux-gnu:/usr/lib64")), both)
}

func TestEmptyEntriesAreNotTheCurrentFolder(t *testing.T) {
	t.Parallel()
	dir, cwd := folder(t, program(t, "hello.c")), t.TempDir()
	for _, name := range []string{loaderName, "libc.so", ".libc.so", "lib/" + loaderName} {
		trial.Clone(t, hostile(t), filepath.Join(cwd, name))
	}
	for _, list := range []string{"", ":", "::", ":/none", "/none:", "/none::/none"} {
		r := trial.Run(t, trial.In(cwd, trial.Command(need.Tool(t, "strace", "strace"), "-e", "trace=openat,open", "-o", cwd+"/trace", dir+"/app"), "LD_LIBRARY_PATH="+list))
		trial.Works(t, r, "hello\n")
		trace, err := os.ReadFile(cwd + "/trace")
		if err != nil {
			t.Fatal(err)
		}
		if list := string(trace); strings.Contains(list, cwd) || strings.Contains(list, `"/`+loaderName) || strings.Contains(list, `"`+loaderName) {
			t.Errorf("looked where it should not:\n%s", trace)
		}
	}
}

func TestLibraryPathIsHonoured(t *testing.T) {
	t.Parallel()
	dir, other := usesLibraries(t), t.TempDir()
	trial.Clone(t, library(t, "libplugin.so", "plugin.c", `-Dplug=plug(void){puts("other");}void unused`), other+"/libplugin.so")
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_LIBRARY_PATH="+other)), "greet\nother\n")
	trial.Works(t, trial.Run(t, trial.In(other, trial.Command(dir+"/app"), "LD_LIBRARY_PATH=.")), "greet\nother\n")
}

// The loader and libc are one file: who names a folder with another musl gets that one.
func TestLibraryPathComesBeforeTheOwnFolder(t *testing.T) {
	t.Parallel()
	dir, other := folder(t, program(t, "hello.c")), t.TempDir()
	trial.Clone(t, hostile(t), filepath.Join(other, loaderName))
	r := trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_LIBRARY_PATH=/none:"+other))
	if r.Out != "EVIL\n" || r.Status != 66 {
		t.Errorf("got %+v", r)
	}
}

func TestNamedLoaderComesFirst(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c"))
	trial.Clone(t, lib(t, "libc.so"), dir+"/elsewhere/any name")
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "RELINTERP_LOADER="+dir+"/elsewhere/any name")), "hello\n")
	trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("./app"), "RELINTERP_LOADER=elsewhere/any name")), "hello\n")
	trial.Clone(t, hostile(t), dir+"/lib/"+loaderName)
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "RELINTERP_LOADER="+dir+"/elsewhere/any name")), "hello\n")
}

func TestDebugSaysEachStep(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	r := trial.Run(t, trial.In("", trial.Command(dir+"/app"), "RELINTERP_DEBUG=1"))
	if r.Status != 0 || r.Out != "hello\n" {
		t.Errorf("got %+v", r)
	}
	for _, part := range []string{"relinterp: " + dir + "/app: ", dir + "/" + loaderName + ": no such file: ", dir + "/lib/" + loaderName + ": ok\n"} {
		if !strings.Contains(r.Err, part) {
			t.Errorf("%q is not in %q", part, r.Err)
		}
	}
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "RELINTERP_DEBUG=")), "hello\n")
}

func TestRunpaths(t *testing.T) {
	t.Parallel()
	for list, place := range map[string]string{
		"$ORIGIN/deep":                  "deep",
		"${ORIGIN}/deep":                "deep",
		"/none:${ORIGIN}/../other/deep": "../other/deep",
		"$ORIGIN/twice$ORIGIN":          "twice%s",
		"${ORIGIN}/a${ORIGIN}/b$ORIGIN": "a%[1]s/b%[1]s",
	} {
		dir := bare(t, program(t, "use.c", "-Wl,-rpath,"+list, "-L"+filepath.Dir(library(t, "libgreet.so", "greet.c")), "-lgreet"))
		if err := os.Rename(dir+"/app", dir+"/lib/app"); err != nil {
			t.Fatal(err)
		}
		origin := dir + "/lib"
		trial.Complains(t, trial.Run(t, trial.Command(origin+"/app")), loaderName+": no such file")
		if strings.Contains(place, "%") {
			place = fmt.Sprintf(place, origin)
		}
		for name, from := range map[string]string{loaderName: lib(t, "libc.so"),
			"libgreet.so": library(t, "libgreet.so", "greet.c"), "libplugin.so": library(t, "libplugin.so", "plugin.c")} {
			trial.Clone(t, from, filepath.Join(origin, place, name))
		}
		trial.Works(t, trial.Run(t, trial.Command(origin+"/app")), both)
		if r := trial.InEmptyRoot(t, dir, false, nil, "/lib/app"); !strings.Contains(list, "$ORIGIN/b") && place == "deep" && r.Output != both {
			t.Errorf("%s without /proc: %+v", list, r)
		}
	}
}

// musl ignores a list with another variable, so nothing may be started from there.
func TestRunpathWithAnotherVariable(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c", "-Wl,-rpath,$ORIGIN/lib:$PLATFORM"))
	trial.Clone(t, hostile(t), filepath.Join(dir, "lib", loaderName))
	trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), dir+"/"+loaderName)
}

func TestOldDynamicTag(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t, "-Wl,--disable-new-dtags")
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), both)
}

func TestLoaderOfAnotherName(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c", "-relinterp-loader=my loader.so"))
	trial.Clone(t, hostile(t), filepath.Join(dir, "lib", loaderName))
	trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), dir+"/lib/my loader.so")
	trial.Clone(t, lib(t, "libc.so"), filepath.Join(dir, "lib", "my loader.so"))
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "hello\n")
}

func TestFallbackIsTriedLast(t *testing.T) {
	t.Parallel()
	place := filepath.Join(t.TempDir(), "ld")
	dir := bare(t, program(t, "hello.c", "-relinterp-fallback="+place))
	trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), place+": no such file")
	trial.Clone(t, lib(t, "libc.so"), place)
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "hello\n")
	trial.Clone(t, hostile(t), filepath.Join(dir, loaderName))
	if r := trial.Run(t, trial.Command(dir+"/app")); r.Out != "EVIL\n" {
		t.Errorf("the own folder comes first, but got %+v", r)
	}
}
