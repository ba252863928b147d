package targets

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestProgressInAPipe(t *testing.T) {
	var out strings.Builder
	p := &progress{w: &out}
	_ = p.do("musl: compile", func() error { return nil })
	_ = p.do("musl: install", func() error { return errors.New("no") })
	if want := regexp.MustCompile(`^musl: compile: 0\.\d s\nmusl: install: failed after 0\.\d s\n$`); !want.MatchString(out.String()) {
		t.Errorf("got %q", out.String())
	}
}

func TestProgressOnATerminalShowsTheTime(t *testing.T) {
	var out strings.Builder
	p := &progress{w: &out, tty: true, tick: time.Millisecond}
	_ = p.do("musl: compile", func() error { time.Sleep(30 * time.Millisecond); return nil })
	if got := out.String(); strings.Count(got, "\r") < 2 || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q, want one line that is written again and again", got)
	}
}

func TestFailedCommandShowsItsLastLines(t *testing.T) {
	err := command{argv: []string{"sh", "-c", "for i in $(seq 30); do echo line $i; done; exit 3"}}.quiet(t.Context())
	if err == nil || !strings.Contains(err.Error(), "exit status 3\nline 16\n") || !strings.HasSuffix(err.Error(), "line 30") {
		t.Errorf("got %v", err)
	}
}
