package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// replaced writes a new file in the place of path as an edit does, and gives the notes.
func replaced(t *testing.T, path string, times bool) []Note {
	t.Helper()
	src, err := os.Open(path)
	require.NoError(t, err)
	defer src.Close()
	f, err := New(path)
	require.NoError(t, err)
	defer f.Discard()
	was, err := StateOf(src)
	require.NoError(t, err)
	_, _ = src.Read(make([]byte, 1)) // changes the time of access
	var kept *State
	if times {
		kept = &was
	}
	notes, err := f.Like(src, kept)
	require.NoError(t, err)
	require.NoError(t, f.Commit(true))
	return notes
}

func stat(t *testing.T, path string) (st unix.Stat_t) {
	t.Helper()
	require.NoError(t, unix.Stat(path, &st))
	return st
}

func TestModeAndSetIDBitsAreKept(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "app"), "old")
	for _, mode := range []uint32{0o4755, 0o2711, 0o500, 0o640} {
		require.NoError(t, unix.Chmod(path, mode))
		before := stat(t, path)
		if os.Geteuid() != 0 && mode&0o400 == 0 {
			continue
		}
		assert.Empty(t, replaced(t, path, false))
		after := stat(t, path)
		assert.Equal(t, before.Mode, after.Mode)
		assert.NotEqual(t, before.Ino, after.Ino)
	}
}

func TestOwnerIsKept(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "app"), "old")
	if os.Geteuid() != 0 { // another's file in a folder of ours cannot be made, but /etc/passwd is root's
		src, err := os.Open("/etc/passwd")
		require.NoError(t, err)
		defer src.Close()
		f, err := New(path)
		require.NoError(t, err)
		defer f.Discard()
		_, err = f.Like(src, nil)
		assert.ErrorIs(t, err, ErrOwner)
		return
	}
	require.NoError(t, os.Chown(path, 1234, 4321))
	require.NoError(t, unix.Chmod(path, 0o6755))
	replaced(t, path, false)
	after := stat(t, path)
	assert.Equal(t, []uint32{1234, 4321, 0o6755}, []uint32{after.Uid, after.Gid, after.Mode & 0o7777})
}

func TestTimesAreKeptOnRequest(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "app"), "old")
	then := time.Date(2001, 2, 3, 4, 5, 6, 789, time.UTC)
	require.NoError(t, os.Chtimes(path, then, then))
	replaced(t, path, true)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.True(t, info.ModTime().Equal(then), info.ModTime())
	assert.Equal(t, then.Unix(), stat(t, path).Atim.Sec, "as it was before it was read")
	replaced(t, path, false)
	info, err = os.Stat(path)
	require.NoError(t, err)
	assert.False(t, info.ModTime().Equal(then))
}

// userRead is a POSIX ACL (linux/posix_acl_xattr.h, version 2): owner rw-, user 7 r--, group r--, mask r--, others ---.
const userRead = "\x02\x00\x00\x00" +
	"\x01\x00\x06\x00\xff\xff\xff\xff" + "\x02\x00\x04\x00\x07\x00\x00\x00" +
	"\x04\x00\x04\x00\xff\xff\xff\xff" + "\x10\x00\x04\x00\xff\xff\xff\xff" + "\x20\x00\x00\x00\xff\xff\xff\xff"

func TestAttributesAndACLAreKept(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "app"), "old")
	require.NoError(t, unix.Setxattr(path, "user.note", []byte("mine"), 0))
	require.NoError(t, unix.Setxattr(path, "system.posix_acl_access", []byte(userRead), 0))
	assert.Empty(t, replaced(t, path, false))
	for name, want := range map[string]string{"user.note": "mine", "system.posix_acl_access": userRead} {
		got := make([]byte, 100)
		n, err := unix.Getxattr(path, name, got)
		require.NoError(t, err, name)
		assert.Equal(t, want, string(got[:n]), name)
	}
}

func TestAFoldersDefaultACLAddsNothing(t *testing.T) {
	dir := t.TempDir()
	path := put(t, filepath.Join(dir, "app"), "old")
	require.NoError(t, unix.Setxattr(dir, "system.posix_acl_default", []byte(userRead), 0))
	_, err := unix.Getxattr(put(t, filepath.Join(dir, "control"), ""), "system.posix_acl_access", nil)
	require.NoError(t, err, "the negative control: a new file has an ACL here")
	replaced(t, path, false)
	_, err = unix.Getxattr(path, "system.posix_acl_access", nil)
	assert.ErrorIs(t, err, unix.ENODATA)
	assert.Equal(t, uint32(0o644), stat(t, path).Mode&0o7777)
}

// netRaw is what `setcap cap_net_raw=ep` writes.
const netRaw = "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func TestCapabilitiesAreKeptOrTheLineThatMendsIsGiven(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "app"), "old")
	if os.Geteuid() == 0 {
		require.NoError(t, unix.Setxattr(path, "security.capability", []byte(netRaw), 0))
		assert.Empty(t, replaced(t, path, false))
		got := make([]byte, 100)
		n, err := unix.Getxattr(path, "security.capability", got)
		require.NoError(t, err)
		assert.Equal(t, netRaw, string(got[:n]))
	}
	note := lost("app", "security.capability", []byte(netRaw), unix.EPERM)
	assert.Equal(t, Note{"file capabilities are not kept: operation not permitted", "as root: setcap 'cap_net_raw=ep' app"}, note)
}

func TestCapabilitiesInWords(t *testing.T) {
	for value, want := range map[string]string{
		netRaw: "cap_net_raw=ep",
		"\x00\x00\x00\x02\x00\x34\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00":                 "cap_net_bind_service,cap_net_admin,cap_net_raw=p",
		"\x01\x00\x00\x03\x01\x00\x00\x00\x01\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00": "cap_checkpoint_restore=ep cap_chown=eip",
		"short": "",
		"\x01\x00\x00\x07\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00": "",
	} {
		got, ok := capabilities([]byte(value))
		assert.Equal(t, want, got)
		assert.Equal(t, want != "", ok)
	}
}
