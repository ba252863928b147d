// Package targets holds what `go tool mage` does. Each target is a small exported function; what
// it decides is in functions that the tests call.
package targets

import (
	"context"
	"fmt"
	"os"
)

// Build makes the toolchain folder dist/: musl, the kernel's headers, relinterp.o and musl-cc. MUSL_VERSION, MUSL_TARBALL and CC choose.
func Build(ctx context.Context) error {
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	changed, err := c.build(ctx, newProgress(os.Stderr))
	if err != nil {
		return err
	}
	state := "is up to date"
	if changed {
		state = "is ready"
	}
	fmt.Printf("%s %s (musl %s); try: %s/bin/musl-cc -relinterp -o hello hello.c\n", c.dist(), state, c.release.Version, c.dist())
	return nil
}
