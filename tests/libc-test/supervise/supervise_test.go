package supervise

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// sh runs a script.
func sh(t *testing.T, timeout time.Duration, script string, limits ...Limit) Result {
	t.Helper()
	r, err := Run(t.Context(), Spec{Argv: []string{"/bin/sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin"},
		Dir: t.TempDir(), Timeout: timeout, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		"echo out; echo err >&2": "pass",
		"exit 3":                 "status 3",
		"kill -SEGV $$":          "signal 11",
		"sleep 1000":             "timeout",
		"sleep 1000 &":           "left sleep",
		"setsid sleep 1000 &":    "left sleep",
		"sleep 0.05 &":           "pass",
		"(sh -c 'setsid sh -c \"trap : TERM HUP; sleep 1000; :\" &') & sleep 0.1": "left sh sleep",
	} {
		timeout := 30 * time.Second
		if want == "timeout" {
			timeout = 100 * time.Millisecond
		}
		if got := sh(t, timeout, script).Kind(); got != want {
			t.Errorf("%s: %s, want %s", script, got, want)
		}
	}
}

func TestStreamsAreApart(t *testing.T) {
	t.Parallel()
	if r := sh(t, time.Minute, "echo out; echo err >&2"); r.Output != "out\n" || r.Errors != "err\n" {
		t.Errorf("got %+v", r)
	}
}

func TestLongOutputIsCutNotBlocked(t *testing.T) {
	t.Parallel()
	if r := sh(t, time.Minute, "head -c 3000000 /dev/zero"); len(r.Output) != maxOutput || !r.Passed() {
		t.Errorf("%d bytes, %s", len(r.Output), r.Kind())
	}
}

func TestLimitsHoldForTheProgram(t *testing.T) {
	t.Parallel()
	r := sh(t, time.Minute, "ulimit -s; ulimit -Hs", Limit{syscall.RLIMIT_STACK, 100 << 10})
	if r.Output != "100\n100\n" {
		t.Errorf("got %q %q", r.Output, r.Errors)
	}
}

func TestProgramThatCannotStart(t *testing.T) {
	t.Parallel()
	r, err := Run(t.Context(), Spec{Argv: []string{"/no/such"}, Dir: "/", Timeout: time.Minute})
	if err != nil || r.Status != 126 || !strings.Contains(r.Errors, "no such file") {
		t.Errorf("got %+v, %v", r, err)
	}
}

// Whoever stops the caller stops all that it had started.
func TestCancelKillsEverything(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	mark := filepath.Join(t.TempDir(), "pid")
	go func() {
		for text, _ := os.ReadFile(mark); len(text) == 0; text, _ = os.ReadFile(mark) {
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	_, err := Run(ctx, Spec{Argv: []string{"/bin/sh", "-c", "setsid sleep 1000 & echo $! >" + mark + "; wait"}, Dir: "/", Timeout: time.Minute})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	pid, _ := os.ReadFile(mark)
	if _, err := os.Stat("/proc/" + strings.TrimSpace(string(pid))); err == nil {
		t.Error("the sleeper lives")
	}
}

func TestParseStat(t *testing.T) {
	for text, want := range map[string]string{
		"12 (a b) c) S 7 12 12": "a b) c 7 S",
		"12 (x) Z 1 0":          "x 1 Z",
		"":                      " 0 ",
		"12 (x)":                " 0 ",
	} {
		name, parent, state := parseStat(text)
		if got := strings.Join([]string{name, strconv.Itoa(parent), state}, " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
