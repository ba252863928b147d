package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// result is what came of a process.
type result struct {
	out, err string
	status   int
	signal   syscall.Signal
}

func (r result) String() string {
	return fmt.Sprintf("status %d, %v, stdout %s, stderr %s", r.status, r.signal, short(r.out), short(r.err))
}

// short quotes a text, the middle left out where it is long.
func short(s string) string {
	if len(s) > 1000 {
		return fmt.Sprintf("%q...%q", s[:300], s[len(s)-300:])
	}
	return fmt.Sprintf("%q", s)
}

// command prepares a program with an environment that is the same everywhere.
func command(argv ...string) *exec.Cmd {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
	return cmd
}

// in gives a command a folder and more environment.
func in(dir string, cmd *exec.Cmd, env ...string) *exec.Cmd {
	cmd.Dir = dir
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// run waits for a command, a minute at most. One that did not start has status -1 and the reason in err.
func run(t testing.TB, cmd *exec.Cmd) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	limited := exec.CommandContext(ctx, cmd.Path)
	limited.Args, limited.Env, limited.Dir = cmd.Args, cmd.Env, cmd.Dir
	limited.SysProcAttr, limited.Stdin, limited.ExtraFiles = cmd.SysProcAttr, cmd.Stdin, cmd.ExtraFiles
	limited.Err = cmd.Err
	limited.WaitDelay = time.Second
	var out, text bytes.Buffer
	limited.Stdout, limited.Stderr = &out, &text
	err := limited.Run()
	if ctx.Err() != nil {
		t.Fatalf("%v: still running after a minute\n%s%s", cmd, out.String(), text.String())
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result{err: err.Error(), status: -1}
	}
	ws := limited.ProcessState.Sys().(syscall.WaitStatus)
	r := result{out: out.String(), err: text.String(), status: ws.ExitStatus()}
	if ws.Signaled() {
		r.signal = ws.Signal()
	}
	return r
}

// works wants exactly this output and nothing else.
func works(t testing.TB, r result, out string) {
	t.Helper()
	if r.status != 0 || r.out != out || r.err != "" {
		t.Errorf("got %s, want status 0 and %q", r, out)
	}
}

// complains wants one line on stderr that holds all parts, status 127 and nothing else.
func complains(t testing.TB, r result, parts ...string) {
	t.Helper()
	if r.status != 127 || r.signal != 0 || r.out != "" {
		t.Errorf("got %s, want status 127 and no output", r)
	}
	line, rest, whole := strings.Cut(r.err, "\n")
	if !whole || rest != "" || !strings.HasPrefix(line, "relinterp: ") {
		t.Errorf("stderr is not one line of ours: %s", short(r.err))
	}
	for _, part := range parts {
		if !strings.Contains(line, part) {
			t.Errorf("stderr does not say %q: %s", part, short(line))
		}
	}
}

// alter reads a file, changes its bytes and writes it again.
func alter(t testing.TB, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, change(data))
}
