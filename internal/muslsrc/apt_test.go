package muslsrc

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"relinterp/internal/need"
)

func TestParseSourceLists(t *testing.T) {
	one := `# deb-src http://m/debian sid main
deb [arch=amd64 signed-by=/k.gpg] http://m/debian bookworm main contrib # ours
deb http://m/debian
deb-src http://n/ubuntu noble universe`
	want := []aptEntry{
		{[]string{"http://m/debian"}, []string{"bookworm"}, []string{"main", "contrib"}, "/k.gpg"},
		{[]string{"http://n/ubuntu"}, []string{"noble"}, []string{"universe"}, ""},
	}
	if got := parseOneLine(one); !reflect.DeepEqual(got, want) {
		t.Errorf("one-line format: %+v", got)
	}
	stanzas := `Types: deb
# a comment
URIs: http://m/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /k.gpg

Enabled: no
URIs: http://off/debian
Suites: bookworm
Components: main

URIs: http://n/debian
Suites: sid
Components: main
Signed-By:
 -----BEGIN
 .
 key
`
	want = []aptEntry{
		{[]string{"http://m/debian"}, []string{"bookworm", "bookworm-updates"}, []string{"main"}, "/k.gpg"},
		{[]string{"http://n/debian"}, []string{"sid"}, []string{"main"}, "\n -----BEGIN\n .\n key"},
	}
	if got := parseDeb822(stanzas); !reflect.DeepEqual(got, want) {
		t.Errorf("stanza format: %+v", got)
	}
}

func TestMirrorIsTheDistributionsOwn(t *testing.T) {
	third := aptEntry{[]string{"https://third.example/linux"}, []string{"bookworm"}, []string{"main"}, ""}
	security := aptEntry{[]string{"http://m.example/debian"}, []string{"bookworm-security"}, []string{"main"}, ""}
	debian := aptEntry{[]string{"http://m.example/debian/"}, []string{"bookworm"}, []string{"main"}, "/k"}
	ubuntu := aptEntry{[]string{"http://u.example/ubuntu"}, []string{"noble"}, []string{"main", "universe"}, ""}
	for _, c := range []struct {
		entries   []aptEntry
		uri       string
		component string
	}{
		{[]aptEntry{third, security, debian}, "http://m.example/debian/", "main"},
		{[]aptEntry{third, ubuntu}, "http://u.example/ubuntu", "universe"},
		{[]aptEntry{third}, "https://third.example/linux", "main"},
		{[]aptEntry{security}, "", ""},
	} {
		e, f, ok := mirrorOf(c.entries)
		if ok != (c.uri != "") || ok && (e.uris[0] != c.uri || f.component != c.component) {
			t.Errorf("%v: got %v %v %v", c.entries, e, f.component, ok)
		}
	}
}

func TestPrivateListKeepsMirrorAndKey(t *testing.T) {
	e := aptEntry{[]string{"http://m/debian"}, []string{"bookworm"}, []string{"main", "contrib"}, "\n -----BEGIN\n key"}
	got := privateSources(e, families[0], "trixie")
	want := "Types: deb-src\nURIs: http://m/debian\nSuites: trixie\nComponents: main\nSigned-By: \n -----BEGIN\n key\n"
	if got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestSuitesLikeliestFirst(t *testing.T) {
	got := families[0].order("1.2.3")
	if want := []string{"bookworm", "sid", "forky", "trixie"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestSourceVersionsByUpstreamPart(t *testing.T) {
	show := "Package: musl\nVersion: 1.2.5-3\n\nVersion: 1:1.2.5-1.1\nVersion: 1.2.6-1\nVersion: 1.2.5-3\nVersion: 1.2.50-1\n"
	if got, want := sourceVersions(show, "1.2.5"), []string{"1.2.5-3", "1:1.2.5-1.1"}; !reflect.DeepEqual(got, want) {
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
	if len(aptSources("/etc/apt").read()) == 0 {
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
