// Package cli is what the project's commands have in common: one place that exits, an `error:` line with
// what and where, a `hint:` line with the mend, and signals that let a run clean up.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

// Exit statuses. One that a signal ended dies of that signal.
const (
	StatusDone    = 0
	StatusFailed  = 1
	StatusUsage   = 2
	StatusRefused = 3
)

// Error is what the user reads: what went wrong and where, and how to mend it.
type Error struct {
	What string
	Hint string // "" for none
}

func (e *Error) Error() string { return e.What }

// Usage is an error of the command line itself: nothing was looked at yet.
type Usage struct{ What, Hint string }

func (e *Usage) Error() string { return e.What }

// Usagef makes a Usage with a hint.
func Usagef(hint, format string, args ...any) *Usage {
	return &Usage{fmt.Sprintf(format, args...), hint}
}

// Status is the error of a run that has said everything already and only wants to exit so.
type Status int

func (s Status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// Lines words an error, as `NAME: error: WHAT` and `NAME: hint: HINT`.
func Lines(name, what, hint string) string {
	text := fmt.Sprintf("%s: error: %s\n", name, Plain(what))
	if hint != "" {
		text += fmt.Sprintf("%s: hint: %s\n", name, Plain(hint))
	}
	return text
}

// Plain keeps a file's name from ending a line or steering the terminal: control characters become '?'.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, text)
}

// Main runs a command with the process's arguments and gives the exit status.
func Main(root *cobra.Command) int {
	debug.SetGCPercent(400) // commands live for a moment
	ctx, stop := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	var heeded []os.Signal
	for _, sig := range []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP} {
		if !signal.Ignored(sig) { // as under nohup
			signal.Notify(signals, sig)
			heeded = append(heeded, sig)
		}
	}
	// A full pipe or a limit of file size is the error of a write, not the end: what was begun is cleaned up.
	signal.Notify(make(chan os.Signal, 1), unix.SIGPIPE, unix.SIGXFSZ)
	go func() {
		sig := <-signals
		signal.Reset(heeded...) // the second one does not wait
		stop(Interrupted{sig.(unix.Signal)})
	}()
	status := run(ctx, root, os.Stderr)
	var by Interrupted
	if errors.As(context.Cause(ctx), &by) {
		signal.Reset(by.Signal)
		_ = unix.Kill(os.Getpid(), by.Signal)
		time.Sleep(time.Second) // the signal is on its way, unless somebody holds it back
		return 128 + int(by.Signal)
	}
	return status
}

// Interrupted is the cause of the context that a signal ended.
type Interrupted struct{ Signal unix.Signal }

func (i Interrupted) Error() string { return "stopped by " + unix.SignalName(i.Signal) }

// FlagError words an option that cannot be read; for cobra's SetFlagErrorFunc.
func FlagError(cmd *cobra.Command, err error) error {
	return Usagef(fmt.Sprintf("%s --help lists the options", cmd.CommandPath()), "%v", err)
}

// run does all but signals.
func run(ctx context.Context, root *cobra.Command, stderr io.Writer) int {
	root.SilenceErrors, root.SilenceUsage = true, true
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return StatusDone
	}
	var status Status
	if errors.As(err, &status) {
		return int(status)
	}
	what, hint, code := err.Error(), "", StatusFailed
	var mine *Error
	var usage *Usage
	switch {
	case errors.As(err, &usage):
		what, hint, code = usage.What, usage.Hint, StatusUsage
	case errors.As(err, &mine):
		what, hint = mine.What, mine.Hint
	case strings.HasPrefix(what, "unknown command"), strings.HasPrefix(what, "unknown flag"):
		what, _, _ = strings.Cut(what, "\n")
		hint, code = cmd.CommandPath()+" --help lists them", StatusUsage
	}
	fmt.Fprint(stderr, Lines(cmd.CommandPath(), what, hint))
	return code
}
