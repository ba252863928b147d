package muslsrc

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"relinterp/internal/debsrc"
	"relinterp/internal/need"
)

func TestSuitesLikeliestFirst(t *testing.T) {
	got := order("1.2.3", []string{"sid", "forky", "trixie", "bookworm"})
	if want := []string{"bookworm", "sid", "forky", "trixie"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

// The true way: the machine's mirror, apt itself. Suites move on, so one release that is still there
// is enough. Needs the network that the machine's package manager has.
func TestAptFetchesWithoutTouchingTheSystem(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: fetches source lists of 11 MB")
	}
	need.Tool(t, "apt-get", "apt")
	if _, err := debsrc.Sources("/etc/apt").Family(); err != nil {
		need.Missing(t, "a mirror in /etc/apt", "apt edit-sources")
	}
	before := modTime(t, "/var/lib/apt/lists")
	var reasons []string
	for _, r := range Releases {
		path, err := Finder{Cache: t.TempDir(), Packages: aptSources("/etc/apt").fetch}.Get(t.Context(), r)
		if err != nil {
			reasons = append(reasons, err.Error())
			continue
		}
		if err := r.check(path); err != nil {
			t.Error(err)
		}
		if after := modTime(t, "/var/lib/apt/lists"); after != before {
			t.Error("the system's package lists were touched")
		}
		return
	}
	need.Missing(t, "a mirror that answers ("+strings.Join(reasons, "; ")+")", "apt-get update")
}

func TestAptNamesAMirrorThatDoesNotAnswer(t *testing.T) {
	need.Tool(t, "apt-get", "apt")
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "sources.list"), []byte("deb http://127.0.0.1:1/debian bookworm main\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := aptSources(root).fetch(t.Context(), Releases[0], t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("got %v", err)
	}
}

func modTime(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		return err.Error()
	}
	return info.ModTime().String()
}
