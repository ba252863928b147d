package e2e

import (
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// Debuggers and hardeners stumble over code that is written, and over files without a place.
func TestEntryWritesNoCode(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	r := trial.Run(t, trial.Command(need.Tool(t, "strace", "strace"), "-q", "-e", "trace=mmap,mprotect,memfd_create,execve,ptrace", dir+"/app"))
	if r.Out != "hello\n" || strings.Count(r.Err, "execve") != 1 {
		t.Errorf("got %+v", r)
	}
	for _, bad := range []string{"memfd_create", "ptrace", "PROT_WRITE|PROT_EXEC", "--- SIG"} {
		if strings.Contains(r.Err, bad) {
			t.Errorf("%s in\n%s", bad, r.Err)
		}
	}
}
