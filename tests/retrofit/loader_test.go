package retrofit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/trial"
	"relinterp/patcher"
)

// loaderless gives the folder of a patched program and the place where its loader would be.
func loaderless(t *testing.T, l libc) (dir, loader string) {
	t.Helper()
	dir = l.patched(t)
	loader = filepath.Join(dir, "lib", l.loader)
	if err := os.Remove(loader); err != nil {
		t.Fatal(err)
	}
	return dir, loader
}

func TestMissingLoader(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir, loader := loaderless(t, l)
		trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), dir+"/app: ", loader+": no such file", "put one there or set RELINTERP_LOADER")
		if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Status != 127 || !strings.Contains(r.Output, "/lib/"+l.loader+": no such file") {
			t.Errorf("in an empty root: %+v", r)
		}
		trial.Clone(t, l.file(t, l.loader), loader)
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), greets)
	})
}

func TestLoaderThatIsNone(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		whole, err := os.ReadFile(l.file(t, l.loader))
		if err != nil {
			t.Fatal(err)
		}
		set := func(at int, b ...byte) []byte {
			data := append([]byte{}, whole...)
			copy(data[at:], b)
			return data
		}
		dir, loader := loaderless(t, l)
		short, folder := "not ELF", "a folder"
		if l.name == "glibc" && trial.LaidWhole(l.file(t, l.loader)) { // it is mapped to be looked at
			short, folder = "damaged", "unusable"
		}
		bad := map[string][][]byte{
			"not ELF":                {nil, []byte("garbage"), []byte("INPUT(libc.so)\n")},
			"wrong machine/type":     {set(18, 183), set(4, 1), set(5, 2), set(16, 2)},
			"damaged":                {set(32, 255, 255, 255)},
			"lib/" + l.loader + ": ": {whole[:4096], whole[:len(whole)/3], set(56, 0, 0), set(24, 0, 0, 0, 0)},
		}
		bad[short] = append(bad[short], whole[:100])
		for reason, files := range bad {
			for _, data := range files {
				trial.Write(t, loader, data)
				trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), loader+": ", reason)
			}
		}
		if err := os.Remove(loader); err != nil {
			t.Fatal(err)
		}
		trial.Mkdir(t, loader)
		trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), loader+": "+folder+": ")
	})
}

// Every length of the loader's file either works or is named, and never ends in a signal.
func TestTruncatedLoader(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		whole, err := os.ReadFile(l.file(t, l.loader))
		if err != nil {
			t.Fatal(err)
		}
		dir := l.folder(t, l.program(t, "hello.c"))
		retrofit(t, dir+"/app")
		for n := 1; n < len(whole); n += len(whole)/40 + 1 {
			trial.Write(t, filepath.Join(dir, "lib", l.loader), whole[:n])
			if r := trial.Run(t, trial.Command(dir+"/app")); r.Signal != 0 || r.Status != 127 && r.Out != "hello\n" {
				t.Errorf("%d of %d bytes: %s", n, len(whole), r)
			}
		}
	})
}

func TestLibraryPathIsHonoured(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir, other := l.patched(t), t.TempDir()
		trial.Clone(t, l.sharedObject(t, "libplugin.so", "plugin.c", `-Dplug=plug(void){puts("other");}void unused`), other+"/libplugin.so")
		trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_LIBRARY_PATH="+other)), "greet\nother\n")
		trial.Works(t, trial.Run(t, trial.In(other, trial.Command(dir+"/app"), "LD_LIBRARY_PATH=.")), "greet\nother\n")
		if l.name == "musl" { // for glibc an empty entry is the current folder
			trial.Works(t, trial.Run(t, trial.In(other, trial.Command(dir+"/app"), "LD_LIBRARY_PATH=:/none:")), greets)
		}
	})
}

// What a shell of the other libc has in LD_LIBRARY_PATH does no harm.
func TestLibraryPathFullOfTheOtherLibc(t *testing.T) {
	t.Parallel()
	dir, other := musl.patched(t), t.TempDir()
	for _, name := range glibc.files {
		trial.Clone(t, glibc.file(t, name), filepath.Join(other, name))
	}
	trial.Write(t, other+"/libc.so", []byte("/* GNU ld script */\nGROUP ( /lib/libc.so.6 AS_NEEDED ( /lib/ld-linux-x86-64.so.2 ) )\n"))
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_LIBRARY_PATH="+other)), greets)
	dir = glibc.patched(t)
	trial.Clone(t, musl.file(t, musl.loader), filepath.Join(other, musl.loader))
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_LIBRARY_PATH="+other)), greets)
}

func TestStartedByItsLoader(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.patched(t)
		trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("lib/"+l.loader, "./app"))), greets)
		trial.Works(t, trial.Run(t, trial.Command(dir+"/lib/"+l.loader, dir+"/app", "/")), greets)
	})
}

func TestNamedLoaderComesFirst(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir, loader := loaderless(t, l)
		trial.Clone(t, l.file(t, l.loader), dir+"/any name")
		trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("./app"), "RELINTERP_LOADER=any name")), greets)
		trial.Clone(t, l.hostile(t), loader)
		if r := trial.Run(t, trial.Command(dir+"/app")); r.Out != "EVIL\n" {
			t.Errorf("got %s, want what lies in the loader's place", r)
		}
		trial.Works(t, trial.Run(t, trial.In(dir, trial.Command("./app"), "RELINTERP_LOADER="+dir+"/any name")), greets)
	})
}

func TestFallbackAndNameOfTheLoader(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir, place := l.uses(t), filepath.Join(t.TempDir(), "ld")
		retrofitWith(t, dir+"/app", patcher.Options{LoaderDir: "$ORIGIN/lib", Loader: "another name.so", Fallback: place})
		trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), dir+"/lib/another name.so: no such file", place+": no such file")
		trial.Clone(t, l.file(t, l.loader), place)
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), greets)
		trial.Clone(t, l.hostile(t), dir+"/lib/another name.so")
		if r := trial.Run(t, trial.Command(dir+"/app")); r.Out != "EVIL\n" {
			t.Errorf("the own folder comes first, but got %s", r)
		}
	})
}

func TestDebugSaysEachStep(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.patched(t)
		r := trial.Run(t, trial.In("", trial.Command(dir+"/app"), "RELINTERP_DEBUG=1"))
		if r.Status != 0 || r.Out != greets || !strings.HasPrefix(r.Err, "relinterp: "+dir+"/app: ") || !strings.HasSuffix(r.Err, dir+"/lib/"+l.loader+": ok\n") {
			t.Errorf("got %s", r)
		}
	})
}
