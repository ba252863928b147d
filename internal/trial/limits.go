package trial

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"relinterp/internal/emptyroot"
)

// Limit skips a test that this machine or this user cannot run whatever is installed; so it also
// skips where nothing may be missing.
func Limit(t testing.TB, why string) {
	t.Helper()
	t.Skip(why)
}

// AsRoot skips the test for any other user.
func AsRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		Limit(t, "needs root: run the tests once more as root")
	}
}

// Nobody is somebody without rights, for a command that root starts; another user has none anyway.
func Nobody() *syscall.SysProcAttr {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

// InEmptyRoot runs a program where there is nothing but root's own files.
func InEmptyRoot(t testing.TB, root string, proc bool, env []string, argv ...string) emptyroot.Result {
	t.Helper()
	r, err := emptyroot.Run(t.Context(), emptyroot.Spec{Root: root, Proc: proc, Argv: argv, Env: env})
	if errors.Is(err, emptyroot.ErrForbidden) {
		Limit(t, err.Error()+": run the tests once more as root")
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// SetIDWorks skips the test where the kernel ignores set-user-ID files below dir.
func SetIDWorks(t testing.TB, dir string) {
	t.Helper()
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		t.Fatal(err)
	}
	if fs.Flags&unix.ST_NOSUID != 0 {
		Limit(t, dir+" is mounted nosuid: set TMPDIR to another folder")
	}
}
