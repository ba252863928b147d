package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAChangeWhileReadingIsSeen(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"written to, same size": func(path string) error { return os.WriteFile(path, []byte("new"), 0o644) },
		"longer":                func(path string) error { return os.WriteFile(path, []byte("old+"), 0o644) },
		"replaced": func(path string) error {
			if err := os.WriteFile(path+".new", []byte("old"), 0o644); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
		"removed":          os.Remove,
		"other permission": func(path string) error { return os.Chmod(path, 0o600) },
		"times put back": func(path string) error {
			info, err := os.Stat(path)
			if err == nil {
				err = os.WriteFile(path, []byte("new"), 0o644)
			}
			if err == nil {
				err = os.Chtimes(path, info.ModTime(), info.ModTime())
			}
			return err
		},
	} {
		path := put(t, filepath.Join(t.TempDir(), "app"), "old")
		f, err := os.Open(path)
		require.NoError(t, err)
		defer f.Close()
		s, err := StateOf(f)
		require.NoError(t, err)
		assert.NoError(t, s.Still(path), "%s: before", name)
		time.Sleep(20 * time.Millisecond) // the clock of a file system has ticks
		require.NoError(t, change(path))
		assert.ErrorIs(t, s.Still(path), ErrChanged, name)
	}
}

func TestResolveFollowsLinksAndAllowsANewName(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	real := filepath.Join(dir, "real")
	require.NoError(t, os.Mkdir(real, 0o755))
	put(t, filepath.Join(real, "app"), "x")
	require.NoError(t, os.Symlink("real", filepath.Join(dir, "folder")))
	require.NoError(t, os.Symlink("folder/app", filepath.Join(dir, "link")))
	for path, want := range map[string]string{"link": "real/app", "folder/app": "real/app", "folder/new": "real/new"} {
		got, err := Resolve(filepath.Join(dir, path))
		require.NoError(t, err)
		assert.Equal(t, filepath.Join(dir, want), got)
	}
	require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	_, err = Resolve(filepath.Join(dir, "dangling"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}
