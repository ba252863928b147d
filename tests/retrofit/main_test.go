// Package retrofit proves what patching an existing program promises: whatever linker made it and
// whatever meets it afterwards, it does not start where its interpreter is missing, starts once it is
// patched, and is restored byte for byte. Programs of glibc and of musl, real tools, real roots.
package retrofit

import (
	"testing"

	"relinterp/internal/trial"
)

// shop holds the programs that several tests use.
var shop *trial.Workshop

func TestMain(m *testing.M) { trial.Main(m, &shop) }
