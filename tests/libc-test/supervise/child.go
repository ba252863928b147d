package supervise

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	childName     = "relinterp-supervise"
	orderVariable = "RELINTERP_SUPERVISE"
	answerFD      = 3
	// grace is how long a child may live on after the program has ended: what is ending anyway is not left behind.
	grace = 300 * time.Millisecond
	// statusFailed is the supervisor's own exit status, never the program's.
	statusFailed = 1
)

func init() {
	if len(os.Args) == 1 && os.Args[0] == childName {
		if err := child(os.Getenv(orderVariable)); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", childName, err)
			os.Exit(statusFailed)
		}
		os.Exit(0)
	}
}

// child is the adopting process.
func child(order string) error {
	var s Spec
	if err := json.Unmarshal([]byte(order), &s); err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become a subreaper: %w", err)
	}
	if err := unix.CloseRange(answerFD, ^uint(0), unix.CLOSE_RANGE_CLOEXEC); err != nil {
		for fd := answerFD; fd < 1024; fd++ { // before Linux 5.11
			unix.CloseOnExec(fd)
		}
	}
	for _, l := range s.Limits {
		if err := syscall.Setrlimit(l.Resource, &syscall.Rlimit{Cur: l.Value, Max: l.Value}); err != nil {
			return fmt.Errorf("limit %d to %d: %w", l.Resource, l.Value, err)
		}
	}
	pid, err := syscall.ForkExec(s.Argv[0], s.Argv, &syscall.ProcAttr{
		Env: s.Env, Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Setsid: true}})
	var r Result
	if err != nil {
		// As a shell has it, so that a program that the kernel refuses is a result and not a fault of ours.
		fmt.Fprintf(os.Stderr, "%s: %v\n", s.Argv[0], err)
		r.Status = 126
	} else {
		r = wait(pid, s.Timeout, stop)
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = os.NewFile(answerFD, "answer").Write(text)
	return err
}

// wait ends when the program and every descendant is gone.
func wait(pid int, timeout time.Duration, stop <-chan os.Signal) Result {
	var timedOut atomic.Bool
	over := make(chan struct{})
	go func() {
		select {
		case <-time.After(timeout):
			timedOut.Store(true)
		case <-stop:
		case <-over:
			return
		}
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}()
	var r Result
	for {
		var ws syscall.WaitStatus
		got, err := syscall.Wait4(-1, &ws, 0, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || got == pid {
			r.Status = ws.ExitStatus()
			if ws.Signaled() {
				r.Signal = ws.Signal()
			}
			break
		}
	}
	close(over)
	r.TimedOut = timedOut.Load()
	r.Left = clean(r.TimedOut)
	return r
}

// clean waits for what is ending, kills the rest and gives its names. After a timeout all is killed at once.
func clean(now bool) (left []string) {
	deadline, named := time.Now().Add(grace), map[int]bool{}
	for {
		got, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if errors.Is(err, syscall.ECHILD) {
			return left
		}
		if got > 0 {
			continue
		}
		if now || time.Now().After(deadline) {
			left = append(left, killChildren(named)...)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// killChildren kills the direct children; theirs become ours when they are gone. It names each once:
// one that is dying may be seen again.
func killChildren(named map[int]bool) (names []string) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		name, parent, state := parseStat(string(text))
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil || parent != os.Getpid() || state == "Z" {
			continue
		}
		if syscall.Kill(pid, syscall.SIGKILL) == nil && !named[pid] {
			named[pid] = true
			names = append(names, name)
		}
	}
	return names
}

// parseStat reads name, parent and state of a process (proc_pid_stat(5)); the name may hold blanks and brackets.
func parseStat(text string) (name string, parent int, state string) {
	begin, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if begin < 0 || end < begin {
		return "", 0, ""
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 2 {
		return "", 0, ""
	}
	parent, _ = strconv.Atoi(fields[1])
	return text[begin+1 : end], parent, fields[0]
}
