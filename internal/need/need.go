// Package need says what a test needs of the machine. What is missing skips the test with the
// line that mends it, or fails it where RELINTERP_NO_SKIP=1 promises that everything is there.
package need

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"relinterp/internal/arch"
)

// NoSkip is the environment variable by which `go tool mage test` promises a complete machine.
const NoSkip = "RELINTERP_NO_SKIP"

// Missing skips the test, or fails it under NoSkip. what names the missing thing, mend is the
// line to type.
func Missing(t testing.TB, what, mend string) {
	t.Helper()
	if os.Getenv(NoSkip) == "1" {
		t.Fatalf("%s is missing; run: %s", what, mend)
	}
	t.Skipf("%s is missing; run: %s", what, mend)
}

// Tool gives the path of an executable found through PATH. pkg is the distribution's package
// that holds it.
func Tool(t testing.TB, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, name, "apt-get install "+pkg)
	}
	return path
}

// Dist gives the absolute path of the toolchain folder: RELINTERP_DIST, else dist/ at the top of
// the repository.
func Dist(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("RELINTERP_DIST")
	if dir == "" {
		dir = filepath.Join(Top(), "dist")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(abs, "bin", "musl-cc")); err != nil {
		Missing(t, "the toolchain folder "+abs, "go tool mage build")
	}
	// go test keeps results by the files that a test looks at: the stamp changes with every part.
	_, _ = os.Stat(filepath.Join(abs, "STAMP.json"))
	return abs
}

// Machine wants the musl of a machine in the toolchain folder.
func Machine(t testing.TB, a arch.Arch) {
	t.Helper()
	folder := filepath.Join(Dist(t), a.Folder())
	if _, err := os.Stat(filepath.Join(folder, "lib", "libc.so")); err != nil {
		Missing(t, "musl for "+a.Name, "ARCH="+a.Name+" go tool mage build")
	}
	_, _ = os.Stat(filepath.Join(folder, "STAMP.json"))
}

// Top gives the absolute path of the repository's top folder.
func Top() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}
