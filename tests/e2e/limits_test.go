package e2e

import (
	"os/exec"
	"sync"
	"testing"

	"relinterp/internal/trial"
)

// mounts gives the words before a command that let it mount: as a user's own root, else as root.
var mounts = sync.OnceValue(func() []string {
	for _, words := range [][]string{{"unshare", "-r", "-m"}, {"unshare", "-m"}} {
		if exec.Command(words[0], append(words[1:], "mount", "-t", "tmpfs", "none", shop.Dir)...).Run() == nil {
			return words
		}
	}
	return nil
})

// withMounts is mounts, or the test skips.
func withMounts(t testing.TB) []string {
	t.Helper()
	words := mounts()
	if words == nil {
		trial.Limit(t, "this machine forbids user namespaces: run the tests once more as root")
	}
	return words
}
