package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

func TestNoArguments(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	works(t, run(t, command(launcher(t), "argc0", dir+"/app")), "hello\n")
	complains(t, run(t, command(launcher(t), "argc0", bare(t, dir+"/app")+"/app")), "no such file")
}

// Descriptor 2 is then the loader's file for a moment: nothing may be written there.
func TestClosedDescriptors(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	before, _ := os.ReadFile(dir + "/lib/" + loaderName)
	r := run(t, in("", command(launcher(t), "closed", dir+"/app"), "RELINTERP_DEBUG=1"))
	if r.signal != 0 || r.status > 1 || r.out+r.err != "" {
		t.Errorf("got %+v", r)
	}
	if after, _ := os.ReadFile(dir + "/lib/" + loaderName); string(after) != string(before) {
		t.Error("the loader's file has changed")
	}
	if r := run(t, command(launcher(t), "closed", bare(t, dir+"/app")+"/app")); r.status != 127 || r.signal != 0 {
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
	cmd := in("", command(dir+"/app", "", strings.Repeat("a", 100_000)), env...)
	cmd.Env = cmd.Env[2:]
	works(t, run(t, cmd), "argc=3\narg=0\narg=100000\nenv=101000 of 1000\nfd=0\nfd=1\nfd=2\n")
}

func TestManyArguments(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "show.c"))
	cmd := command(append([]string{dir + "/app"}, make([]string, 20_000)...)...)
	cmd.Env = nil
	cmd.Env = []string{"A="}
	r := run(t, cmd)
	if !strings.HasPrefix(r.out, "argc=20001\n") || !strings.Contains(r.out, "env=3 of 1\n") {
		t.Errorf("got %.100q, %+v", r.out, r.err)
	}
}

func TestNoDescriptorIsLeftOpen(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "show.c"))
	write(t, filepath.Join(dir, loaderName), []byte("garbage"))
	r := run(t, command(dir+"/app"))
	if !strings.HasSuffix(r.out, "\nfd=0\nfd=1\nfd=2\n") || r.status != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestSmallStack(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	works(t, run(t, command(launcher(t), "small-stack", dir+"/app")), "hello\n")
	works(t, run(t, command("sh", "-c", "ulimit -s 16; exec "+dir+"/app")), "hello\n")
	complains(t, run(t, command(launcher(t), "small-stack", bare(t, dir+"/app")+"/app")), "no such file")
}

func TestHeapAtAnyPlace(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "heap.c"))
	setarch := need.Tool(t, "setarch", "util-linux")
	if r := run(t, command(setarch, "-R", "true")); r.status != 0 {
		limit(t, "this machine forbids setarch -R: "+r.err)
	}
	works(t, run(t, command(dir+"/app")), "heap ok\n")
	works(t, run(t, command(setarch, "-R", dir+"/app")), "heap ok\n")
	works(t, run(t, command("sh", "-c", "ulimit -s 16; exec "+setarch+" -R "+dir+"/app")), "heap ok\n")
	works(t, run(t, command("sh", "-c", "ulimit -s unlimited; exec "+setarch+" -L "+dir+"/app")), "heap ok\n")
}

func TestThreadsAndTheirStorage(t *testing.T) {
	t.Parallel()
	const want = "early 41, main 42, threads 356\n"
	works(t, run(t, command(folder(t, program(t, "threads.c"))+"/app")), want)
	works(t, run(t, command(folder(t, program(t, "threads.c", "-no-pie"))+"/app")), want)
}

func TestPreloadedLibrary(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	r := run(t, in("", command(dir+"/app"), "LD_PRELOAD="+library(t, "libpreload.so", "preload.c")))
	if r.out != "hello\n" || r.err != "preloaded\n" {
		t.Errorf("got %+v", r)
	}
}

// The loader must not be mapped writable and executable, nor anything changed to executable.
func TestMemoryDenyWriteExecute(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	r := run(t, command(launcher(t), "mdwe", dir+"/app"))
	if r.status == 125 {
		limit(t, "this kernel has no PR_SET_MDWE: "+r.err)
	}
	works(t, r, both)
}

func TestSandboxes(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	for _, mode := range []string{"no-new-privs", "deny-set-mm"} {
		works(t, run(t, command(launcher(t), mode, dir+"/app")), both)
	}
}

// What the program itself sees, and what the kernel shows to others of the process.
func TestAuxiliaryVector(t *testing.T) {
	t.Parallel()
	if r := run(t, command(launcher(t), "has-set-mm", "")); r.status != 0 {
		limit(t, "this kernel has no PR_SET_MM_MAP: it wants CONFIG_CHECKPOINT_RESTORE")
	}
	for _, words := range [][]string{nil, {"-no-pie"}} {
		dir := folder(t, program(t, "auxv.c", words...))
		cmd := command(dir + "/app")
		if words == nil {
			cmd.Env = []string{}
		}
		r := run(t, cmd)
		var base, kernels uint64
		if _, err := fmt.Sscanf(r.out, "base=%x\nkernel.base=%x\n", &base, &kernels); err != nil || base == 0 || base != kernels {
			t.Errorf("AT_BASE: %v in %s", err, r.out)
		}
		loader := dir + "/lib/" + loaderName
		if want := "\nphdr=1\nkernel.phdr=1\ninterp=" + loader + "\n"; !strings.Contains(r.out, want) {
			t.Errorf("no %q in %s", want, r.out)
		}
		if !strings.Contains(r.out, fmt.Sprintf("\nmap=%x-", base)) || !strings.HasSuffix(r.out, loader+"\n") {
			t.Errorf("AT_BASE is not where the loader is: %s", r.out)
		}
	}
}

func TestMemfdProgramLooksNowhere(t *testing.T) {
	t.Parallel()
	dir, cwd := bare(t, program(t, "hello.c")), t.TempDir()
	for _, name := range []string{loaderName, "libc.so", "lib/" + loaderName} {
		clone(t, hostile(t), filepath.Join(cwd, name))
	}
	r := run(t, in(cwd, command(need.Tool(t, "strace", "strace"), "-e", "trace=open,openat", "-o", cwd+"/trace", launcher(t), "memfd", dir+"/app")))
	complains(t, r, "own path not known", "RELINTERP_LOADER=")
	trace, _ := os.ReadFile(cwd + "/trace")
	if strings.Contains(string(trace), loaderName) || !strings.Contains(string(trace), "dir/app") && !strings.Contains(string(trace), dir) {
		t.Errorf("looked somewhere:\n%s", trace)
	}
	works(t, run(t, in(cwd, command(launcher(t), "memfd", dir+"/app"), "RELINTERP_LOADER="+lib(t, "libc.so"))), "hello\n")
}

func TestValgrindFindsNothing(t *testing.T) {
	t.Parallel()
	valgrind := need.Tool(t, "valgrind", "valgrind")
	dir := folder(t, program(t, "hello.c"))
	r := run(t, command(valgrind, "-q", "--error-exitcode=99", dir+"/app"))
	works(t, r, "hello\n")
	r = run(t, command(valgrind, "-q", "--error-exitcode=99", bare(t, dir+"/app")+"/app"))
	if r.status != 127 || strings.Contains(r.err, "==") {
		t.Errorf("without a loader: %+v", r)
	}
}
