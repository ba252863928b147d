package targets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

func TestObjectKeyFollowsItsSourcesAlone(t *testing.T) {
	c := smallConfig(t)
	source := put(t, filepath.Join(c.top, "crt/start.c"), "int a;")
	key := func() string {
		t.Helper()
		p, err := c.objectPart(t.Context(), nil, "gcc 12")
		if err != nil {
			t.Fatal(err)
		}
		return p.key
	}
	first := key()
	put(t, filepath.Join(c.top, "crt/test/a.c"), "int test;")
	put(t, filepath.Join(c.top, "crt/README.md"), "words")
	if key() != first {
		t.Error("a test or a document changes the entry object's key")
	}
	put(t, source, "int b;")
	if key() == first {
		t.Error("another source gives the same key")
	}
}

func TestCompilerWithoutOzGetsOs(t *testing.T) {
	need.Tool(t, "gcc", "gcc")
	old := put(t, filepath.Join(t.TempDir(), "gcc-11"), "#!/bin/sh\nfor a; do [ \"$a\" = -Oz ] && exit 1; done\nexec gcc \"$@\"\n")
	if err := os.Chmod(old, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := (config{cc: []string{old}}).smallest(t.Context()); got != "-Os" {
		t.Errorf("got %s", got)
	}
}

func TestDriverSourcesWithoutTests(t *testing.T) {
	for path, want := range map[string]bool{
		"/top/wrapper/plan.go": true, "/top/specs/relinterp.specs": true,
		"/top/wrapper/plan_test.go": false, "/top/wrapper/testdata/a.txt": false,
	} {
		if driverSource(path) != want {
			t.Errorf("%s: want %v", path, want)
		}
	}
}

func TestMissingRuntimeFileNamesTheMend(t *testing.T) {
	fake := put(t, filepath.Join(t.TempDir(), "cc"), "#!/bin/sh\necho \"${1#-print-file-name=}\"\n") // as gcc answers for a file that it lacks
	if err := os.Chmod(fake, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := config{cc: []string{fake}}.runtimePart(t.Context(), nil, "")
	if err == nil || !strings.HasSuffix(err.Error(), "has no crtbegin.o; install gcc") {
		t.Errorf("got %v", err)
	}
}
