// Package e2e runs programs that musl-cc -relinterp built: everything that may meet them where
// they go, and beside each "it runs" the ordinary program that does not.
package e2e

import (
	"testing"

	"relinterp/internal/trial"
)

// shop holds the programs that several tests use.
var shop *trial.Workshop

func TestMain(m *testing.M) { trial.Main(m, &shop) }
