// Package environments runs one program wherever programs are sent to run: under limits, sandboxes, other
// mounts and other users. A program that finds its loader beside itself, by -relinterp or by retrofit,
// must do there what the same program with PT_INTERP does.
//
// Further environments have tests of their own: tests/e2e and tests/retrofit (empty roots, long paths,
// set-user-ID, closed descriptors, descriptors as programs), tests/arch (other machines).
package environments

import (
	"testing"

	"relinterp/internal/trial"
)

// shop holds the programs.
var shop *trial.Workshop

func TestMain(m *testing.M) { trial.Main(m, &shop) }
