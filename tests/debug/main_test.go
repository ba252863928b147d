// Package debug asks debuggers and tracers about programs that find their loader themselves, and the
// same about the programs with PT_INTERP. What is asked, and what is answered, is a table: rows_test.go
// says how to read it, and docs/debuggers.md shows it.
package debug

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// shared holds the programs that several rows use.
var shared string

func TestMain(m *testing.M) {
	os.Exit(all(m))
}

func all(m *testing.M) int {
	var err error
	if shared, err = os.MkdirTemp("", "relinterp-debug-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(shared)
	// What whoever runs the tests left open is none of the programs' business.
	for fd := 3; fd < 256; fd++ {
		unix.CloseOnExec(fd)
	}
	return m.Run()
}
