package main

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"relinterp/internal/need"
)

// bigProgram gives a folder with a program of 64 MiB in app/ and its loader in lib/.
func bigProgram(t *testing.T) (dir string, content []byte) {
	t.Helper()
	gcc := need.Tool(t, "gcc", "gcc")
	loader, _ := glibc(t, gcc)
	dir = t.TempDir()
	source := filepath.Join(dir, "big.s")
	require.NoError(t, os.WriteFile(source, []byte(".globl main\n.text\nmain: xor %eax, %eax\nret\n.data\n.skip 64 << 20, 7\n.section .note.GNU-stack,\"\",@progbits\n"), 0o644))
	for _, sub := range []string{"app", "lib"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, sub), 0o755))
	}
	app := filepath.Join(dir, "app", "big")
	out, err := exec.Command(gcc, "-o", app, source).CombinedOutput()
	require.NoError(t, err, string(out))
	out, err = exec.Command("cp", loader, filepath.Join(dir, "lib")).CombinedOutput()
	require.NoError(t, err, string(out))
	content, err = os.ReadFile(app)
	require.NoError(t, err)
	return dir, content
}

// patchAndKill starts a run in the folder and sends it the signal after a while. It gives how the run
// ended, or nil if it was done before.
func patchAndKill(t *testing.T, dir string, sig syscall.Signal, after time.Duration) *syscall.WaitStatus {
	t.Helper()
	cmd := exec.Command("relinterp-patch", "app/big", "--loader-dir", "lib")
	cmd.Dir = dir
	require.NoError(t, cmd.Start())
	time.Sleep(after)
	_ = cmd.Process.Signal(sig)
	_ = cmd.Wait()
	ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ws.Signaled() {
		require.Equal(t, 0, ws.ExitStatus())
		return nil
	}
	return &ws
}

func TestAKilledRunLeavesTheOriginalWholeAndNothingElse(t *testing.T) {
	dir, original := bigProgram(t)
	app := filepath.Join(dir, "app", "big")
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		if signal.Ignored(sig) { // these tests run under nohup: so do the runs, and SIGHUP ends none
			continue
		}
		killed, runs := 0, 0
		for after := time.Millisecond; killed < 6; after += 4 * time.Millisecond {
			runs++
			require.Less(t, runs, 200, "%v ends no run", sig)
			ws := patchAndKill(t, dir, sig, after)
			list, err := os.ReadDir(filepath.Dir(app))
			require.NoError(t, err)
			require.Len(t, list, 1, "%v after %v left %v", sig, after, list)
			got, err := os.ReadFile(app)
			require.NoError(t, err)
			if ws == nil { // it was done: begin anew, earlier
				require.NoError(t, os.WriteFile(app, original, 0o755))
				after = 0
				continue
			}
			killed++
			assert.Equal(t, sig, ws.Signal(), "who is told to end ends so")
			if bytes.Equal(original, got) {
				continue
			}
			// The new one was in its place already when the signal came: it is whole.
			out, err := exec.Command("relinterp-patch", "--restore", app).CombinedOutput()
			require.NoError(t, err, "%v after %v: %s", sig, after, out)
			got, err = os.ReadFile(app)
			require.NoError(t, err)
			require.True(t, bytes.Equal(original, got), "%v after %v", sig, after)
		}
	}
}

// Under nohup a run heeds no SIGHUP: it is done, and does not wait for ever for a signal that is ignored.
func TestAnIgnoredSignalStopsNothing(t *testing.T) {
	dir, original := bigProgram(t)
	for after := 2 * time.Millisecond; after < 40*time.Millisecond; after += 6 * time.Millisecond {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "app", "big"), original, 0o755))
		cmd := exec.Command("sh", "-c", "trap '' HUP; exec relinterp-patch app/big --loader-dir lib")
		cmd.Dir = dir
		require.NoError(t, cmd.Start())
		limit := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		time.Sleep(30 * time.Millisecond) // the shell's time to say so
		for range 5 {
			_ = cmd.Process.Signal(syscall.SIGHUP)
			time.Sleep(after)
		}
		assert.NoError(t, cmd.Wait())
		limit.Stop()
	}
}

func TestALargeProgramIsPatchedAndRestored(t *testing.T) {
	dir, original := bigProgram(t)
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("relinterp-patch", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	run("app/big", "--loader-dir", "lib")
	out, err := exec.Command(filepath.Join(dir, "app", "big")).CombinedOutput()
	require.NoError(t, err, string(out))
	patched, err := os.ReadFile(filepath.Join(dir, "app", "big"))
	require.NoError(t, err)
	require.False(t, bytes.Equal(original, patched))
	run("--restore", "app/big")
	got, err := os.ReadFile(filepath.Join(dir, "app", "big"))
	require.NoError(t, err)
	assert.True(t, bytes.Equal(original, got))
}
