// Package e2e runs programs that musl-cc -relinterp built: everything that may meet them where
// they go, and beside each "it runs" the ordinary program that does not.
package e2e

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// shared holds the programs that several tests use; everybody may read it.
var shared string

func TestMain(m *testing.M) {
	os.Exit(all(m))
}

func all(m *testing.M) int {
	var err error
	if shared, err = os.MkdirTemp("", "relinterp-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(shared)
	// What whoever runs the tests left open is none of the programs' business.
	for fd := 3; fd < 256; fd++ {
		unix.CloseOnExec(fd)
	}
	if err := os.Chmod(shared, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
