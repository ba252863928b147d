package patchcmd

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"relinterp/internal/atomicfile"
	"relinterp/internal/need"
	"relinterp/patcher"
)

// program gives a program with so many bytes of data.
func program(t *testing.T, size string) string {
	t.Helper()
	gcc := need.Tool(t, "gcc", "gcc")
	dir := t.TempDir()
	source, app := filepath.Join(dir, "app.s"), filepath.Join(dir, "app")
	require.NoError(t, os.WriteFile(source, []byte(".globl main\n.text\nmain: ret\n.data\n.skip "+size+", 7\n.section .note.GNU-stack,\"\",@progbits\n"), 0o644))
	out, err := exec.Command(gcc, "-o", app, source).CombinedOutput()
	require.NoError(t, err, string(out))
	require.NoError(t, os.Remove(source))
	return app
}

var options = patcher.Options{LoaderDir: "$ORIGIN"}

// Small files are written in one piece, larger ones by the kernel, the largest while the plan is made: all
// ways give what the plan says.
func TestEachWayOfWritingGivesThePlansBytes(t *testing.T) {
	for _, size := range []string{"10", "5 << 20", "20 << 20"} {
		app := program(t, size)
		in, err := openInput(app, false)
		require.NoError(t, err)
		in.copyAhead(context.Background(), app)
		plan, err := patcher.MakePlan(in, in.state.Size(), options)
		require.NoError(t, err)
		assert.Equal(t, size == "20 << 20", in.ahead != nil, size)
		var want bytes.Buffer
		_, err = plan.Output().WriteTo(&want)
		require.NoError(t, err)
		ready, _, err := in.write(context.Background(), plan.Output(), place{app, true, true}, false)
		require.NoError(t, err)
		in.close()
		require.NoError(t, ready.commit())
		got, err := os.ReadFile(app)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(want.Bytes(), got), size)
		list, _ := os.ReadDir(filepath.Dir(app))
		assert.Len(t, list, 1)
	}
}

func TestAFileThatChangesMeanwhileIsNotReplaced(t *testing.T) {
	for _, size := range []string{"10", "20 << 20"} {
		app := program(t, size)
		in, err := openInput(app, false)
		require.NoError(t, err)
		in.copyAhead(context.Background(), app)
		plan, err := patcher.MakePlan(in, in.state.Size(), options)
		require.NoError(t, err)
		time.Sleep(20 * time.Millisecond) // the clock of a file system has ticks
		f, err := os.OpenFile(app, os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteAt([]byte("theirs"), 16)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		ready, _, err := in.write(context.Background(), plan.Output(), place{app, true, true}, false)
		require.NoError(t, err)
		in.close()
		err = ready.commit()
		assert.ErrorIs(t, err, atomicfile.ErrChanged, size)
		list, _ := os.ReadDir(filepath.Dir(app))
		assert.Len(t, list, 1)
		what, hint := writeProblem(app, anotherOutput, err)
		assert.Equal(t, "changed while it was read", what)
		assert.NotEmpty(t, hint)
	}
}

// The process must not end with SIGBUS.
func TestAMappedFileThatIsCutShortIsAFailure(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	app := program(t, "1 << 20")
	in, err := openInput(app, false)
	require.NoError(t, err)
	defer in.close()
	require.NoError(t, os.Truncate(app, 0))
	defer func() {
		err := cutShort(recover())
		assert.ErrorIs(t, err, atomicfile.ErrChanged)
		what, _ := readProblem(app, err)
		assert.Equal(t, "changed while it was read, or cannot be read", what)
	}()
	_, err = patcher.MakePlan(in, in.state.Size(), options)
	t.Error("read:", err)
}

func TestABugInOneFileIsTheFilesFailure(t *testing.T) {
	w := &worker{} // without a request
	r := w.do(context.Background(), target{path: "app"})
	assert.Equal(t, failed, r.Status)
	assert.Regexp(t, "^bug of this program: ", r.Error.What)
}

func TestAStoppedRunDropsWhatItBegan(t *testing.T) {
	app := program(t, "20 << 20")
	ctx, cancel := context.WithCancel(context.Background())
	in, err := openInput(app, false)
	require.NoError(t, err)
	in.copyAhead(ctx, app)
	plan, err := patcher.MakePlan(in, in.state.Size(), options)
	require.NoError(t, err)
	cancel()
	_, _, err = in.write(ctx, plan.Output(), place{app, true, true}, false)
	assert.ErrorIs(t, err, context.Canceled)
	in.close()
	list, _ := os.ReadDir(filepath.Dir(app))
	assert.Len(t, list, 1)
}
