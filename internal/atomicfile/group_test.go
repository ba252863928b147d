package atomicfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Somebody's own file can be in a group that they are not of: `chown user file` leaves it in root's.
func TestAGroupThatCannotBeKeptIsSaid(t *testing.T) {
	if path := os.Getenv("ATOMICFILE_GROUP"); path != "" {
		notes := replaced(t, path, false)
		require.Len(t, notes, 1)
		assert.Equal(t, "as root: chgrp 0 "+path, notes[0].Hint)
		return
	}
	if os.Geteuid() != 0 {
		return // only root can make such a file; the tests run as root as well
	}
	top, err := os.MkdirTemp("", "atomicfile-")
	require.NoError(t, err)
	defer os.RemoveAll(top)
	path := put(t, filepath.Join(top, "app"), "old")
	exe := filepath.Join(top, "test")
	text, err := os.ReadFile("/proc/self/exe")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(exe, text, 0o755))
	require.NoError(t, os.Chown(path, 1234, 0))
	require.NoError(t, os.Chmod(path, 0o755|os.ModeSetgid))
	require.NoError(t, os.Chmod(top, 0o777))
	cmd := exec.Command(exe, "-test.run", t.Name())
	cmd.Dir, cmd.Env = "/", append(os.Environ(), "ATOMICFILE_GROUP="+path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 1234, Gid: 1234}}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	after := stat(t, path)
	assert.Equal(t, []uint32{1234, 1234, 0o755}, []uint32{after.Uid, after.Gid, after.Mode & 0o7777}, "nobody runs as a group of somebody's choice")
}
