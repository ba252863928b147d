package targets

import (
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

func TestUnformattedFilesAreNamed(t *testing.T) {
	need.Tool(t, "gofmt", "golang-go")
	dir := t.TempDir()
	put(t, filepath.Join(dir, "good.go"), "package p\n")
	put(t, filepath.Join(dir, "sub/bad.go"), "package   p\n")
	err := unformatted(t.Context(), dir)
	if err == nil || err.Error() != "type: gofmt -w sub/bad.go" {
		t.Errorf("got %v", err)
	}
}

func TestStaticcheckFitsTheGo(t *testing.T) {
	for goVersion, want := range map[string]string{"go1.26.8": "v0.8.2", "go1.24.1": "v0.6.1"} {
		if got, err := staticcheckFor(goVersion); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", goVersion, got, err, want)
		}
	}
	if _, err := staticcheckFor("go1.22"); err == nil || !strings.Contains(err.Error(), "use Go 1.24 or newer") {
		t.Errorf("got %v", err)
	}
}
