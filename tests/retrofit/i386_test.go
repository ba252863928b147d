package retrofit

import (
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// runsHere skips the test where the kernel starts no programs of 32 bits.
func (l libc) runsHere(t *testing.T) {
	t.Helper()
	app := shop.Compile(t, "testdata", "static", l.cc(t), "-static", source(t, "hello.c"))
	if r := trial.Run(t, trial.Command(app)); strings.Contains(r.Err, "exec format error") {
		trial.Limit(t, "this kernel starts no i386 programs: it wants CONFIG_IA32_EMULATION")
	}
}

func TestI386(t *testing.T) {
	t.Parallel()
	i386.runsHere(t)
	for _, words := range []string{"", "-no-pie", "-s", "-Wl,-z,pack-relative-relocs", "-Wl,-z,noseparate-code -no-pie",
		"-Wl,--spare-dynamic-tags=0", "-Wl,--hash-style=sysv", "-Wl,-z,max-page-size=0x10000"} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			dir := i386.uses(t, strings.Fields(words)...)
			runsPatched(t, dir)
		})
	}
}

func TestToolsOnI386(t *testing.T) {
	t.Parallel()
	i386.runsHere(t)
	for _, change := range changes {
		for _, words := range [][]string{nil, {"-no-pie"}} {
			dir := i386.patched(t, words...)
			argv := strings.Fields(strings.ReplaceAll(change.words, "APP", dir+"/app"))
			if r := trial.Run(t, trial.Command(append([]string{need.Tool(t, change.program, change.pkg)}, argv...)...)); r.Status != 0 {
				t.Fatalf("%s %v: %s", change.program, argv, r)
			}
			if r := trial.Run(t, trial.Command(dir+"/app")); r.Out != greets {
				t.Errorf("%v, %s %s: %s", words, change.program, change.words, r)
			}
		}
	}
}

func TestI386ThreadsAndHeap(t *testing.T) {
	t.Parallel()
	i386.runsHere(t)
	for name, want := range map[string]string{"threads.c": "early 41, main 42, threads 356\n", "heap.c": "heap ok\n", "again.c": "again\n",
		"ctors.c": "constructor 1, argc 1, end\natexit\ndestructor\n"} {
		for _, words := range [][]string{nil, {"-no-pie"}} {
			dir := i386.folder(t, i386.program(t, name, words...))
			retrofit(t, dir+"/app")
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), want)
		}
	}
}
