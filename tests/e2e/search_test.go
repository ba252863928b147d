package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

func TestMissingLoader(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c"))
	complains(t, run(t, command(dir+"/app")), dir+"/app: ", dir+"/lib/"+loaderName+": no such file",
		dir+"/../lib/"+loaderName, "put one there or set RELINTERP_LOADER=FILE")
	clone(t, lib(t, "libc.so"), filepath.Join(dir, loaderName))
	works(t, run(t, command(dir+"/app")), "hello\n")
}

// glibc's libc.so is a linker script, and its other libraries are not for musl; so is the whole folder.
func TestLibraryPathFullOfGlibc(t *testing.T) {
	t.Parallel()
	dir, other := usesLibraries(t), t.TempDir()
	write(t, other+"/libc.so", []byte("/* GNU ld script */\nGROUP ( /lib/libc.so.6 AS_NEEDED ( /lib/ld-linux-x86-64.so.2 ) )\n"))
	for _, name := range []string{"libc.so.6", "ld-linux-x86-64.so.2"} {
		clone(t, hostFile(t, name), filepath.Join(other, name))
	}
	works(t, run(t, in("", command(dir+"/app"), "LD_LIBRARY_PATH="+other)), both)
	write(t, filepath.Join(other, loaderName), []byte("INPUT(libc.so)\n"))
	works(t, run(t, in("", command(dir+"/app"), "LD_LIBRARY_PATH="+other+":/usr/lib/x86_64-linux-gnu:/usr/lib64")), both)
}

func TestEmptyEntriesAreNotTheCurrentFolder(t *testing.T) {
	t.Parallel()
	dir, cwd := folder(t, program(t, "hello.c")), t.TempDir()
	for _, name := range []string{loaderName, "libc.so", ".libc.so", "lib/" + loaderName} {
		clone(t, hostile(t), filepath.Join(cwd, name))
	}
	for _, list := range []string{"", ":", "::", ":/none", "/none:", "/none::/none"} {
		r := run(t, in(cwd, command(need.Tool(t, "strace", "strace"), "-e", "trace=openat,open", "-o", cwd+"/trace", dir+"/app"), "LD_LIBRARY_PATH="+list))
		works(t, r, "hello\n")
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
	clone(t, library(t, "libplugin.so", "plugin.c", `-Dplug=plug(void){puts("other");}void unused`), other+"/libplugin.so")
	works(t, run(t, in("", command(dir+"/app"), "LD_LIBRARY_PATH="+other)), "greet\nother\n")
	works(t, run(t, in(other, command(dir+"/app"), "LD_LIBRARY_PATH=.")), "greet\nother\n")
}

// The loader and libc are one file: who names a folder with another musl gets that one.
func TestLibraryPathComesBeforeTheOwnFolder(t *testing.T) {
	t.Parallel()
	dir, other := folder(t, program(t, "hello.c")), t.TempDir()
	clone(t, hostile(t), filepath.Join(other, loaderName))
	r := run(t, in("", command(dir+"/app"), "LD_LIBRARY_PATH=/none:"+other))
	if r.out != "EVIL\n" || r.status != 66 {
		t.Errorf("got %+v", r)
	}
}

func TestNamedLoaderComesFirst(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c"))
	clone(t, lib(t, "libc.so"), dir+"/elsewhere/any name")
	works(t, run(t, in("", command(dir+"/app"), "RELINTERP_LOADER="+dir+"/elsewhere/any name")), "hello\n")
	works(t, run(t, in(dir, command("./app"), "RELINTERP_LOADER=elsewhere/any name")), "hello\n")
	clone(t, hostile(t), dir+"/lib/"+loaderName)
	works(t, run(t, in("", command(dir+"/app"), "RELINTERP_LOADER="+dir+"/elsewhere/any name")), "hello\n")
}

func TestDebugSaysEachStep(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	r := run(t, in("", command(dir+"/app"), "RELINTERP_DEBUG=1"))
	if r.status != 0 || r.out != "hello\n" {
		t.Errorf("got %+v", r)
	}
	for _, part := range []string{"relinterp: " + dir + "/app: ", dir + "/" + loaderName + ": no such file; ", dir + "/lib/" + loaderName + "\n"} {
		if !strings.Contains(r.err, part) {
			t.Errorf("%q is not in %q", part, r.err)
		}
	}
	works(t, run(t, in("", command(dir+"/app"), "RELINTERP_DEBUG=")), "hello\n")
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
		complains(t, run(t, command(origin+"/app")), loaderName+": no such file")
		if strings.Contains(place, "%") {
			place = fmt.Sprintf(place, origin)
		}
		for name, from := range map[string]string{loaderName: lib(t, "libc.so"),
			"libgreet.so": library(t, "libgreet.so", "greet.c"), "libplugin.so": library(t, "libplugin.so", "plugin.c")} {
			clone(t, from, filepath.Join(origin, place, name))
		}
		works(t, run(t, command(origin+"/app")), both)
		if r := inEmptyRoot(t, dir, false, nil, "/lib/app"); !strings.Contains(list, "$ORIGIN/b") && place == "deep" && r.Output != both {
			t.Errorf("%s without /proc: %+v", list, r)
		}
	}
}

// musl ignores a list with another variable, so nothing may be started from there.
func TestRunpathWithAnotherVariable(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c", "-Wl,-rpath,$ORIGIN/lib:$PLATFORM"))
	clone(t, hostile(t), filepath.Join(dir, "lib", loaderName))
	complains(t, run(t, command(dir+"/app")), dir+"/"+loaderName)
}

func TestOldDynamicTag(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t, "-Wl,--disable-new-dtags")
	works(t, run(t, command(dir+"/app")), both)
}

func TestLoaderOfAnotherName(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c", "-relinterp-loader=my loader.so"))
	clone(t, hostile(t), filepath.Join(dir, "lib", loaderName))
	complains(t, run(t, command(dir+"/app")), dir+"/lib/my loader.so")
	clone(t, lib(t, "libc.so"), filepath.Join(dir, "lib", "my loader.so"))
	works(t, run(t, command(dir+"/app")), "hello\n")
}

func TestFallbackIsTriedLast(t *testing.T) {
	t.Parallel()
	place := filepath.Join(t.TempDir(), "ld")
	dir := bare(t, program(t, "hello.c", "-relinterp-fallback="+place))
	complains(t, run(t, command(dir+"/app")), place+": no such file")
	clone(t, lib(t, "libc.so"), place)
	works(t, run(t, command(dir+"/app")), "hello\n")
	clone(t, hostile(t), filepath.Join(dir, loaderName))
	if r := run(t, command(dir+"/app")); r.out != "EVIL\n" {
		t.Errorf("the own folder comes first, but got %+v", r)
	}
}
