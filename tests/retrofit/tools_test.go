package retrofit

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
	"relinterp/patcher"
)

// changes are what other people's tools may do to a patched program; APP stands for its path.
var changes = []struct {
	program, pkg string
	words        string
}{
	{"strip", "binutils", "APP"},
	{"strip", "binutils", "--strip-debug APP"},
	{"strip", "binutils", "--strip-unneeded APP"},
	{"strip", "binutils", "--strip-all --remove-section=.comment APP"},
	{"objcopy", "binutils", "APP"},
	{"objcopy", "binutils", "--strip-debug APP"},
	{"objcopy", "binutils", "--compress-debug-sections APP"},
	{"objcopy", "binutils", "--add-section .note.more=/etc/hostname APP"},
	{"objcopy", "binutils", "--only-section=.text --set-section-flags .text=alloc APP APP.part"},
	{"llvm-strip", "llvm", "APP"},
	{"llvm-strip", "llvm", "--strip-debug APP"},
	{"llvm-strip", "llvm", "--strip-unneeded APP"},
	{"llvm-strip", "llvm", "--strip-sections APP"},
	{"llvm-objcopy", "llvm", "APP"},
	{"llvm-objcopy", "llvm", "--compress-debug-sections=zlib APP"},
	{"eu-strip", "elfutils", "APP"},
	{"eu-strip", "elfutils", "-f APP.debug APP"},
	{"dwz", "dwz", "APP"},
	{"patchelf", "patchelf", "--set-rpath $ORIGIN/lib:$ORIGIN/a/much/longer/path/than/there/was/before APP"},
	{"patchelf", "patchelf", "--force-rpath --set-rpath $ORIGIN/lib APP"},
	{"patchelf", "patchelf", "--add-rpath $ORIGIN/other APP"},
	{"patchelf", "patchelf", "--add-needed libplugin.so APP"},
	{"patchelf", "patchelf", "--replace-needed libgreet.so libplugin.so --add-needed libgreet.so APP"},
}

func TestToolsLeaveAWorkingProgram(t *testing.T) {
	for program, pkg := range map[string]string{"strip": "binutils", "objcopy": "binutils", "llvm-strip": "llvm", "llvm-objcopy": "llvm",
		"eu-strip": "elfutils", "dwz": "dwz", "patchelf": "patchelf"} {
		need.Tool(t, program, pkg)
	}
	both(t, func(t *testing.T, l libc) {
		for _, linked := range []string{"", "-no-pie", "-fuse-ld=lld", "-s", "-s -no-pie", "-s -fuse-ld=lld"} {
			for _, change := range changes {
				t.Run(strings.Join([]string{linked, change.program, change.words}, " "), func(t *testing.T) {
					t.Parallel()
					dir := l.patched(t, strings.Fields(linked)...)
					words := strings.Fields(strings.ReplaceAll(change.words, "APP", dir+"/app"))
					if r := trial.Run(t, trial.Command(append([]string{need.Tool(t, change.program, change.pkg)}, words...)...)); r.Status != 0 {
						t.Fatalf("%s %v: %s", change.program, words, r)
					}
					trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), greets)
					if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != greets {
						t.Errorf("in an empty root: %+v", r)
					}
					neverRestoredWrongly(t, dir+"/app", l.uses(t, strings.Fields(linked)...)+"/app")
				})
			}
		}
	})
}

// neverRestoredWrongly wants a changed file to be refused, or its whole original.
func neverRestoredWrongly(t *testing.T, path, original string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out, err := patcher.RestorePlan(bytes.NewReader(data), int64(len(data)))
	var refusal *patcher.Refusal
	if errors.As(err, &refusal) {
		return
	}
	want, readErr := os.ReadFile(original)
	if err != nil || readErr != nil {
		t.Fatal(err, readErr)
	}
	if !bytes.Equal(written(t, out), want) {
		t.Error("restored to something else than the original")
	}
}

// A file that was stripped first, and one that was patched first, must both do.
func TestPatchedAfterStripping(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.uses(t)
		if r := trial.Run(t, trial.Command(need.Tool(t, "strip", "binutils"), dir+"/app")); r.Status != 0 {
			t.Fatal(r)
		}
		runsPatched(t, dir)
	})
}

var misplaced = regexp.MustCompile(`(\(_TLS_MODULE_BASE_\)): .*referenced section.*`)

var digits = regexp.MustCompile(`(0x)?[0-9a-f]*[0-9][0-9a-f]*`)

// complaints gives how often each line is said, whatever the figures in it.
func complaints(text string, which func(string) bool) map[string]int {
	lines := map[string]int{}
	for _, line := range strings.Split(text, "\n") {
		// mold 2.30 gives that symbol the section of number 1, whichever that is.
		line = misplaced.ReplaceAllString(line, "$1 in a wrong section")
		if line != "" && which(line) {
			lines[digits.ReplaceAllString(line, "N")]++
		}
	}
	return lines
}

// checkers are the programs that read a file, and the lines in which they complain.
var checkers = []struct {
	program, pkg string
	words        []string
	which        func(string) bool
}{
	{"eu-elflint", "elfutils", nil, func(string) bool { return true }},
	{"eu-elflint", "elfutils", []string{"--gnu-ld"}, func(line string) bool { return line != "No errors" }},
	{"readelf", "binutils", []string{"-aW"}, func(line string) bool {
		return strings.Contains(line, "readelf: ") || strings.Contains(line, "<corrupt") || strings.Contains(strings.ToLower(line), "warning")
	}},
	{"objdump", "binutils", []string{"-x"}, func(line string) bool { return strings.Contains(line, "objdump: ") }},
}

func TestCheckersFindNothingNew(t *testing.T) {
	for program, pkg := range map[string]string{"eu-elflint": "elfutils", "readelf": "binutils", "objdump": "binutils"} {
		need.Tool(t, program, pkg)
	}
	both(t, func(t *testing.T, l libc) {
		for _, link := range links {
			t.Run(link.name, func(t *testing.T) {
				t.Parallel()
				dir := l.usesBy(t, l.compilerFor(t, link.words), strings.Fields(link.words)...)
				for _, stripped := range []bool{false, true} {
					nothingNew(t, dir, stripped)
				}
			})
		}
	})
}

// takenForStatic is what elflint says of every executable that has no PT_INTERP and a fixed address,
// since it knows no other reason for that than a static one.
const takenForStatic = "static executable cannot have dynamic sections"

// nothingNew compares what the checkers say of a program and of the patched one.
func nothingNew(t *testing.T, dir string, stripped bool) {
	t.Helper()
	before, after := filepath.Join(t.TempDir(), "app"), filepath.Join(t.TempDir(), "app")
	trial.Clone(t, dir+"/app", before)
	if stripped {
		trial.Run(t, trial.Command("strip", before))
	}
	trial.Clone(t, before, after)
	patch(t, after, beside)
	one, err := os.ReadFile(before)
	two, otherErr := os.ReadFile(after)
	if err != nil || otherErr != nil {
		t.Fatal(err, otherErr)
	}
	sameComplaints(t, fmt.Sprint("stripped ", stripped), one, two)
}

// sameComplaints wants the checkers to say nothing of a patched file that they do not say of the original.
func sameComplaints(t *testing.T, name string, before, after []byte) {
	t.Helper()
	for _, c := range checkers {
		say := func(data []byte) map[string]int {
			dir := t.TempDir()
			trial.Write(t, filepath.Join(dir, "file"), data)
			argv := append(append([]string{need.Tool(t, c.program, c.pkg)}, c.words...), "file")
			r := trial.Run(t, trial.In(dir, trial.Command(argv...)))
			return complaints(r.Out+r.Err, c.which)
		}
		old, now := say(before), say(after)
		for _, line := range slices.Sorted(maps.Keys(now)) {
			if now[line] > old[line] && (line != takenForStatic || !fixed(before)) {
				t.Errorf("%s %v, %s: %q, %d times instead of %d", c.program, c.words, name, line, now[line], old[line])
			}
		}
	}
}

// fixed says whether a program has an address of its own.
func fixed(data []byte) bool {
	loads := headers(data, elf.PT_LOAD)
	return len(loads) > 0 && le.Uint64(data[loads[0]+pVaddr:]) != 0
}

func TestFileTellsTheTruth(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		file := need.Tool(t, "file", "file")
		for _, words := range [][]string{nil, {"-no-pie"}, {"-s"}} {
			dir := l.uses(t, words...)
			before := trial.Run(t, trial.Command(file, "-b", dir+"/app")).Out
			patch(t, dir+"/app", beside)
			after := trial.Run(t, trial.Command(file, "-b", dir+"/app")).Out
			want := strings.Replace(before, "interpreter "+nowhere+"/"+l.loader+", ", "", 1)
			want = strings.Replace(want, ", stripped", ", not stripped", 1) // of the one symbol that debuggers want
			if after != want || !strings.Contains(after, "dynamically linked") {
				t.Errorf("%v: file says %q, want %q", words, after, want)
			}
		}
	})
}

// What is loaded is told by the program's own loader, and by ldd where that is the host's.
func TestTheLoaderListsWhatIsLoaded(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.patched(t)
		want := "libgreet.so => " + dir + "/lib/libgreet.so ("
		r := trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_TRACE_LOADED_OBJECTS=1"))
		if l.name == "musl" { // its loader lists only under the name ldd
			r = trial.Run(t, trial.Command(dir+"/lib/"+l.loader, "--list", dir+"/app"))
		}
		if r.Status != 0 || !strings.Contains(r.Out, want) {
			t.Errorf("got %s, want %q", r, want)
		}
		if l.name == "musl" {
			return
		}
		if r := trial.Run(t, trial.Command(need.Tool(t, "ldd", "libc-bin"), dir+"/app")); r.Status != 0 || !strings.Contains(r.Out, want) {
			t.Errorf("ldd: %s, want %q", r, want)
		}
	})
}
