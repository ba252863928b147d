package patchcmd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"relinterp/internal/cli"
	"relinterp/patcher"
)

func TestSizes(t *testing.T) {
	for text, want := range map[string]uint64{"65536": 65536, "8M": 8 << 20, "8m": 8 << 20, "512K": 512 << 10, "1GiB": 1 << 30, "7B": 7,
		"": 0, "0": 0, "M": 0, "-1": 0, "8 M": 0, "1.5M": 0, "8T": 0, "99999999999999999999": 0, "9999999999G": 0} {
		got, err := readSize(text)
		assert.Equal(t, want, got, text)
		assert.Equal(t, want == 0, err != nil, text)
	}
}

func TestAStoppedRunTellsHowFarItCame(t *testing.T) {
	assert.Equal(t, "stopped by SIGHUP: 1 of 2 files were done, the others are as they were", stopped(cli.Interrupted{Signal: unix.SIGHUP}, 1, 2).What)
	assert.Equal(t, message{What: "stopped by SIGHUP: all files were done before"}, *stopped(cli.Interrupted{Signal: unix.SIGHUP}, 2, 2))
}

func TestEntriesAsSeenFromAProgram(t *testing.T) {
	for _, one := range []struct{ real, origin, want string }{
		{"/a/lib", "/a", "$ORIGIN/lib"},
		{"/a/lib", "/a/bin", "$ORIGIN/../lib"},
		{"/a", "/a", "$ORIGIN"},
		{"/lib", "/", "$ORIGIN/lib"},
		{"/x:y/lib", "/x:y/bin", "$ORIGIN/../lib"},
		{"/a/x:y", "/a", ""},
		{"/a/$x", "/a", ""},
	} {
		got, why := entry{real: one.real}.seenFrom(one.origin)
		assert.Equal(t, one.want, got, one.real)
		assert.Equal(t, one.want == "", why != nil && why.Kind == patcher.BadOptions, one.real)
	}
}

func TestWhatHasOnlyTheRootInCommon(t *testing.T) {
	for _, one := range []struct {
		e      entry
		origin string
		want   bool
	}{
		{entry{real: "/opt/lib"}, "/home/bin", true},
		{entry{real: "/opt/lib"}, "/opt/x/bin", false},
		{entry{real: "/lib"}, "/", false},
		{entry{fixed: "$ORIGIN/../../../x"}, "/home/bin", false},
	} {
		assert.Equal(t, one.want, one.e.leavesTree(one.origin), one.e)
	}
}

func TestLinksOnTheWayAreFollowedAndTheLastNameStays(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(top, "tree", "lib-1.2"), 0o755))
	require.NoError(t, os.Symlink("tree", filepath.Join(top, "way")))
	require.NoError(t, os.Symlink("lib-1.2", filepath.Join(top, "tree", "lib")))
	t.Chdir(top)
	for typed, want := range map[string]string{
		"way/lib": "tree/lib", "way/lib/": "tree/lib", "way/lib/.": "tree/lib", "way/lib/..": "tree", ".": ".", "way/new/deep": "tree/new/deep",
		filepath.Join(top, "way/lib"): "tree/lib",
	} {
		got, err := realFolder(typed)
		require.NoError(t, err)
		assert.Equal(t, filepath.Join(top, want), got, typed)
	}
}

func TestWhatLoadersList(t *testing.T) {
	list, missing := readTrace("\tlinux-vdso.so.1 (0x00007fe6)\n\tlibown.so => not found\n\tlibc.so.6 => /a b (0x1)/libc.so.6 (0x00007f)\n\t/lib64/ld.so (0x1)\n")
	assert.Equal(t, []libraryFile{{Name: "libown.so"}, {"libc.so.6", "/a b (0x1)/libc.so.6"}}, list)
	assert.Equal(t, []string{"libown.so"}, missing)
	list, missing = readTrace("\t/x/ld-musl-x86_64.so.1 (0x7f)\nError loading shared library libz.so.1: No such file or directory (needed by ./app)\n\tlibc.so => /x/ld-musl-x86_64.so.1 (0x7f)\n")
	assert.Equal(t, []libraryFile{{Name: "libz.so.1"}, {"libc.so", "/x/ld-musl-x86_64.so.1"}}, list)
	assert.Equal(t, []string{"libz.so.1"}, missing)
}

func TestAFileThatOnlyHasALoadersNameIsNotStarted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ld-linux-x86-64.so.2")
	require.NoError(t, os.WriteFile(path, []byte("\x7fELF a loader that runs what it is given"), 0o755))
	_, ok := listingOf(path)
	assert.False(t, ok)
	_, ok = listingOf("/lib64/ld-linux-x86-64.so.2")
	if _, err := os.Stat("/lib64/ld-linux-x86-64.so.2"); err == nil {
		assert.True(t, ok)
	}
}
