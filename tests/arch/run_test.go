package arch

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

	"relinterp/internal/need"
)

// result is what came of a process.
type result struct {
	out, err string
	status   int
	signal   syscall.Signal
}

func (r result) String() string {
	return fmt.Sprintf("status %d, %v, stdout %q, stderr %q", r.status, r.signal, r.out, r.err)
}

// start is a program to run: the words, options for qemu alone, and the environment.
type start struct {
	argv []string
	qemu []string
	env  []string
	dir  string
}

// run starts a program of the machine and waits, two minutes at most. One that did not start has
// status -1.
func (m machine) run(t testing.TB, s start) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var argv []string
	if m.runner != nil {
		argv = append(append(argv, m.runner...), s.qemu...)
	}
	argv = append(argv, s.argv...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}, s.env...)
	cmd.Dir = s.dir
	cmd.WaitDelay = time.Second
	var out, text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &text
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%v: still running after two minutes\n%s%s", cmd, out.String(), text.String())
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		if errors.Is(err, syscall.ENOEXEC) {
			need.Missing(t, "a kernel that runs programs for "+m.Name, "the tests on one with CONFIG_IA32_EMULATION")
		}
		return result{err: err.Error(), status: -1}
	}
	ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
	r := result{out: out.String(), err: text.String(), status: ws.ExitStatus()}
	if ws.Signaled() {
		r.signal = ws.Signal()
	}
	return r
}

// app runs the program of a folder.
func (m machine) app(t testing.TB, dir string) result {
	t.Helper()
	return m.run(t, start{argv: []string{dir + "/app"}})
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
	line, rest, whole := strings.Cut(r.err, "\n")
	if r.status != 127 || r.out != "" || !whole || rest != "" || !strings.HasPrefix(line, "relinterp: ") {
		t.Errorf("got %s, want status 127 and one line of ours", r)
	}
	for _, part := range parts {
		if !strings.Contains(line, part) {
			t.Errorf("stderr does not say %q: %q", part, line)
		}
	}
}
