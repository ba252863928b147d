// Package trial is what tests that start programs share: files that may be executed right after they
// were written, programs that are run with an end, and what such a run must have given.
package trial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Result is what came of a process.
type Result struct {
	Out, Err string
	Status   int
	Signal   syscall.Signal
}

func (r Result) String() string {
	return fmt.Sprintf("status %d, %v, stdout %s, stderr %s", r.Status, r.Signal, Short(r.Out), Short(r.Err))
}

// Short quotes a text, the middle left out where it is long.
func Short(s string) string {
	if len(s) > 1000 {
		return fmt.Sprintf("%q...%q", s[:300], s[len(s)-300:])
	}
	return fmt.Sprintf("%q", s)
}

// Command prepares a program with an environment that is the same everywhere.
func Command(argv ...string) *exec.Cmd {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
	return cmd
}

// In gives a command a folder and more environment.
func In(dir string, cmd *exec.Cmd, env ...string) *exec.Cmd {
	cmd.Dir = dir
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// Run waits for a command, a minute at most. One that did not start has status -1 and the reason in Err.
func Run(t testing.TB, cmd *exec.Cmd) Result {
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
		return Result{Err: err.Error(), Status: -1}
	}
	ws := limited.ProcessState.Sys().(syscall.WaitStatus)
	r := Result{Out: out.String(), Err: text.String(), Status: ws.ExitStatus()}
	if ws.Signaled() {
		r.Signal = ws.Signal()
	}
	return r
}

// Works wants exactly this output and nothing else.
func Works(t testing.TB, r Result, out string) {
	t.Helper()
	if r.Status != 0 || r.Out != out || r.Err != "" {
		t.Errorf("got %s, want status 0 and %q", r, out)
	}
}

// DoesNotStart wants the kernel to refuse the program, because there is no such interpreter.
func DoesNotStart(t testing.TB, r Result) {
	t.Helper()
	if r.Status != -1 || !strings.Contains(r.Err, "no such file") {
		t.Errorf("got %s, want that it does not start", r)
	}
}

// Complains wants one line of the entry object on stderr that holds all parts, status 127 and nothing else.
func Complains(t testing.TB, r Result, parts ...string) {
	t.Helper()
	if r.Status != 127 || r.Signal != 0 || r.Out != "" {
		t.Errorf("got %s, want status 127 and no output", r)
	}
	line, rest, whole := strings.Cut(r.Err, "\n")
	if !whole || rest != "" || !strings.HasPrefix(line, "relinterp: ") {
		t.Errorf("stderr is not one line of ours: %s", Short(r.Err))
	}
	for _, part := range parts {
		if !strings.Contains(line, part) {
			t.Errorf("stderr does not say %q: %s", part, Short(line))
		}
	}
}
