package retrofit

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

func TestThreadsAndTheirStorage(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, words := range [][]string{nil, {"-no-pie"}} {
			dir := l.folder(t, l.program(t, "threads.c", words...))
			retrofit(t, dir+"/app")
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "early 41, main 42, threads 356\n")
		}
	})
}

func TestConstructorsAndDestructors(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, words := range [][]string{nil, {"-no-pie"}} {
			dir := l.folder(t, l.program(t, "ctors.c", words...))
			retrofit(t, dir+"/app")
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "constructor 1, argc 1, end\natexit\ndestructor\n")
		}
	})
}

func TestPreloadedLibrary(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.patched(t)
		r := trial.Run(t, trial.In("", trial.Command(dir+"/app"), "LD_PRELOAD="+l.sharedObject(t, "libpreload.so", "preload.c")))
		if r.Out != greets || r.Err != "preloaded\n" {
			t.Errorf("got %s", r)
		}
	})
}

func TestStacksOfThreads(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.folder(t, l.program(t, "stack.c"))
		if l.name == "musl" {
			dir := l.folder(t, l.program(t, "stack.c"))
			retrofit(t, dir+"/app")
			if r := trial.Run(t, trial.Command(dir+"/app", "use")); r.Signal == 0 {
				t.Errorf("the usual stack holds 3 MiB: %s", r)
			}
		}
		o := beside
		o.StackSize = 8 << 20
		retrofitWith(t, dir+"/app", o)
		r := trial.Run(t, trial.Command(dir+"/app", "use"))
		if kib, err := strconv.Atoi(strings.TrimSpace(r.Out)); err != nil || kib < 8<<10-16 {
			t.Errorf("got %s, want some 8192 KiB", r)
		}
	})
}

func TestHeapAtAnyPlace(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		setarch := need.Tool(t, "setarch", "util-linux")
		for _, words := range [][]string{nil, {"-no-pie"}} {
			dir := l.folder(t, l.program(t, "heap.c", words...))
			retrofit(t, dir+"/app")
			for _, before := range [][]string{nil, {setarch, "-R"}, {setarch, "-L"}, {launcher(t), "small-stack"}} {
				trial.Works(t, trial.Run(t, trial.Command(append(before, dir+"/app")...)), "heap ok\n")
			}
		}
	})
}

func TestEnvironmentAndArgumentsArrive(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		dir := l.folder(t, l.program(t, "show.c"))
		retrofit(t, dir+"/app")
		var env []string
		for i := range 1000 {
			env = append(env, fmt.Sprintf("V%03d=%s", i, strings.Repeat("x", 95)))
		}
		cmd := trial.In("", trial.Command(dir+"/app", "", strings.Repeat("a", 100_000)), env...)
		cmd.Env = cmd.Env[2:]
		trial.Works(t, trial.Run(t, cmd), "argc=3\narg=0\narg=100000\nenv=101000 of 1000\nfd=0\nfd=1\nfd=2\n")
		hello := l.folder(t, l.program(t, "hello.c"))
		retrofit(t, hello+"/app")
		trial.Works(t, trial.Run(t, trial.Command(launcher(t), "argc0", hello+"/app")), "hello\n")
	})
}

func TestAuxiliaryVector(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, words := range [][]string{nil, {"-no-pie"}} {
			dir := l.folder(t, l.program(t, "auxv.c", words...))
			retrofit(t, dir+"/app")
			r := trial.Run(t, trial.Command(dir+"/app"))
			var base, kernels uint64
			if _, err := fmt.Sscanf(r.Out, "base=%x\nkernel.base=%x\n", &base, &kernels); err != nil || base == 0 || kernels != 0 { // the stub does not tell the kernel
				t.Errorf("AT_BASE: %v in %s", err, r.Out)
			}
			if want := "\nphdr=1\nkernel.phdr=1\n"; !strings.Contains(r.Out, want) {
				t.Errorf("no %q in %s", want, r.Out)
			}
		}
	})
}

func TestValgrindFindsNothing(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		valgrind := need.Tool(t, "valgrind", "valgrind")
		dir := l.patched(t)
		trial.Works(t, trial.Run(t, trial.Command(valgrind, "-q", "--error-exitcode=99", dir+"/app")), greets)
	})
}

func TestMemoryDenyWriteExecute(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		r := trial.Run(t, trial.Command(launcher(t), "mdwe", l.patched(t)+"/app"))
		if r.Status == 125 {
			trial.Limit(t, "this kernel has no PR_SET_MDWE: "+r.Err)
		}
		trial.Works(t, r, greets)
		if r := trial.Run(t, trial.Command(launcher(t), "mdwe", static(t, "mexec.c"))); r.Status != 1 {
			t.Errorf("mprotect(PROT_EXEC) should fail there: %s", r)
		}
	})
}

func TestSeccompThatForbidsMakingMemoryExecutable(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		trial.Works(t, trial.Run(t, trial.Command(launcher(t), "deny-exec", l.patched(t)+"/app")), greets)
		if r := trial.Run(t, trial.Command(launcher(t), "deny-exec", static(t, "mexec.c"))); r.Signal == 0 {
			t.Errorf("mprotect(PROT_EXEC) should kill there: %s", r)
		}
	})
}

func TestSandboxes(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		for _, mode := range []string{"no-new-privs", "deny-set-mm"} {
			trial.Works(t, trial.Run(t, trial.Command(launcher(t), mode, l.patched(t)+"/app")), greets)
		}
	})
}

// The setting belongs to a namespace of processes, where it can only be raised.
func TestNoExecutableMemfds(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		if !exists("/proc/sys/vm/memfd_noexec") {
			trial.Limit(t, "this kernel has no vm.memfd_noexec")
		}
		const script = `echo 2 > /proc/sys/vm/memfd_noexec && "$1" memfd && exit 9; exec "$0"`
		words := []string{"unshare", "--pid", "--fork", "sh", "-c", script, l.patched(t) + "/app", static(t, "mexec.c")}
		if exec.Command("unshare", "--pid", "--fork", "true").Run() != nil {
			words = append([]string{"unshare", "--user", "--map-root-user"}, words[1:]...)
		}
		r := trial.Run(t, trial.Command(words...))
		if strings.Contains(r.Err, "unshare: ") || strings.Contains(r.Err, "memfd_noexec: ") {
			trial.Limit(t, "this user may not set vm.memfd_noexec: "+r.Err)
		}
		trial.Works(t, r, greets)
	})
}

// static compiles a program whose start is no concern of any loader.
func static(t *testing.T, name string) string {
	t.Helper()
	return shop.Compile(t, "testdata", strings.TrimSuffix(filepath.Base(name), ".c"), need.Tool(t, "gcc", "gcc"), "-static", source(t, name))
}
