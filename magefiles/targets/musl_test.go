package targets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"relinterp/internal/arch"
	"relinterp/internal/muslsrc"
	"relinterp/internal/need"
)

const onePatch = `why it is needed
--- a/src/f.c
+++ b/src/f.c
@@ -1 +1 @@
-int f;
+long f;
`

func TestPatchesApplyInOrder(t *testing.T) {
	need.Tool(t, "patch", "patch")
	src, dir := t.TempDir(), t.TempDir()
	file := put(t, filepath.Join(src, "src/f.c"), "int f;\n")
	first := put(t, filepath.Join(dir, "1.patch"), onePatch)
	second := put(t, filepath.Join(dir, "2.patch"), strings.NewReplacer("-int", "-long", "+long", "+short").Replace(onePatch))
	if err := applyPatches(t.Context(), src, []string{first, second}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, file); got != "short f;\n" {
		t.Errorf("got %q", got)
	}
}

func TestPatchThatDoesNotApplyIsNamed(t *testing.T) {
	need.Tool(t, "patch", "patch")
	src := t.TempDir()
	put(t, filepath.Join(src, "src/f.c"), "char f;\n")
	bad := put(t, filepath.Join(t.TempDir(), "forward.patch"), onePatch)
	err := applyPatches(t.Context(), src, []string{bad})
	if err == nil || !strings.HasPrefix(err.Error(), bad+" does not apply; ") {
		t.Errorf("got %v", err)
	}
}

func TestOurPatchesApplyToEveryRelease(t *testing.T) {
	need.Tool(t, "patch", "patch")
	known := map[string]bool{}
	for _, a := range arch.All() {
		known[a.Name] = true
		t.Run(a.Name, func(t *testing.T) { patchesApply(t, a) })
	}
	folders, _ := filepath.Glob(mustAbs(t, "../../crt/patches/*/"))
	for _, dir := range folders {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && !known[filepath.Base(dir)] {
			t.Errorf("%s is no machine's", dir)
		}
	}
}

func patchesApply(t *testing.T, a arch.Arch) {
	for _, r := range muslsrc.Releases {
		c, err := newConfig(mustAbs(t, "../.."), environment("MUSL_VERSION="+r.Version), only(), userCache(t))
		if err != nil {
			t.Fatal(err)
		}
		tarball, err := muslsrc.NewFinder("", filepath.Join(c.cache, "tarballs")).Get(t.Context(), r)
		if err != nil {
			need.Missing(t, err.Error(), "MUSL_VERSION="+r.Version+" go tool mage build")
		}
		src := filepath.Join(t.TempDir(), "src")
		if err := muslsrc.Unpack(tarball, src); err != nil {
			t.Fatal(err)
		}
		c.arch = a
		patches, err := c.patches()
		if err != nil || len(patches) == 0 {
			t.Fatalf("patches: %v, %v", patches, err)
		}
		if err := applyPatches(t.Context(), src, patches); err != nil {
			t.Errorf("musl %s: %v", r.Version, err)
		}
	}
}

func userCache(t *testing.T) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		need.Missing(t, "a cache folder", "export XDG_CACHE_HOME=/tmp/cache")
	}
	return dir
}

func TestMuslNeverInstallsOnTheHost(t *testing.T) {
	c := config{cc: []string{"ccache", "gcc"}}
	plan := c.muslPlan("/src")
	if !slices.Contains(plan[0].argv, "--syslibdir=/lib") || !slices.Contains(plan[0].argv, "CC=ccache gcc") {
		t.Errorf("configure: %v", plan[0])
	}
	if last := plan[len(plan)-1]; !slices.Contains(last.argv, "DESTDIR=../install") {
		t.Errorf("install: %v", last)
	}
}

func TestLoaderLinkIsRelative(t *testing.T) {
	lib := t.TempDir()
	if err := os.Symlink("/lib/libc.so", filepath.Join(lib, "ld-musl-x86_64.so.1")); err != nil {
		t.Fatal(err)
	}
	if err := relativeLoader(lib, "ld-musl-x86_64.so.1"); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.Readlink(filepath.Join(lib, "ld-musl-x86_64.so.1")); got != "libc.so" {
		t.Errorf("link to %q", got)
	}
	if err := relativeLoader(t.TempDir(), "ld-musl-x86_64.so.1"); err == nil {
		t.Error("no error without a loader")
	}
}

func TestOldestMuslsLeaveTheCache(t *testing.T) {
	dir := t.TempDir()
	for i := range keptMusls + 2 {
		sub := filepath.Join(dir, fmt.Sprintf("key%02d", i))
		put(t, filepath.Join(sub, "lib/libc.so"), "")
		used := time.Now().Add(-time.Duration(i) * time.Hour)
		if err := os.Chtimes(sub, used, used); err != nil {
			t.Fatal(err)
		}
	}
	if err := pruneMusls(dir); err != nil {
		t.Fatal(err)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != keptMusls || left[len(left)-1].Name() != fmt.Sprintf("key%02d", keptMusls-1) {
		t.Errorf("left: %v", left)
	}
}

func TestBuiltMuslIsTakenFromTheCache(t *testing.T) {
	c := smallConfig(t)
	put(t, filepath.Join(c.cache, "musl", "k", "lib/libc.so"), "")
	var log strings.Builder
	c.tarball = "/no/such/tarball" // would be an error if a build began
	got, err := c.musl(t.Context(), &progress{w: &log}, nil, "k")
	if err != nil || got != filepath.Join(c.cache, "musl", "k") || log.Len() > 0 {
		t.Errorf("got %q, %v, said %q", got, err, log.String())
	}
}

func TestFailedBuildLeavesNothingInTheCache(t *testing.T) {
	c := smallConfig(t)
	c.tarball = "/no/such/tarball"
	var log strings.Builder
	_, err := c.musl(t.Context(), &progress{w: &log}, nil, "k")
	if err == nil || !strings.Contains(err.Error(), "MUSL_TARBALL: open /no/such/tarball") {
		t.Errorf("got %v", err)
	}
	if list, _ := filepath.Glob(filepath.Join(c.cache, "musl", "[^.]*")); len(list) > 0 {
		t.Errorf("left: %v", list)
	}
}
