package packages

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

// loader is the file that a bundle carries in lib/.
const loader = "ld-musl-x86_64.so.1"

// bundle builds the package with a compiler of the toolchain folder, or takes what it built before
// from the same source, scripts and toolchain. It holds bin/, lib/ and ordinary/.
func (s source) bundle(t *testing.T, compiler string) string {
	t.Helper()
	dist := need.Dist(t)
	need.Tool(t, "make", "make")
	need.Tool(t, "xz", "xz-utils")
	need.Tool(t, "tar", "tar")
	need.Tool(t, "readelf", "binutils")
	if compiler == "musl-clang" {
		need.Tool(t, "clang", "clang")
	} else {
		need.Tool(t, "gcc", "gcc")
	}
	for tool, pkg := range s.tools {
		if _, err := exec.LookPath(tool); err != nil {
			need.Missing(t, tool, "apt-get install "+pkg)
		}
	}
	tarball, sum := s.tarball(t)
	dir := cacheDir(t, "packages")
	prefix := s.name + "," + compiler + ","
	kept := filepath.Join(dir, prefix+key(t, dist, s.script, compiler, sum))
	if _, err := os.Stat(kept); err == nil {
		return kept
	}
	made := s.build(t, dist, compiler, tarball)
	defer os.RemoveAll(made)
	old, _ := filepath.Glob(filepath.Join(dir, prefix+"*"))
	for _, path := range old {
		_ = os.RemoveAll(path)
	}
	if err := os.Rename(made, kept); err != nil {
		t.Fatal(err)
	}
	return kept
}

// key covers all that a bundle depends on.
func key(t *testing.T, dist, script string, words ...string) string {
	t.Helper()
	h := sha256.New()
	fmt.Fprintln(h, words)
	files, _ := filepath.Glob(filepath.Join("testdata", "*.c"))
	files = append(files, filepath.Join("testdata", "build.sh"), filepath.Join("testdata", script+".sh"))
	for _, path := range append(files, filepath.Join("testdata", "dash-run.sh"), filepath.Join(dist, "STAMP.json")) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(h, path, len(data))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// build runs the package's script in its unpacked source and adds the loader.
func (s source) build(t *testing.T, dist, compiler, tarball string) string {
	t.Helper()
	src := t.TempDir()
	if out, err := exec.Command("tar", "-xf", tarball, "-C", src, "--strip-components=1", "--no-same-owner").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", tarball, err, out)
	}
	made, err := os.MkdirTemp(cacheDir(t, "packages"), ".build-*")
	if err != nil {
		t.Fatal(err)
	}
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(testdata, "build.sh"), s.script)
	cmd.Dir = src
	cmd.Env = []string{
		"PATH=" + filepath.Join(dist, "bin") + ":" + os.Getenv("PATH"), "HOME=" + src, "LC_ALL=C", "MAKEFLAGS=-j2",
		"CC=" + compiler + " -relinterp", "CFLAGS=-O1", "OUT=" + made, "TESTDATA=" + testdata,
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		_ = os.RemoveAll(made)
		t.Fatalf("build of %s: %v\n%s", s.name, err, lastLines(string(out), 60))
	}
	addLoader(t, dist, made)
	return made
}

// addLoader puts musl into the bundle.
func addLoader(t *testing.T, dist, bundle string) {
	t.Helper()
	libc, err := os.ReadFile(filepath.Join(dist, "x86_64-linux-musl", "lib", "libc.so"))
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Join(bundle, "lib"), 0o755), os.WriteFile(filepath.Join(bundle, "lib", loader), libc, 0o755))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func lastLines(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "")
}
