package targets

import (
	"slices"
	"testing"

	"relinterp/internal/muslsrc"
)

func TestKernelOfTheDistribution(t *testing.T) {
	got, err := dependency("linux-image-cloud-amd64\n  Depends: linux-image-6.1.0-56-cloud-amd64\n  Suggests: x\n")
	if got != "linux-image-6.1.0-56-cloud-amd64" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := dependency("linux-image-cloud-amd64\n"); err == nil {
		t.Error("no dependency, and no error")
	}
}

func TestKernelsAreNamedToTheTest(t *testing.T) {
	c := config{top: "/top", release: muslsrc.Releases[0]}
	got := c.kernelsCommand("/a.deb /b")
	if !slices.Equal(got.env, []string{"RELINTERP_DIST=/top/dist", "RELINTERP_KERNELS=/a.deb /b"}) || got.dir != "/top" {
		t.Errorf("got %+v", got)
	}
}
