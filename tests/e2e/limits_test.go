package e2e

import (
	"errors"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"relinterp/internal/emptyroot"
)

// limit skips a test that this machine or this user cannot run whatever is installed; so it also
// skips where nothing may be missing.
func limit(t testing.TB, why string) {
	t.Helper()
	t.Skip(why)
}

// asRoot skips the test for any other user.
func asRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		limit(t, "needs root: run the tests once more as root")
	}
}

// nobody is somebody without rights, for a command that root starts; another user has none anyway.
func nobody() *syscall.SysProcAttr {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

// mounts gives the words before a command that let it mount: as a user's own root, else as root.
var mounts = sync.OnceValue(func() []string {
	for _, words := range [][]string{{"unshare", "-r", "-m"}, {"unshare", "-m"}} {
		if exec.Command(words[0], append(words[1:], "mount", "-t", "tmpfs", "none", shared)...).Run() == nil {
			return words
		}
	}
	return nil
})

// withMounts is mounts, or the test skips.
func withMounts(t testing.TB) []string {
	t.Helper()
	words := mounts()
	if words == nil {
		limit(t, "this machine forbids user namespaces: run the tests once more as root")
	}
	return words
}

// inEmptyRoot runs a program where there is nothing but root's own files.
func inEmptyRoot(t testing.TB, root string, proc bool, env []string, argv ...string) emptyroot.Result {
	t.Helper()
	r, err := emptyroot.Run(t.Context(), emptyroot.Spec{Root: root, Proc: proc, Argv: argv, Env: env})
	if errors.Is(err, emptyroot.ErrForbidden) {
		limit(t, err.Error()+": run the tests once more as root")
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// setIDWorks skips the test where the kernel ignores set-user-ID files below dir.
func setIDWorks(t testing.TB, dir string) {
	t.Helper()
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		t.Fatal(err)
	}
	if fs.Flags&unix.ST_NOSUID != 0 {
		limit(t, dir+" is mounted nosuid: set TMPDIR to another folder")
	}
}
