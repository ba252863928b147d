package e2e

import (
	"strings"
	"testing"

	"relinterp/internal/need"
)

// Debuggers and hardeners stumble over code that is written, and over files without a place.
func TestEntryWritesNoCode(t *testing.T) {
	t.Parallel()
	dir := folder(t, program(t, "hello.c"))
	r := run(t, command(need.Tool(t, "strace", "strace"), "-q", "-e", "trace=mmap,mprotect,memfd_create,execve,ptrace", dir+"/app"))
	if r.out != "hello\n" || strings.Count(r.err, "execve") != 1 {
		t.Errorf("got %+v", r)
	}
	for _, bad := range []string{"memfd_create", "ptrace", "PROT_WRITE|PROT_EXEC", "--- SIG"} {
		if strings.Contains(r.err, bad) {
			t.Errorf("%s in\n%s", bad, r.err)
		}
	}
}
