// Package retrofit proves what patching an existing program promises: whatever linker made it and
// whatever meets it afterwards, it does not start where its interpreter is missing, starts once it is
// patched, and is restored byte for byte. Programs of glibc and of musl, real tools, real roots.
package retrofit

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"relinterp/internal/trial"
)

// shop holds the programs that several tests use.
var shop *trial.Workshop

func TestMain(m *testing.M) {
	os.Exit(all(m))
}

func all(m *testing.M) int {
	var err error
	if shop, err = trial.NewWorkshop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(shop.Dir)
	// What whoever runs the tests left open is none of the programs' business.
	for fd := 3; fd < 256; fd++ {
		unix.CloseOnExec(fd)
	}
	return m.Run()
}
