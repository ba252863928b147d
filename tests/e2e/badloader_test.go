package e2e

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// Where the fields lie that make a loader another one (gABI, chapter 4).
const (
	eiClass   = 4
	eiData    = 5
	eType     = 16
	eMachine  = 18
	eEntry    = 24
	ePhoff    = 32
	ePhentSz  = 54
	ePhnum    = 56
	ehdrSize  = 64
	phdrSize  = 56
	pFlags    = 4
	pOffset   = 8
	pVaddr    = 16
	pFilesz   = 32
	pMemsz    = 40
	pAlign    = 48
	typeLoad  = 1
	typeNull  = 0
	wantsOurs = "put one there or set RELINTERP_LOADER"
)

var le = binary.LittleEndian

// loads gives the PT_LOADs of a file, as places in it.
func loads(data []byte) []int { return headers(data, typeLoad) }

func headers(data []byte, kind uint32) (list []int) {
	at := int(le.Uint64(data[ePhoff:]))
	for range le.Uint16(data[ePhnum:]) {
		if le.Uint32(data[at:]) == kind {
			list = append(list, at)
		}
		at += phdrSize
	}
	return list
}

func TestLoaderThatIsNone(t *testing.T) {
	t.Parallel()
	app := program(t, "hello.c")
	set := func(at int, b ...byte) func([]byte) []byte {
		return func(data []byte) []byte { copy(data[at:], b); return data }
	}
	load := func(field int, value uint64) func([]byte) []byte {
		return func(data []byte) []byte { le.PutUint64(data[loads(data)[1]+field:], value); return data }
	}
	for name, c := range map[string]struct {
		change func([]byte) []byte
		why    string
	}{
		"empty":              {func([]byte) []byte { return nil }, "not ELF"},
		"garbage":            {func([]byte) []byte { return []byte(strings.Repeat("garbage!", 2000)) }, "not ELF"},
		"script":             {func([]byte) []byte { return []byte("#!/bin/sh\necho EVIL\n") }, "not ELF"},
		"32 bits":            {set(eiClass, 1), "wrong machine/type"},
		"byte order":         {set(eiData, 2), "wrong machine/type"},
		"i386":               {func(data []byte) []byte { data[eiClass], data[eMachine] = 1, 3; return data }, "wrong machine/type"},
		"aarch64":            {set(eMachine, 183), "wrong machine/type"},
		"relocatable":        {set(eType, 1), "wrong machine/type"},
		"fixed address":      {set(eType, 2), "wrong machine/type"},
		"core":               {set(eType, 4), "wrong machine/type"},
		"no headers":         {set(ePhnum, 0, 0), "not ELF"},
		"65,535 headers":     {set(ePhnum, 0xff, 0xff), "damaged"},
		"headers' size":      {set(ePhentSz, 32, 0), "damaged"},
		"headers elsewhere":  {set(ePhoff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), ""},
		"headers behind all": {set(ePhoff, 0, 0, 0, 0x40), ""},
		"entry at 0":         {set(eEntry, 0, 0, 0, 0), "damaged"},
		"entry far away":     {set(eEntry, 0, 0, 0, 0, 0, 0, 0, 0x7f), "damaged"},
		"file size":          {load(pFilesz, 1<<40), "damaged"},
		"memory size":        {load(pMemsz, 1<<62), "damaged"},
		"less memory":        {load(pMemsz, 16), "damaged"},
		"offset":             {load(pOffset, 0xfffffffffffff000), "damaged"},
		"address":            {load(pVaddr, 1<<63), "damaged"},
		"order":              {load(pVaddr, 0), "damaged"},
		"offset in the page": {func(data []byte) []byte { data[loads(data)[1]+pOffset] ^= 8; return data }, "damaged"},
		"writable code":      {func(data []byte) []byte { data[loads(data)[0]+pFlags] = 7; return data }, "damaged"},
	} {
		dir := folder(t, app)
		trial.Alter(t, filepath.Join(dir, "lib", loaderName), c.change)
		t.Run(name, func(t *testing.T) {
			trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), dir+"/lib/"+loaderName, c.why, wantsOurs)
		})
	}
}

// What the kernel does with the same files when PT_INTERP names them shows that they are bad.
func TestBadLoadersBreakAnOrdinaryProgram(t *testing.T) {
	t.Parallel()
	root := bare(t, ordinary(t, "hello.c"))
	place := filepath.Join(root, "lib", loaderName)
	trial.Clone(t, lib(t, "libc.so"), place)
	if r := trial.InEmptyRoot(t, root, false, nil, "/app"); r.Output != "hello\n" {
		t.Fatalf("with a good loader: %+v", r)
	}
	trial.Alter(t, place, func(data []byte) []byte { return data[:len(data)/2] })
	if r := trial.InEmptyRoot(t, root, false, nil, "/app"); r.Started && r.Status < 128 {
		t.Errorf("half a loader: %+v", r)
	}
}

func TestLoaderTruncatedAtEveryLength(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	path := filepath.Join(dir, "lib", loaderName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	needed := 0
	lengths := map[int]bool{}
	for _, ph := range loads(data) {
		end := int(le.Uint64(data[ph+pOffset:]) + le.Uint64(data[ph+pFilesz:]))
		for n := end - 40; n < end+40; n++ {
			lengths[n] = true
		}
		needed = max(needed, end)
	}
	for n := range 2048 {
		lengths[n] = true
	}
	for n := 2048; n < len(data); n += 4096 {
		lengths[n], lengths[n-1], lengths[n+1] = true, true, true
	}
	for n := range lengths {
		trial.Write(t, path, data[:min(n, len(data))])
		switch r := trial.Run(t, trial.Command(dir+"/app")); {
		case n >= needed:
			trial.Works(t, r, "hello\n")
		default:
			trial.Complains(t, r, path+": ")
		}
		if t.Failed() {
			t.Fatalf("at %d of %d bytes, %d needed", n, len(data), needed)
		}
	}
}

func TestLoaderThatIsNoFile(t *testing.T) {
	t.Parallel()
	app := program(t, "hello.c")
	for name, c := range map[string]struct {
		make func(string) error
		why  string
	}{
		"folder":         {func(p string) error { return os.Mkdir(p, 0o755) }, "a folder"},
		"FIFO":           {func(p string) error { return unix.Mkfifo(p, 0o644) }, ""},
		"socket":         {bind, ""},
		"terminal":       {func(p string) error { return os.Symlink("/dev/tty", p) }, ""},
		"nothing":        {func(p string) error { return os.Symlink("/dev/null", p) }, "not ELF"},
		"zeros":          {func(p string) error { return os.Symlink("/dev/zero", p) }, "not ELF"},
		"link to itself": {func(p string) error { return os.Symlink(loaderName, p) }, ""},
		"link to none":   {func(p string) error { return os.Symlink("none", p) }, "no such file"},
		"proc":           {func(p string) error { return os.Symlink("/proc/self/mem", p) }, ""},
	} {
		dir := bare(t, app)
		if err := c.make(filepath.Join(dir, "lib", loaderName)); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), dir+"/lib/"+loaderName+": "+c.why)
		})
	}
}

func bind(path string) error {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Mknod(path, unix.S_IFSOCK|0o755, 0)
}

func TestUnreadableLoader(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	path := filepath.Join(dir, "lib", loaderName)
	for _, closed := range []string{path, filepath.Dir(path)} {
		if err := os.Chmod(closed, 0); err != nil {
			t.Fatal(err)
		}
		cmd := trial.Command(dir + "/app")
		cmd.SysProcAttr = trial.Nobody()
		trial.Complains(t, trial.Run(t, cmd), path+": no access", wantsOurs)
		if err := os.Chmod(closed, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLoaderOnANoexecMount(t *testing.T) {
	t.Parallel()
	dir := bare(t, program(t, "hello.c"))
	script := fmt.Sprintf("mount -t tmpfs -o noexec none %[1]s/lib && cp %[2]s %[1]s/lib/%[3]s && exec %[1]s/app", dir, lib(t, "libc.so"), loaderName)
	r := trial.Run(t, trial.Command(append(withMounts(t), "sh", "-c", script)...))
	trial.Complains(t, r, dir+"/lib/"+loaderName+": noexec mount")
}

// A good one behind a bad one is found: the bad one is passed over, and named only if none is good.
func TestBadLoaderIsPassedOver(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	trial.Write(t, filepath.Join(dir, loaderName), []byte("garbage"))
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "hello\n")
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "RELINTERP_LOADER=/dev/null")), "hello\n")
}

func TestLoaderThatWantsALargeAlignment(t *testing.T) {
	t.Parallel()
	for _, align := range []uint64{0, 1, 64 << 10, 2 << 20} {
		dir := folder(t, program(t, "auxv.c"))
		trial.Alter(t, filepath.Join(dir, "lib", loaderName), func(data []byte) []byte {
			for _, ph := range loads(data) {
				le.PutUint64(data[ph+pAlign:], align)
			}
			return data
		})
		r := trial.Run(t, trial.Command(dir+"/app"))
		var base uint64
		if _, err := fmt.Sscanf(r.Out, "base=%x", &base); err != nil || base == 0 || base&(max(align, 4096)-1) != 0 {
			t.Errorf("alignment %#x: %v in %+v", align, err, r)
		}
	}
}

func TestMemoryLimitTooSmallForTheLoader(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	prlimit := need.Tool(t, "prlimit", "util-linux")
	failed := false
	for kib := 100; kib < 1400; kib += 20 {
		r := trial.Run(t, trial.Command(prlimit, fmt.Sprintf("--as=%d", kib<<10), dir+"/app"))
		switch {
		case r.Status == 127:
			failed = true
			trial.Complains(t, r, "unusable")
		case r.Out == "hello\n":
		case r.Status == 139, r.Signal != 0: // the kernel's own, before the first instruction
		default:
			t.Logf("%d KiB: %+v", kib, r)
		}
	}
	if !failed {
		t.Error("no limit was too small")
	}
}
