package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeCompiler gives a call of the driver with a shell script as the compiler. With a name for
// the loader there are two steps, and the driver stays alive between them.
func fakeCompiler(t *testing.T, script string, args ...string) *exec.Cmd {
	t.Helper()
	gcc := filepath.Join(t.TempDir(), "gcc")
	require.NoError(t, os.WriteFile(gcc, []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	cmd := exec.Command(filepath.Join(dist(t), "bin", "musl-gcc"), args...)
	cmd.Env = append(os.Environ(), "MUSL_CC_DRIVER="+gcc, "TMPDIR="+t.TempDir())
	return cmd
}

var oneAndTwoSteps = map[string][]string{
	"one step":  {"a.c"},
	"two steps": {"-relinterp", "-relinterp-loader=x", "a.c"},
}

// The common path costs one exec: no process is started to ask the compiler anything.
func TestADriverOfOneStepStartsNoProcess(t *testing.T) {
	cmd := fakeCompiler(t, "echo $$", "-relinterp", "a.c")
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Equal(t, strconv.Itoa(cmd.Process.Pid), strings.TrimSpace(string(out)), "the compiler has our process id")
}

func TestTheStatusIsTheCompilers(t *testing.T) {
	for name, args := range oneAndTwoSteps {
		err := fakeCompiler(t, "exit 42", args...).Run()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit, name)
		assert.Equal(t, 42, exit.ExitCode(), name)
	}
}

func TestAKilledCompilerLooksKilled(t *testing.T) {
	for name, args := range oneAndTwoSteps {
		for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGSEGV, syscall.SIGTERM} {
			cmd := fakeCompiler(t, "kill -"+map[syscall.Signal]string{9: "9", 11: "11", 15: "15"}[sig]+" $$; sleep 9", args...)
			_ = cmd.Run()
			ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
			assert.True(t, ws.Signaled(), name)
			assert.Equal(t, sig, ws.Signal(), name)
		}
	}
}

func TestASignalToUsReachesTheCompiler(t *testing.T) {
	for name, args := range oneAndTwoSteps {
		cmd := fakeCompiler(t, "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done", args...)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, _ = out.Read(make([]byte, 6))
		time.Sleep(20 * time.Millisecond)
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		_ = cmd.Wait()
		assert.Equal(t, 7, cmd.ProcessState.ExitCode(), name)
		left, _ := filepath.Glob(cmd.Env[len(cmd.Env)-1][len("TMPDIR="):] + "/*")
		assert.Empty(t, left, name)
	}
}
