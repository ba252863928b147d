package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// nobody is the user that owns nothing.
const nobody = 65534

// shown is how many bytes of an output are told; all of it is summed.
const shown = 2000

func init() {
	if len(os.Args) == 2 && os.Args[0] == childName {
		os.Exit(serve(os.Args[1]))
	}
}

// serve is the sandbox's own process, the first of its namespace: it takes orders until there are no more.
func serve(base string) int {
	results, orders := json.NewEncoder(os.Stdout), json.NewDecoder(os.Stdin)
	if err := isolate(base); err != nil {
		_ = results.Encode(struct{ Error string }{err.Error()})
		return 1
	}
	if results.Encode(struct{}{}) != nil {
		return 1
	}
	for {
		var o order
		if err := orders.Decode(&o); err != nil {
			return 0
		}
		result, err := obey(base, o)
		answer := struct {
			outcome
			Error string
		}{outcome: result}
		if err != nil {
			answer.Error = err.Error()
		}
		if results.Encode(answer) != nil {
			return 1
		}
	}
}

// isolate makes everything read-only but the home folder, and shows only this namespace's processes.
func isolate(base string) error {
	if os.Getpid() != 1 {
		return errors.New("not the first process of a namespace")
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	readOnly := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID}
	if err := unix.MountSetattr(unix.AT_FDCWD, "/", unix.AT_RECURSIVE, &readOnly); err != nil {
		return fmt.Errorf("read-only mounts: %w", err)
	}
	if err := unix.Mount("tmpfs", filepath.Join(base, "home"), "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777,size=64m"); err != nil {
		return fmt.Errorf("home: %w", err)
	}
	if err := showProc("/proc"); err != nil {
		return err
	}
	for what, max := range map[int]uint64{unix.RLIMIT_CORE: 0, unix.RLIMIT_FSIZE: 64 << 20} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: max, Max: max}); err != nil {
			return fmt.Errorf("limits: %w", err)
		}
	}
	return nil
}

// showProc mounts this namespace's /proc, or the machine's where a new one is forbidden.
func showProc(place string) error {
	err := unix.Mount("proc", place, "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	if err != nil && place != "/proc" {
		err = unix.Mount("/proc", place, "", unix.MS_BIND|unix.MS_REC, "")
	}
	if err != nil && place != "/proc" {
		return fmt.Errorf("/proc: %w", err)
	}
	return nil
}

// obey mounts the tree, runs the program, and lets nothing of it survive.
func obey(base string, o order) (outcome, error) {
	root, home := filepath.Join(base, "run"), filepath.Join(base, "home")
	if err := unix.Mount(o.Tree, root, "", unix.MS_BIND, ""); err != nil {
		return outcome{}, fmt.Errorf("%s: %w", o.Tree, err)
	}
	defer unix.Unmount(root, unix.MNT_DETACH)
	cmd := exec.Cmd{Path: o.Argv[0], Args: o.Argv, Dir: "/", SysProcAttr: &syscall.SysProcAttr{Setsid: true}}
	switch o.Place {
	case Host:
		cmd.Path = filepath.Join(root, o.Argv[0])
		cmd.Args = append([]string{cmd.Path}, o.Argv[1:]...)
		cmd.Dir = home
		if err := empty(home); err != nil {
			return outcome{}, err
		}
	case Proc:
		home = "/"
		if err := showProc(filepath.Join(root, "proc")); err != nil {
			return outcome{}, err
		}
		cmd.SysProcAttr.Chroot = root
	case NoProc:
		home = "/"
		cmd.SysProcAttr.Chroot = root
	default:
		return outcome{}, fmt.Errorf("no such place: %q", o.Place)
	}
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=" + home, "TMPDIR=" + home, "TERM=dumb"}
	if mapped(nobody) {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return watch(&cmd, o)
}

// empty removes everything in a folder.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// watch runs the command until it ends or its time is up, then ends all else in this namespace.
func watch(cmd *exec.Cmd, o order) (outcome, error) {
	var files [2]*os.File
	for i := range files {
		fd, err := unix.MemfdCreate("output", unix.MFD_CLOEXEC)
		if err != nil {
			return outcome{}, fmt.Errorf("memfd: %w", err)
		}
		files[i] = os.NewFile(uintptr(fd), "output")
		defer files[i].Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.Limit)
	defer cancel()
	limited := exec.CommandContext(ctx, cmd.Path)
	limited.Args, limited.Env, limited.Dir, limited.SysProcAttr = cmd.Args, cmd.Env, cmd.Dir, cmd.SysProcAttr
	limited.Stdout, limited.Stderr = files[0], files[1]
	err := limited.Run()
	endAll()
	r := outcome{Started: limited.ProcessState != nil, Ended: ctx.Err() == nil}
	if !r.Started {
		r.Failure = err.Error()
		return r, nil
	}
	if ws := limited.ProcessState.Sys().(syscall.WaitStatus); !r.Ended {
		// Killed by us: what it had said until then depends on the moment.
		return r, nil
	} else if ws.Signaled() {
		r.Signal = int(ws.Signal())
	} else {
		r.Status = ws.ExitStatus()
	}
	if r.Stdout, r.Sum, err = digest(files[0]); err != nil {
		return r, err
	}
	r.Stderr, _, err = digest(files[1])
	return r, err
}

// endAll kills every other process of this namespace, and buries them.
func endAll() {
	if os.Getpid() != 1 {
		return
	}
	_ = unix.Kill(-1, unix.SIGKILL)
	for {
		if _, err := unix.Wait4(-1, nil, 0, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

func digest(f *os.File) (begin, sum string, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", "", err
	}
	h := sha256.New()
	head := make([]byte, shown)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", "", err
	}
	h.Write(head[:n])
	if _, err := io.Copy(h, f); err != nil {
		return "", "", err
	}
	return string(head[:n]), hex.EncodeToString(h.Sum(nil)), nil
}

// mapped says whether a user exists in this namespace and may be become.
func mapped(uid int) bool {
	if os.Geteuid() != 0 {
		return false
	}
	var begin, outside, size int
	f, err := os.Open("/proc/self/uid_map")
	if err != nil {
		return false
	}
	defer f.Close()
	for {
		if _, err := fmt.Fscan(f, &begin, &outside, &size); err != nil {
			return false
		}
		if begin <= uid && uid-begin < size {
			return true
		}
	}
}
