package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"relinterp/internal/need"
)

// gdb runs commands in gdb and gives all that it said.
func gdb(t *testing.T, argv []string, commands ...string) string {
	t.Helper()
	words := []string{need.Tool(t, "gdb", "gdb"), "-nx", "-q", "-batch", "-ex", "set breakpoint pending on", "-ex", "set confirm off",
		"-ex", "set debuginfod enabled off", "-ex", "set auto-load off"}
	for _, c := range commands {
		words = append(words, "-ex", c)
	}
	cmd := in(t.TempDir(), command(append(words, argv...)...), "HOME="+t.TempDir())
	r := run(t, cmd)
	return r.out + r.err
}

// says wants each part, in this order.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		at := regexp.MustCompile(part).FindStringIndex(rest)
		if at == nil {
			t.Fatalf("no %q behind what came before it in:\n%s", part, text)
		}
		rest = rest[at[1]:]
	}
}

func TestGdbStopsInMain(t *testing.T) {
	t.Parallel()
	for _, words := range [][]string{nil, {"-no-pie"}} {
		dir := usesLibraries(t, words...)
		says(t, gdb(t, []string{dir + "/app"}, "break main", "run", "info sharedlibrary", "continue"),
			`Breakpoint 1, main`, dir+"/lib/libgreet.so", "greet", "plug", "exited normally")
	}
}

func TestGdbStopsInLibraries(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	says(t, gdb(t, []string{dir + "/app"}, "break greet", "break plug", "run", "bt", "continue", "bt", "info sharedlibrary", "continue"),
		`Breakpoint 1.*, greet`, `main \(argc=`, `Breakpoint 2.*, plug`, `main \(argc=`,
		dir+"/lib/libgreet.so", dir+"/lib/"+loaderName, dir+"/lib/libplugin.so", "exited normally")
}

func TestGdbStopsInLibrariesOfAStrippedProgram(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	if r := run(t, command(need.Tool(t, "strip", "binutils"), dir+"/app")); r.status != 0 {
		t.Fatal(r)
	}
	says(t, gdb(t, []string{dir + "/app"}, "break greet", "break plug", "run", "continue", "continue"),
		`Breakpoint 1.*, greet`, `Breakpoint 2.*, plug`, "exited normally")
}

// A stock loader announces nothing to a program without PT_INTERP: the entry object does, once.
func TestGdbStopsInLibrariesOfAStockLoader(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	clone(t, stock(t), filepath.Join(dir, "lib", loaderName))
	says(t, gdb(t, []string{dir + "/app"}, "break greet", "run", "info sharedlibrary", "continue"),
		`Breakpoint 1.*, greet`, dir+"/lib/libgreet.so", "exited normally")
}

// The entry is passed twice, first on the kernel's way and then on the loader's.
func TestGdbStopsAtTheEntry(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	says(t, gdb(t, []string{dir + "/app"}, "break _start", "run", "continue", "delete", "continue"),
		`Breakpoint 1.*, 0x[0-9a-f]+ in _start`, `Breakpoint 1.*, 0x[0-9a-f]+ in _start`, both, "exited normally")
}

// spinning gives a program that waits, or dies, in a function called from main.
func spinning(t *testing.T) string {
	t.Helper()
	greet := library(t, "libgreet.so", "greet.c")
	dir := folder(t, program(t, "spin.c", "-L"+filepath.Dir(greet), "-lgreet"))
	clone(t, greet, filepath.Join(dir, "lib", "libgreet.so"))
	return dir
}

func TestGdbAttaches(t *testing.T) {
	t.Parallel()
	dir := spinning(t)
	cmd := exec.Command(dir + "/app")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "greet\n" {
		t.Fatal(line)
	}
	text := gdb(t, []string{dir + "/app"}, fmt.Sprintf("attach %d", cmd.Process.Pid), "info sharedlibrary", "bt", "detach")
	if strings.Contains(text, "Could not attach") || strings.Contains(text, "ptrace: Operation not permitted") {
		limit(t, "this machine forbids to attach: sysctl kernel.yama.ptrace_scope=0, or run the tests as root")
	}
	says(t, text, dir+"/lib/libgreet.so", "here", "main")
}

func TestCoreFile(t *testing.T) {
	t.Parallel()
	dir := spinning(t)
	pattern, _ := os.ReadFile("/proc/sys/kernel/core_pattern")
	var core string
	if name := strings.TrimSpace(string(pattern)); strings.HasPrefix(name, "core") {
		run(t, in(dir, command("sh", "-c", "ulimit -c unlimited; exec ./app die")))
		found, _ := filepath.Glob(dir + "/core*")
		if len(found) == 1 {
			core = found[0]
		}
	}
	if core == "" { // the machine sends cores elsewhere: gdb writes the same file
		core = dir + "/core"
		gdb(t, []string{"--args", dir + "/app", "die"}, "run", "generate-core-file "+core)
	}
	says(t, gdb(t, []string{dir + "/app", core}, "bt", "info sharedlibrary"),
		"SIGSEGV", `here \(place=`, `main \(argc=`, dir+"/lib/libgreet.so")
}

func TestLldbStopsInLibraries(t *testing.T) {
	t.Parallel()
	lldb := need.Tool(t, "lldb", "lldb")
	dir := usesLibraries(t)
	cmd := in(dir, command(lldb, "--no-lldbinit", "-b", "-o", "settings set target.disable-aslr true", "-o", "breakpoint set -n main",
		"-o", "breakpoint set -n greet", "-o", "breakpoint set -n plug", "-o", "run", "-o", "continue", "-o", "bt", "-o", "continue", "-o", "image list", "-o", "continue", dir+"/app"), "HOME="+t.TempDir())
	r := run(t, cmd)
	says(t, r.out+r.err, `stop reason = breakpoint 1`, `stop reason = breakpoint 2`, `libgreet.so.greet`, `app.main`,
		`stop reason = breakpoint 3`, dir+"/lib/"+loaderName, dir+"/lib/libplugin.so", "status = 0")
}

// Debuggers and hardeners stumble over code that is written, and over files without a place.
func TestEntryWritesNoCode(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	r := run(t, command(need.Tool(t, "strace", "strace"), "-q", "-e", "trace=mmap,mprotect,memfd_create,execve,ptrace", dir+"/app"))
	if r.out != "hello\n" || strings.Count(r.err, "execve") != 1 {
		t.Errorf("got %+v", r)
	}
	for _, bad := range []string{"memfd_create", "ptrace", "PROT_WRITE|PROT_EXEC", "--- SIG"} {
		if strings.Contains(r.err, bad) {
			t.Errorf("%s in\n%s", bad, r.err)
		}
	}
}
