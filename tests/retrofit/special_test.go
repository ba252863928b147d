package retrofit

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
	"relinterp/patcher"
)

var le = binary.LittleEndian

// Offsets in the 64-bit ELF header and in a program header.
const (
	ePhoff, eShoff, eShnum, eShstrndx, ePhnum = 32, 40, 60, 62, 56
	phSize, pOffset, pVaddr, pFilesz          = 56, 8, 16, 32
)

// headers gives the offset of every program header of the kind.
func headers(data []byte, kind elf.ProgType) []int {
	var all []int
	for i := range int(le.Uint16(data[ePhnum:])) {
		if at := int(le.Uint64(data[ePhoff:])) + i*phSize; elf.ProgType(le.Uint32(data[at:])) == kind {
			all = append(all, at)
		}
	}
	return all
}

// tweaks change a program in ways that no linker's option does.
var tweaks = []struct {
	name   string
	change func([]byte) []byte
}{
	{"without PT_PHDR", func(data []byte) []byte {
		for _, at := range headers(data, elf.PT_PHDR) {
			le.PutUint32(data[at:], uint32(elf.PT_NULL))
		}
		return data
	}},
	{"without section headers", func(data []byte) []byte {
		le.PutUint64(data[eShoff:], 0)
		le.PutUint32(data[eShnum:], 0)
		end := 0
		for _, at := range headers(data, elf.PT_LOAD) {
			end = max(end, int(le.Uint64(data[at+pOffset:])+le.Uint64(data[at+pFilesz:])))
		}
		return data[:end]
	}},
	{"with prelink's tags in every spare slot", func(data []byte) []byte {
		return fillDynamic(data, 0x6ffffdf5 /* DT_GNU_PRELINKED */)
	}},
	{"with zeros to a page behind it", func(data []byte) []byte {
		return append(data, make([]byte, 4096-len(data)%4096)...)
	}},
	{"with its PT_NOTEs gone", func(data []byte) []byte {
		for _, at := range headers(data, elf.PT_NOTE) {
			le.PutUint32(data[at:], uint32(elf.PT_NULL))
		}
		return data
	}},
	{"with the DT_DEBUG of the process it was dumped from", func(data []byte) []byte {
		at, size := dynamic(data)
		for i := 0; i < size; i += 16 {
			if elf.DynTag(le.Uint64(data[at+i:])) == elf.DT_DEBUG {
				le.PutUint64(data[at+i+8:], 0x7ffff7ffe118)
			}
		}
		return data
	}},
	{"with rubbish behind the end of .dynamic", func(data []byte) []byte {
		at, size := dynamic(data)
		for i := 0; i < size; i += 16 {
			if le.Uint64(data[at+i:]) == 0 {
				le.PutUint64(data[at+i+8:], 0x11)
			}
		}
		return data
	}},
}

func dynamic(data []byte) (offset, size int) {
	at := headers(data, elf.PT_DYNAMIC)[0]
	return int(le.Uint64(data[at+pOffset:])), int(le.Uint64(data[at+pFilesz:]))
}

// fillDynamic leaves one DT_NULL.
func fillDynamic(data []byte, tag uint64) []byte {
	at, size := dynamic(data)
	for i := 0; i+16 < size; i += 16 {
		if le.Uint64(data[at+i:]) == 0 {
			le.PutUint64(data[at+i:], tag)
		}
	}
	return data
}

func TestProgramsThatWereTamperedWith(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, tweak := range tweaks {
			for _, words := range [][]string{nil, {"-no-pie"}} {
				t.Run(fmt.Sprint(tweak.name, words), func(t *testing.T) {
					t.Parallel()
					dir := l.uses(t, words...)
					trial.Alter(t, dir+"/app", tweak.change)
					runsPatched(t, dir)
				})
			}
		}
	})
}

func TestStrippedOfSectionHeaders(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		strip := need.Tool(t, "llvm-strip", "llvm")
		dir := l.uses(t)
		if r := trial.Run(t, trial.Command(strip, "--strip-sections", dir+"/app")); r.Status != 0 {
			t.Fatal(r)
		}
		runsPatched(t, dir)
	})
}

func TestAHundredProgramHeaders(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		script, err := os.ReadFile("testdata/many.ld")
		if err != nil {
			t.Fatal(err)
		}
		var unknown strings.Builder
		for i := range 94 {
			fmt.Fprintf(&unknown, "u%d %#x; ", i, 0x6fff0000+i)
		}
		path := filepath.Join(t.TempDir(), "many.ld")
		trial.Write(t, path, bytes.Replace(script, []byte("@UNKNOWN@"), []byte(unknown.String()), 1))
		dir := l.uses(t, "-Wl,--no-eh-frame-hdr,-T,"+path)
		data, err := os.ReadFile(dir + "/app")
		if err != nil || le.Uint16(data[ePhnum:]) != 100 {
			t.Fatalf("%d program headers, %v", le.Uint16(data[ePhnum:]), err)
		}
		runsPatched(t, dir)
	})
}

func TestLargeAlignment(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, words := range []string{"", "-no-pie", "-DALIGN=0x10000", "-fuse-ld=lld", "-fuse-ld=lld -no-pie"} {
			need.Tool(t, "ld.lld", "lld")
			dir := l.folder(t, l.program(t, "align.c", strings.Fields(words)...))
			retrofit(t, dir+"/app")
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "large 1\n")
		}
	})
}

// atHome runs an unpatched program in a root where its interpreter is at its place.
func (l libc) atHome(t *testing.T, app string) string {
	t.Helper()
	root := shop.Folder(t)
	trial.Clone(t, app, root+"/app")
	for _, name := range l.files {
		trial.Clone(t, l.file(t, name), root+nowhere+"/"+name)
		trial.Clone(t, l.file(t, name), root+"/lib/x86_64-linux-gnu/"+name)
	}
	r := trial.InEmptyRoot(t, root, false, nil, "/app")
	if r.Status != 0 {
		t.Fatalf("unpatched, in a root of its own: %+v", r)
	}
	return r.Output
}

func TestTheHeapStaysBehindTheProgram(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, words := range []string{"-no-pie", "-no-pie -Wl,-z,noseparate-code", "-no-pie -fuse-ld=lld", "-no-pie -Wl,-z,max-page-size=0x200000"} {
			need.Tool(t, "ld.lld", "lld")
			app := l.program(t, "brk.c", strings.Fields(words)...)
			want := l.atHome(t, app)
			dir := l.folder(t, app)
			retrofit(t, dir+"/app")
			if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != want || want != "0\n" {
				t.Errorf("%s: the heap begins %q behind the program, unpatched %q", words, r.Output, want)
			}
		}
	})
}

// withPayload appends a text and its length, and tells the program where that is if it shall know.
func withPayload(t *testing.T, path, text string, absolute bool) {
	t.Helper()
	trial.Alter(t, path, func(data []byte) []byte {
		if at := bytes.Index(data, []byte("payload is here")); at < 0 {
			t.Fatal("the mark is not there")
		} else if absolute {
			le.PutUint64(data[at+16:], uint64(len(data)))
		}
		return append(data, fmt.Sprintf("%s%8d", text, len(text))...)
	})
}

func TestPayloadByItsDistanceFromTheEnd(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, words := range [][]string{nil, {"-s"}, {"-no-pie"}} {
			dir := l.folder(t, l.program(t, "payload.c", words...))
			withPayload(t, dir+"/app", "what was appended", false)
			retrofit(t, dir+"/app")
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "what was appended\n")
		}
	})
}

func TestPayloadByItsOffset(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		o := beside
		o.Payload = patcher.KeepOffset
		for words, fits := range map[string]bool{"-Wl,-z,noseparate-code": false, "-Wl,-z,max-page-size=0x10000": true, "-no-pie -Wl,-z,max-page-size=0x10000": true} {
			dir := l.folder(t, l.program(t, "payload.c", strings.Fields(words)...))
			withPayload(t, dir+"/app", "at a place of its own", true)
			if !fits { // between its segments there is no room
				refuses(t, dir+"/app", o, patcher.HasPayload)
				continue
			}
			retrofitWith(t, dir+"/app", o)
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "at a place of its own\n")
			if r := trial.InEmptyRoot(t, dir, true, nil, "/app"); r.Output != "at a place of its own\n" {
				t.Errorf("%s in an empty root: %+v", words, r)
			}
		}
	})
}

func TestPayloadIsRefusedOnRequest(t *testing.T) {
	t.Parallel()
	dir := glibc.folder(t, glibc.program(t, "payload.c"))
	withPayload(t, dir+"/app", "text", false)
	o := beside
	o.Payload = patcher.RefusePayload
	refuses(t, dir+"/app", o, patcher.HasPayload)
}

// refuses wants a refusal of the kind, with the mend.
func refuses(t *testing.T, path string, o patcher.Options, kind patcher.Kind) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = patcher.MakePlan(bytes.NewReader(data), int64(len(data)), o)
	var refusal *patcher.Refusal
	if !errors.As(err, &refusal) || refusal.Kind != kind || refusal.Hint == "" {
		t.Errorf("got %v, want a refusal of kind %s", err, kind)
	}
}
