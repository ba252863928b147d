package retrofit

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
	"relinterp/patcher"
)

// ownRunpath is how a library is told that its libraries are beside it.
var ownRunpath = patcher.Options{RunpathOnly: true, Runpath: []string{"$ORIGIN"}}

// sharedLinks are the ways in which a library may have been linked.
var sharedLinks = []string{
	"", "-s", "-DLARGE", "-nostartfiles", "-Wl,-rpath,/none", "-Wl,--disable-new-dtags,-rpath,/none", "-Wl,--spare-dynamic-tags=0", "-Wl,--hash-style=sysv",
	"-Wl,--spare-dynamic-tags=0 -Wl,--hash-style=sysv", "-Wl,-z,noseparate-code", "-Wl,-z,norelro", "-Wl,-z,pack-relative-relocs",
	"-Wl,-z,max-page-size=0x200000", "-Wl,-Ttext-segment=0x41000000", "-Wl,--build-id=none",
	"-fuse-ld=lld", "-fuse-ld=lld -s", "-fuse-ld=lld -Wl,-z,separate-code", "-fuse-ld=gold", "-fuse-ld=mold", "-fuse-ld=mold -Wl,--spare-dynamic-tags=0",
}

// chain gives the folder of a patched program whose library needs another that is beside it.
func (l libc) chain(t *testing.T, words string) (dir, middle string) {
	t.Helper()
	l.compilerFor(t, words)
	deep := l.sharedObject(t, "libdeep.so", "deep.c")
	lib := l.sharedObject(t, "libgreet.so", "middle.c", append([]string{"-L" + filepath.Dir(deep), "-ldeep"}, strings.Fields(words)...)...)
	dir = l.patched(t)
	middle = filepath.Join(dir, "lib", "libgreet.so")
	trial.Clone(t, lib, middle)
	trial.Clone(t, deep, filepath.Join(dir, "lib", "libdeep.so"))
	return dir, middle
}

func TestLibrariesWithRunpath(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, words := range sharedLinks {
			t.Run(words, func(t *testing.T) {
				t.Parallel()
				dir, middle := l.chain(t, words)
				// musl searches the RUNPATH of whoever asked for the library, too.
				if r := trial.Run(t, trial.Command(dir+"/app")); l.name == "glibc" && (r.Status != 127 || !strings.Contains(r.Err, "libdeep.so")) {
					t.Errorf("before: %s, want that libdeep.so is not found", r)
				}
				before, err := os.ReadFile(middle)
				if err != nil {
					t.Fatal(err)
				}
				patch(t, middle, ownRunpath)
				after, err := os.ReadFile(middle)
				if err != nil || !bytes.Equal(restored(t, after), before) {
					t.Errorf("not restored byte for byte, %v", err)
				}
				trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), greets)
				if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != greets {
					t.Errorf("in an empty root: %+v", r)
				}
				sameComplaints(t, "library "+words, before, after)
			})
		}
	})
}

func TestToolsLeaveAWorkingLibrary(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, words := range []string{"", "-fuse-ld=lld"} {
			for _, change := range changes {
				if strings.Contains(change.words, "libplugin") || strings.Contains(change.words, "$ORIGIN") || strings.Contains(change.words, "--strip-sections") {
					continue
				}
				dir, middle := l.chain(t, words)
				patch(t, middle, ownRunpath)
				argv := strings.Fields(strings.ReplaceAll(change.words, "APP", middle))
				if r := trial.Run(t, trial.Command(append([]string{need.Tool(t, change.program, change.pkg)}, argv...)...)); r.Status != 0 {
					t.Fatalf("%s %v: %s", change.program, argv, r)
				}
				if r := trial.Run(t, trial.Command(dir+"/app")); r.Out != greets {
					t.Errorf("%s, %s %s: %s", words, change.program, change.words, r)
				}
			}
		}
	})
}
