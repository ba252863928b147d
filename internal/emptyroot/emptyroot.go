// Package emptyroot runs a program in a root folder that holds nothing but what it is given: no
// /lib, and /proc only if asked for. It needs no root where user namespaces are allowed.
//
// The work between clone and exec (mount, chroot) is done by this same executable, started once
// more under the name childName: importing the package is enough.
package emptyroot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Spec is what to run.
type Spec struct {
	// Root becomes /.
	Root string
	// Proc shows the machine's /proc inside.
	Proc bool
	// Argv is the program, as seen inside, and its arguments.
	Argv []string
	// Env is the whole environment.
	Env []string
}

// Result is what came of it.
type Result struct {
	// Output is standard output and standard error, mixed as they came.
	Output string
	// Started is false when the kernel refused to start the program; Output then says why.
	Started bool
	// Status is the exit status, 128 and the signal's number for a program that was killed.
	Status int
}

// ErrForbidden says that this machine lets neither a user namespace nor this user make an empty root.
var ErrForbidden = errors.New("this machine forbids making an empty root")

const (
	childName     = "relinterp-emptyroot"
	statusSetup   = 125
	statusNoStart = 126
)

// Run runs the program and waits for it.
func Run(ctx context.Context, s Spec) (Result, error) {
	root, err := filepath.Abs(s.Root)
	if err != nil {
		return Result{}, err
	}
	if s.Proc {
		if err := os.MkdirAll(filepath.Join(root, "proc"), 0o755); err != nil {
			return Result{}, err
		}
	}
	var refused []string
	for _, attr := range ways(os.Geteuid(), os.Getegid()) {
		out, status, err := start(ctx, s, root, attr)
		switch {
		case err != nil:
			refused = append(refused, err.Error())
		case status == statusSetup && strings.HasPrefix(out, childName+": "):
			refused = append(refused, strings.TrimSpace(strings.TrimPrefix(out, childName+": ")))
		case status == statusNoStart && strings.HasPrefix(out, childName+": "):
			return Result{Output: strings.TrimSpace(strings.TrimPrefix(out, childName+": ")), Status: status}, nil
		default:
			return Result{Output: out, Started: true, Status: status}, nil
		}
	}
	// The first way is open to everybody, so its reason is the one that tells something.
	return Result{}, fmt.Errorf("%w (%s)", ErrForbidden, refused[0])
}

// ways are the rights to make an empty root, the harmless first: a user namespace, then root's own.
func ways(uid, gid int) []*syscall.SysProcAttr {
	list := []*syscall.SysProcAttr{{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}},
	}}
	if uid == 0 {
		list = append(list, &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}, &syscall.SysProcAttr{})
	}
	return list
}

func start(ctx context.Context, s Spec, root string, attr *syscall.SysProcAttr) (out string, status int, err error) {
	proc := "no"
	if s.Proc {
		proc = "proc"
		if attr.Cloneflags == 0 {
			return "", 0, errors.New("no mount namespace for /proc")
		}
	}
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = append([]string{childName, root, proc}, s.Argv...)
	cmd.Env = append([]string{}, s.Env...)
	cmd.SysProcAttr = attr
	text, err := cmd.CombinedOutput()
	var refused *os.PathError
	if errors.As(err, &refused) {
		return "", 0, fmt.Errorf("new namespaces: %w", refused.Err)
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		ws := exit.Sys().(syscall.WaitStatus)
		if ws.Signaled() {
			return string(text), 128 + int(ws.Signal()), nil
		}
		return string(text), ws.ExitStatus(), nil
	}
	return string(text), 0, err
}

func init() {
	if len(os.Args) > 3 && os.Args[0] == childName {
		status, err := child(os.Args[1], os.Args[2] == "proc", os.Args[3:])
		fmt.Fprintf(os.Stderr, "%s: %v\n", childName, err)
		os.Exit(status)
	}
}

// child runs inside the new namespaces; it returns only if something fails.
func child(root string, proc bool, argv []string) (status int, err error) {
	if proc {
		if root, err = showProc(root); err != nil {
			return statusSetup, err
		}
	}
	if err := unix.Chroot(root); err != nil {
		return statusSetup, fmt.Errorf("chroot: %w", err)
	}
	if err := unix.Chdir("/"); err != nil {
		return statusSetup, fmt.Errorf("chdir: %w", err)
	}
	return statusNoStart, fmt.Errorf("%s: %w", argv[0], unix.Exec(argv[0], argv, os.Environ()))
}

// showProc gives another path to root, with the machine's /proc mounted in it. All is mounted above
// /proc, made private first: that is a mount of its own also inside a chroot, where / is none, and
// nothing leaks out of this namespace.
func showProc(root string) (string, error) {
	const above = "/proc/root"
	proc, err := unix.OpenTree(unix.AT_FDCWD, "/proc", unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return "", fmt.Errorf("/proc: %w", err)
	}
	for _, step := range []struct {
		what string
		err  func() error
	}{
		{"private /proc", func() error { return unix.Mount("", "/proc", "", unix.MS_REC|unix.MS_PRIVATE, "") }},
		{"tmpfs", func() error { return unix.Mount("tmpfs", "/proc", "tmpfs", 0, "mode=755") }},
		{"mkdir", func() error { return unix.Mkdir(above, 0o755) }},
		{"bind the root", func() error { return unix.Mount(root, above, "", unix.MS_BIND|unix.MS_REC, "") }},
		{"private root", func() error { return unix.Mount("", above, "", unix.MS_REC|unix.MS_PRIVATE, "") }},
		{"mount /proc", func() error {
			return unix.MoveMount(proc, "", unix.AT_FDCWD, above+"/proc", unix.MOVE_MOUNT_F_EMPTY_PATH)
		}},
	} {
		if err := step.err(); err != nil {
			return "", fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return above, nil
}
