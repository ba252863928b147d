package atomicfile

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// ways are a file without a name, and the hidden name where that is not possible.
var ways = map[string]bool{"nameless": true, "hidden": false}

func put(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := []string{}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestACommittedFileTakesThePlace(t *testing.T) {
	for way, nameless := range ways {
		dir := t.TempDir()
		path := put(t, filepath.Join(dir, "app"), "old content")
		f, err := start(path, nameless)
		require.NoError(t, err, way)
		_, err = f.WriteAt([]byte("new"), 0)
		require.NoError(t, err)
		old, _ := os.ReadFile(path)
		assert.Equal(t, "old content", string(old), "%s: before Commit nothing changes", way)
		require.NoError(t, f.Commit(true))
		f.Discard()
		got, _ := os.ReadFile(path)
		assert.Equal(t, "new", string(got), way)
		assert.Equal(t, []string{"app"}, listing(t, dir), way)
	}
}

func TestADiscardedFileLeavesNothing(t *testing.T) {
	for way, nameless := range ways {
		dir := t.TempDir()
		path := put(t, filepath.Join(dir, "app"), "old")
		f, err := start(path, nameless)
		require.NoError(t, err, way)
		f.Discard()
		f.Discard()
		assert.Equal(t, []string{"app"}, listing(t, dir), way)
	}
}

// TestMain lets this executable be the run that is killed: it writes half a file, says so, and waits.
func TestMain(m *testing.M) {
	if path := os.Getenv("ATOMICFILE_HALF"); path != "" {
		f, err := start(path, os.Getenv("ATOMICFILE_HIDDEN") == "")
		if err == nil {
			_, err = f.WriteAt([]byte("half"), 0)
		}
		if err != nil {
			panic(err)
		}
		os.Stdout.WriteString("ready\n")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// halfWritten starts a run that has written half of path. stop kills it.
func halfWritten(t *testing.T, path string, env ...string) (stop func()) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(append(os.Environ(), "ATOMICFILE_HALF="+path), env...)
	_, err := cmd.StdinPipe() // open until the process is waited for
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = io.ReadFull(out, make([]byte, 6))
	require.NoError(t, err)
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

func TestAKilledRunLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := put(t, filepath.Join(dir, "app"), "old")
	halfWritten(t, path)()
	assert.Equal(t, []string{"app"}, listing(t, dir))
}

func TestTheNextRunRemovesWhatAKilledOneLeft(t *testing.T) {
	dir := t.TempDir()
	path := put(t, filepath.Join(dir, "app"), "old")
	stop := halfWritten(t, path, "ATOMICFILE_HIDDEN=1")
	f, err := start(path, false)
	require.NoError(t, err)
	assert.Len(t, listing(t, dir), 3, "the file of a living run stays, ours is another")
	f.Discard()
	stop()
	assert.Len(t, listing(t, dir), 2, "the negative control: a hidden name survives a kill")
	f, err = New(path)
	require.NoError(t, err)
	require.NoError(t, f.Commit(true))
	f.Discard()
	assert.Equal(t, []string{"app"}, listing(t, dir))
}

func TestLongNamesAndPaths(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for range 20 { // 4,000 bytes and more, reached step by step
		name := strings.Repeat("d", 200)
		require.NoError(t, os.Mkdir(name, 0o755))
		require.NoError(t, os.Chdir(name))
	}
	name := strings.Repeat("n", 255)
	f, err := New(name)
	require.NoError(t, err)
	require.NoError(t, f.Commit(false))
	f.Discard()
	assert.Equal(t, []string{name}, listing(t, "."))
	require.NoError(t, os.Chdir(dir))
}

func TestFolderInsteadOfAFile(t *testing.T) {
	for _, path := range []string{"", ".", "..", t.TempDir() + "/"} {
		_, err := New(path)
		assert.ErrorIs(t, err, unix.EISDIR, path)
	}
	_, err := New(filepath.Join(t.TempDir(), "no", "app"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestCopyRangeAlsoFromAnotherFileSystem(t *testing.T) {
	for _, from := range []string{t.TempDir(), "/dev/shm"} {
		src, err := os.CreateTemp(from, "atomicfile-test-")
		require.NoError(t, err)
		defer os.Remove(src.Name())
		_, err = src.WriteString("0123456789")
		require.NoError(t, err)
		f, err := New(filepath.Join(t.TempDir(), "app"))
		require.NoError(t, err)
		defer f.Discard()
		require.NoError(t, f.CopyRange(context.Background(), src, 2, 1, 5))
		got := make([]byte, 6)
		_, err = unix.Pread(f.fd, got, 0)
		require.NoError(t, err)
		assert.Equal(t, "\x0023456", string(got), from)
		assert.ErrorIs(t, f.CopyRange(context.Background(), src, 6, 0, 5), io.ErrUnexpectedEOF, from)
	}
}

func TestCopyRangeStopsWhenToldTo(t *testing.T) {
	f, err := New(filepath.Join(t.TempDir(), "app"))
	require.NoError(t, err)
	defer f.Discard()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	src, err := os.Open("/proc/self/exe")
	require.NoError(t, err)
	defer src.Close()
	assert.True(t, errors.Is(f.CopyRange(ctx, src, 0, 0, 1), context.Canceled))
}

func TestWriteAllWritesEveryPieceInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app")
	f, err := New(path)
	require.NoError(t, err)
	defer f.Discard()
	var pieces [][]byte
	var want strings.Builder
	for i := range 3000 { // more than one call takes, some empty
		text := strings.Repeat(string(rune('a'+i%26)), i%7)
		pieces = append(pieces, []byte(text))
		want.WriteString(text)
	}
	require.NoError(t, f.WriteAll(pieces))
	require.NoError(t, f.Commit(false))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, want.String(), string(got))
}
