// Package supervise runs a program so that nothing of it outlives the call: in a session of its own,
// under a timeout, below a process that adopts every orphan (PR_SET_CHILD_SUBREAPER, prctl(2)) and
// reports and kills what is left.
//
// The adopting process is the caller's own executable, started again: importing this package is enough.
package supervise

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Limit is a resource limit of the program, soft and hard alike (getrlimit(2)).
type Limit struct {
	Resource int
	Value    uint64
}

// Spec says what to run.
type Spec struct {
	Argv    []string
	Env     []string // exactly this
	Dir     string
	Timeout time.Duration
	Limits  []Limit
}

// Result is what came of a program.
type Result struct {
	Status   int            // exit status, -1 where a signal ended it
	Signal   syscall.Signal // 0 where it exited
	TimedOut bool
	Left     []string // names of the processes that it left behind
	Output   string   // standard output
	Errors   string   // standard error
}

// Passed says whether the program exited with status 0 and left nothing behind.
func (r Result) Passed() bool { return r.Kind() == "pass" }

// Kind is the result in a word or two: pass, status N, signal N, timeout, left NAMES.
func (r Result) Kind() string {
	switch {
	case r.TimedOut:
		return "timeout"
	case r.Signal != 0:
		return fmt.Sprintf("signal %d", int(r.Signal))
	case r.Status != 0:
		return fmt.Sprintf("status %d", r.Status)
	case len(r.Left) > 0:
		return "left " + strings.Join(r.Left, " ")
	}
	return "pass"
}

// maxOutput is what is kept of each stream, in bytes.
const maxOutput = 1 << 20

// Run runs a program and waits for it and all of its descendants. The error says that it could not
// be tried; whatever the program itself does is in the result.
func Run(ctx context.Context, s Spec) (Result, error) {
	order, err := json.Marshal(s)
	if err != nil {
		return Result{}, err
	}
	answers, answer, err := os.Pipe()
	if err != nil {
		return Result{}, err
	}
	defer answers.Close()
	defer answer.Close()
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{childName}
	cmd.Env = []string{orderVariable + "=" + string(order)}
	cmd.Dir = s.Dir
	cmd.ExtraFiles = []*os.File{answer}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	var out, text capped
	cmd.Stdout, cmd.Stderr = &out, &text
	if err := cmd.Start(); err != nil {
		return Result{}, fmt.Errorf("%s: %w", s.Argv[0], err)
	}
	answer.Close()
	report, readErr := io.ReadAll(answers)
	waitErr := cmd.Wait()
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	if err := errors.Join(readErr, waitErr); err != nil {
		return Result{}, fmt.Errorf("%s: %w: %s", s.Argv[0], err, text.String())
	}
	var r Result
	if err := json.Unmarshal(report, &r); err != nil {
		return Result{}, fmt.Errorf("%s: no report of the supervisor: %w: %s", s.Argv[0], err, text.String())
	}
	r.Output, r.Errors = out.String(), text.String()
	return r, nil
}

// capped is a buffer that forgets what comes behind maxOutput.
type capped struct{ kept bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := maxOutput - c.kept.Len(); room > 0 {
		c.kept.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (c *capped) String() string { return c.kept.String() }
