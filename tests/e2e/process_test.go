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

func TestNoArguments(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	trial.Works(t, trial.Run(t, trial.Command(launcher(t), "argc0", dir+"/app")), "hello\n")
	trial.Complains(t, trial.Run(t, trial.Command(launcher(t), "argc0", bare(t, dir+"/app")+"/app")), "no such file")
}

// Descriptor 2 is then the loader's file for a moment: nothing may be written there.
func TestClosedDescriptors(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	before, _ := os.ReadFile(dir + "/lib/" + loaderName)
	r := trial.Run(t, trial.In("", trial.Command(launcher(t), "closed", dir+"/app"), "RELINTERP_DEBUG=1"))
	if r.Signal != 0 || r.Status > 1 || r.Out+r.Err != "" {
		t.Errorf("got %+v", r)
	}
	if after, _ := os.ReadFile(dir + "/lib/" + loaderName); string(after) != string(before) {
		t.Error("the loader's file has changed")
	}
	if r := trial.Run(t, trial.Command(launcher(t), "closed", bare(t, dir+"/app")+"/app")); r.Status != 127 || r.Signal != 0 {
		t.Errorf("without a loader: %+v", r)
	}
}

func TestLargeEnvironmentAndArguments(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "show.c"))
	var env []string
	for i := range 1000 {
		env = append(env, fmt.Sprintf("V%03d=%s", i, strings.Repeat("x", 95)))
	}
	cmd := trial.In("", trial.Command(dir+"/app", "", strings.Repeat("a", 100_000)), env...)
	cmd.Env = cmd.Env[2:]
	trial.Works(t, trial.Run(t, cmd), "argc=3\narg=0\narg=100000\nenv=101000 of 1000\nfd=0\nfd=1\nfd=2\n")
}

func TestManyArguments(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "show.c"))
	cmd := trial.Command(append([]string{dir + "/app"}, make([]string, 20_000)...)...)
	cmd.Env = nil
	cmd.Env = []string{"A="}
	r := trial.Run(t, cmd)
	if !strings.HasPrefix(r.Out, "argc=20001\n") || !strings.Contains(r.Out, "env=3 of 1\n") {
		t.Errorf("got %.100q, %+v", r.Out, r.Err)
	}
}

func TestNoDescriptorIsLeftOpen(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "show.c"))
	trial.Write(t, filepath.Join(dir, loaderName), []byte("garbage"))
	r := trial.Run(t, trial.Command(dir+"/app"))
	if !strings.HasSuffix(r.Out, "\nfd=0\nfd=1\nfd=2\n") || r.Status != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestSmallStack(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	trial.Works(t, trial.Run(t, trial.Command(launcher(t), "small-stack", dir+"/app")), "hello\n")
	trial.Works(t, trial.Run(t, trial.Command("sh", "-c", "ulimit -s 16; exec "+dir+"/app")), "hello\n")
	trial.Complains(t, trial.Run(t, trial.Command(launcher(t), "small-stack", bare(t, dir+"/app")+"/app")), "no such file")
}

func TestHeapAtAnyPlace(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "heap.c"))
	setarch := need.Tool(t, "setarch", "util-linux")
	if r := trial.Run(t, trial.Command(setarch, "-R", "true")); r.Status != 0 {
		trial.Limit(t, "this machine forbids setarch -R: "+r.Err)
	}
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "heap ok\n")
	trial.Works(t, trial.Run(t, trial.Command(setarch, "-R", dir+"/app")), "heap ok\n")
	trial.Works(t, trial.Run(t, trial.Command("sh", "-c", "ulimit -s 16; exec "+setarch+" -R "+dir+"/app")), "heap ok\n")
	trial.Works(t, trial.Run(t, trial.Command("sh", "-c", "ulimit -s unlimited; exec "+setarch+" -L "+dir+"/app")), "heap ok\n")
}

func TestThreadsAndTheirStorage(t *testing.T) {
	t.Parallel()
	const want = "early 41, main 42, threads 356\n"
	trial.Works(t, trial.Run(t, trial.Command(folder(t, program(t, "threads.c"))+"/app")), want)
	trial.Works(t, trial.Run(t, trial.Command(folder(t, program(t, "threads.c", "-no-pie"))+"/app")), want)
}

func TestPreloadedLibrary(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	r := trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_PRELOAD="+library(t, "libpreload.so", "preload.c")))
	if r.Out != "hello\n" || r.Err != "preloaded\n" {
		t.Errorf("got %+v", r)
	}
}

// The loader must not be mapped writable and executable, nor anything changed to executable.
func TestMemoryDenyWriteExecute(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	r := trial.Run(t, trial.Command(launcher(t), "mdwe", dir+"/app"))
	if r.Status == 125 {
		trial.Limit(t, "this kernel has no PR_SET_MDWE: "+r.Err)
	}
	trial.Works(t, r, both)
}

func TestSandboxes(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	for _, mode := range []string{"no-new-privs", "deny-set-mm"} {
		trial.Works(t, trial.Run(t, trial.Command(launcher(t), mode, dir+"/app")), both)
	}
}

// What the program itself sees, and what the kernel shows to others of the process.
func TestAuxiliaryVector(t *testing.T) {
	t.Parallel()
	if r := trial.Run(t, trial.Command(launcher(t), "has-set-mm", "")); r.Status != 0 {
		trial.Limit(t, "this kernel has no PR_SET_MM_MAP: it wants CONFIG_CHECKPOINT_RESTORE")
	}
	for _, words := range [][]string{nil, {"-no-pie"}} {
		dir := folder(t, program(t, "auxv.c", words...))
		cmd := trial.Command(dir + "/app")
		if words == nil {
			cmd.Env = []string{}
		}
		r := trial.Run(t, cmd)
		var base, kernels uint64
		if _, err := fmt.Sscanf(r.Out, "base=%x\nkernel.base=%x\n", &base, &kernels); err != nil || base == 0 || base != kernels {
			t.Errorf("AT_BASE: %v in %s", err, r.Out)
		}
		loader := dir + "/lib/" + loaderName
		if want := "\nphdr=1\nkernel.phdr=1\ninterp=" + loader + "\n"; !strings.Contains(r.Out, want) {
			t.Errorf("no %q in %s", want, r.Out)
		}
		if !strings.Contains(r.Out, fmt.Sprintf("\nmap=%x-", base)) || !strings.HasSuffix(r.Out, loader+"\n") {
			t.Errorf("AT_BASE is not where the loader is: %s", r.Out)
		}
	}
}

// What the kernel is told of the program must not make constants data, of which RLIMIT_DATA counts each byte when
// the heap grows (mm/mmap.c, brk).
func TestConstantsAreNoData(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "constants.c"))
	trial.Works(t, trial.Run(t, trial.Command("sh", "-c", "ulimit -d 10240; exec "+dir+"/app")), "heap ok\n")
}

func TestMemfdProgramLooksNowhere(t *testing.T) {
	t.Parallel()
	dir, cwd := bare(t, program(t, "hello.c")), t.TempDir()
	for _, name := range []string{loaderName, "libc.so", "lib/" + loaderName} {
		trial.Clone(t, hostile(t), filepath.Join(cwd, name))
	}
	r := trial.Run(t, trial.In(cwd, trial.Command(need.Tool(t, "strace", "strace"), "-e", "trace=open,openat", "-o", cwd+"/trace", launcher(t), "memfd", dir+"/app")))
	trial.Complains(t, r, "/proc/self/exe/", "RELINTERP_LOADER")
	trace, _ := os.ReadFile(cwd + "/trace")
	if strings.Count(string(trace), loaderName) != strings.Count(string(trace), `"/proc/self/exe/`) || !strings.Contains(string(trace), "dir/app") && !strings.Contains(string(trace), dir) {
		t.Errorf("looked somewhere:\n%s", trace)
	}
	trial.Works(t, trial.Run(t, trial.In(cwd, trial.Command(launcher(t), "memfd", dir+"/app"), "RELINTERP_LOADER="+lib(t, "libc.so"))), "hello\n")
}

func TestValgrindFindsNothing(t *testing.T) {
	t.Parallel()
	valgrind := need.Tool(t, "valgrind", "valgrind")
	dir := folder(t, program(t, "hello.c"))
	r := trial.Run(t, trial.Command(valgrind, "-q", "--error-exitcode=99", dir+"/app"))
	trial.Works(t, r, "hello\n")
	r = trial.Run(t, trial.Command(valgrind, "-q", "--error-exitcode=99", bare(t, dir+"/app")+"/app"))
	if r.Status != 127 || strings.Contains(r.Err, "==") {
		t.Errorf("without a loader: %+v", r)
	}
}
