// Package e2e runs programs that musl-cc -relinterp built: everything that may meet them where
// they go, and beside each "it runs" the ordinary program that does not.
package e2e

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
