package atomicfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestALinkOnARealPathIsAChange(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	t.Chdir(dir)
	require.NoError(t, os.MkdirAll("a/b", 0o755))
	put(t, "file", "")
	require.NoError(t, os.Symlink("a", "link"))
	for path, want := range map[string]error{"a/b/app": nil, "./a//b/../app": nil, "app": nil, dir + "/a/b/app": nil,
		"link/b/app": ErrChanged, dir + "/link/app": ErrChanged, "no/app": unix.ENOENT, "file/app": unix.ENOTDIR} {
		f, err := NewReal(path)
		require.ErrorIs(t, err, want, path)
		if err == nil {
			f.Discard()
		}
	}
	assert.Equal(t, []string{"a", "file", "link"}, listing(t, "."))
}

func TestALinkReplacesNothingButWhatWasMeant(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	first := put(t, filepath.Join(dir, "first"), "new")
	second := put(t, filepath.Join(dir, "second"), "old")
	was := stat(t, second)
	put(t, filepath.Join(dir, "theirs"), "theirs")
	require.NoError(t, os.Rename(filepath.Join(dir, "theirs"), second))
	assert.ErrorIs(t, Link(first, second, uint64(was.Dev), was.Ino), ErrChanged)
	got, err := os.ReadFile(second)
	require.NoError(t, err)
	assert.Equal(t, "theirs", string(got))
	assert.Equal(t, []string{"first", "second"}, listing(t, dir))
	was = stat(t, second)
	require.NoError(t, Link(first, second, uint64(was.Dev), was.Ino), "the control")
	assert.Equal(t, stat(t, first).Ino, stat(t, second).Ino)
}
