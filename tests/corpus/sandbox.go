package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Place is where a program is run.
type Place string

// The places: the host's own root, with the tree at a folder of its own; a root that holds nothing but
// the tree and /proc; and one that holds nothing but the tree.
const (
	Host   Place = "host"
	Proc   Place = "chroot with /proc"
	NoProc Place = "chroot without /proc"
)

var places = []Place{Host, Proc, NoProc}

// order is one run that a sandbox is asked for.
type order struct {
	Tree  string        `json:"tree"` // the folder that stands for / in Program's path
	Place Place         `json:"place"`
	Argv  []string      `json:"argv"` // as seen with the tree as root
	Limit time.Duration `json:"limit"`
}

// outcome is what came of a run. Two runs are alike if all but Stderr is equal.
type outcome struct {
	Started bool   `json:"started"` // false: the kernel refused to start it
	Ended   bool   `json:"ended"`   // false: it was still running at the limit
	Status  int    `json:"status"`
	Signal  int    `json:"signal,omitempty"`
	Stdout  string `json:"stdout"` // its beginning
	Sum     string `json:"sum"`    // SHA-256 of all of it
	Stderr  string `json:"stderr"` // its beginning
	Failure string `json:"failure,omitempty"`
}

func (o outcome) like(other outcome) bool {
	o.Stderr, other.Stderr = "", ""
	return o == other
}

func (o outcome) String() string {
	switch {
	case !o.Started:
		return "did not start: " + o.Failure
	case !o.Ended:
		return "did not end"
	case o.Signal != 0:
		return fmt.Sprintf("killed by %v; stderr %.300q", syscall.Signal(o.Signal), o.Stderr)
	}
	return fmt.Sprintf("status %d; stdout %.300q; stderr %.300q", o.Status, o.Stdout, o.Stderr)
}

// errForbidden says that this machine lets this user make no sandbox.
var errForbidden = errors.New("this machine forbids namespaces of mounts and processes; run it as root")

// sandbox is a process in namespaces of its own that runs programs one after the other: without a
// network, with everything read-only but an empty home folder, as nobody if this is root, and with
// nothing left of a program once it has ended.
type sandbox struct {
	cmd     *exec.Cmd
	orders  *json.Encoder
	results *json.Decoder
	in      io.Closer
}

const childName = "relinterp-corpus-sandbox"

// newSandbox starts one. base is a folder that everybody may read, for its mount points.
func newSandbox(ctx context.Context, base string) (*sandbox, error) {
	for _, dir := range []string{"run", "home"} {
		if err := os.MkdirAll(filepath.Join(base, dir), 0o755); err != nil {
			return nil, err
		}
	}
	var refused []error
	for _, attr := range ways() {
		s, err := startSandbox(ctx, base, attr)
		if err == nil {
			return s, nil
		}
		refused = append(refused, err)
	}
	return nil, fmt.Errorf("%w (%w)", errForbidden, errors.Join(refused...))
}

// ways are the rights to make a sandbox, the harmless first: a user's own namespace, then root's.
func ways() []*syscall.SysProcAttr {
	const flags = syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS
	uid, gid := os.Geteuid(), os.Getegid()
	mine := &syscall.SysProcAttr{Cloneflags: flags | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}},
	}
	if uid != 0 {
		return []*syscall.SysProcAttr{mine}
	}
	mine.UidMappings = append(mine.UidMappings, syscall.SysProcIDMap{ContainerID: nobody, HostID: nobody, Size: 1})
	mine.GidMappings = append(mine.GidMappings, syscall.SysProcIDMap{ContainerID: nobody, HostID: nobody, Size: 1})
	mine.GidMappingsEnableSetgroups = true
	return []*syscall.SysProcAttr{mine, {Cloneflags: flags}}
}

func startSandbox(ctx context.Context, base string, attr *syscall.SysProcAttr) (*sandbox, error) {
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{childName, base}
	cmd.Env = []string{}
	cmd.SysProcAttr = attr
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &sandbox{cmd, json.NewEncoder(in), json.NewDecoder(out), in}
	var hello struct{ Error string }
	if err := s.results.Decode(&hello); err != nil || hello.Error != "" {
		s.close()
		return nil, fmt.Errorf("sandbox: %s (%w)", hello.Error, err)
	}
	return s, nil
}

// run runs a program and waits for it.
func (s *sandbox) run(o order) (outcome, error) {
	var result struct {
		outcome
		Error string
	}
	if err := s.orders.Encode(o); err != nil {
		return outcome{}, fmt.Errorf("sandbox: %w", err)
	}
	if err := s.results.Decode(&result); err != nil {
		return outcome{}, fmt.Errorf("sandbox: %w", err)
	}
	if result.Error != "" {
		return outcome{}, errors.New("sandbox: " + result.Error)
	}
	return result.outcome, nil
}

// close ends it, and with it everything that was started in it.
func (s *sandbox) close() {
	_ = s.in.Close()
	_ = s.cmd.Wait()
}
