package packages

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"relinterp/internal/need"
)

// go build with musl-cc as the C compiler and as the external linker.
func TestCgoInAnEmptyRoot(t *testing.T) {
	t.Parallel()
	dist := need.Dist(t)
	need.Tool(t, "gcc", "gcc")
	bundle := t.TempDir()
	goBuild(t, dist, filepath.Join(bundle, "bin", "cgo"), "-relinterp=portable")
	goBuild(t, dist, filepath.Join(bundle, "ordinary", "cgo"), "-relinterp=no")
	addLoader(t, dist, bundle)
	source{program: "cgo"}.checkFiles(t, bundle)
	p := emptyRoot(t, bundle, "cgo")
	p.want("[0 3 6 9 12 15 18 21]\n")
	p.refusesOrdinary()
}

func goBuild(t *testing.T, dist, program, option string) {
	t.Helper()
	cmd := exec.Command(need.Tool(t, "go", "golang"), "build", "-buildvcs=false", "-ldflags", "-linkmode external -extldflags "+option, "-o", program, ".")
	cmd.Dir = filepath.Join("testdata", "cgo")
	cmd.Env = append(os.Environ(), "CC="+filepath.Join(dist, "bin", "musl-cc"), "CGO_ENABLED=1", "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
}
