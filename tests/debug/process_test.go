package debug

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// command prepares a program, in a folder of its own, with an environment that is the same everywhere.
func command(t testing.TB, argv ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TERM=dumb", "HOME=" + cmd.Dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// output runs a command to its end and gives all that it said. Its status says nothing that its
// words do not say.
func output(t testing.TB, cmd *exec.Cmd) string {
	t.Helper()
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	_ = cmd.Run()
	return text.String()
}

// waiting starts a program that says "ready" and stays, and gives its process.
func waiting(t testing.TB, app string) int {
	t.Helper()
	cmd := command(t, app, "wait")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Cancel(); _ = cmd.Wait() })
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("%s wait said %q", app, line)
	}
	for end := time.Now().Add(5 * time.Second); !asleep(cmd.Process.Pid) && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return cmd.Process.Pid
}

// emulator starts a program under qemu, which waits for a debugger before the first instruction, and gives
// the socket at which it does. A socket's path may have 107 bytes: too few for a folder of the test's own.
func emulator(t testing.TB, p *place) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "relinterp-gdb-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "gdb")
	cmd := command(t, p.qemu, "-g", socket, p.app)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Cancel(); _ = cmd.Wait() })
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(socket); err == nil {
			return socket
		} else if time.Now().After(end) {
			t.Fatalf("%v opens no socket", cmd)
		}
	}
}

// asleep says whether all threads of a process are in pause(2), which is number 34 on x86_64 and 29 on i386.
// Other machines' programs turn in circles instead, and are where they shall be after a while.
func asleep(pid int) bool {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		if number, _, _ := strings.Cut(string(text), " "); number != "34" && number != "29" {
			return false
		}
	}
	return true
}

// coreFile lets a program die and gives what the kernel wrote; where the machine sends cores
// elsewhere, gdb writes one.
func coreFile(t testing.TB, app string) string {
	t.Helper()
	cmd := command(t, "sh", "-c", "ulimit -c unlimited; exec "+app+" die")
	pattern, _ := os.ReadFile("/proc/sys/kernel/core_pattern")
	if strings.HasPrefix(string(pattern), "core") {
		_ = output(t, cmd)
		if found, _ := filepath.Glob(cmd.Dir + "/core*"); len(found) == 1 {
			return found[0]
		}
	}
	core := cmd.Dir + "/core"
	text := output(t, command(t, "gdb", "-nx", "-batch", "-ex", "run", "-ex", "generate-core-file "+core, "--args", app, "die"))
	if _, err := os.Stat(core); err != nil {
		t.Fatalf("no core file:\n%s", text)
	}
	return core
}
