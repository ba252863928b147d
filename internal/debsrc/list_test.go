package debsrc

import (
	"reflect"
	"testing"
)

func TestParseSourceLists(t *testing.T) {
	one := `# deb-src http://m/debian sid main
deb [arch=amd64 signed-by=/k.gpg] http://m/debian bookworm main contrib # ours
deb http://m/debian
deb-src http://n/ubuntu noble universe`
	want := []entry{
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
	want = []entry{
		{[]string{"http://m/debian"}, []string{"bookworm", "bookworm-updates"}, []string{"main"}, "/k.gpg"},
		{[]string{"http://n/debian"}, []string{"sid"}, []string{"main"}, "\n -----BEGIN\n .\n key"},
	}
	if got := parseDeb822(stanzas); !reflect.DeepEqual(got, want) {
		t.Errorf("stanza format: %+v", got)
	}
}

func TestMirrorIsTheDistributionsOwn(t *testing.T) {
	third := entry{[]string{"https://third.example/linux"}, []string{"bookworm"}, []string{"main"}, ""}
	security := entry{[]string{"http://m.example/debian"}, []string{"bookworm-security"}, []string{"main"}, ""}
	debian := entry{[]string{"http://m.example/debian/"}, []string{"bookworm"}, []string{"main"}, "/k"}
	ubuntu := entry{[]string{"http://u.example/ubuntu"}, []string{"noble"}, []string{"main", "universe"}, ""}
	for _, c := range []struct {
		entries   []entry
		uri       string
		component string
	}{
		{[]entry{third, security, debian}, "http://m.example/debian/", "main"},
		{[]entry{third, ubuntu}, "http://u.example/ubuntu", "universe"},
		{[]entry{third}, "https://third.example/linux", "main"},
		{[]entry{security}, "", ""},
	} {
		e, f, ok := mirrorOf(c.entries)
		if ok != (c.uri != "") || ok && (e.uris[0] != c.uri || f.Component != c.component) {
			t.Errorf("%v: got %v %v %v", c.entries, e, f.Component, ok)
		}
	}
}

func TestPrivateListKeepsMirrorAndKey(t *testing.T) {
	e := entry{[]string{"http://m/debian"}, []string{"bookworm"}, []string{"main", "contrib"}, "\n -----BEGIN\n key"}
	got := privateSources(e, families[0], "trixie")
	want := "Types: deb-src\nURIs: http://m/debian\nSuites: trixie\nComponents: main\nSigned-By: \n -----BEGIN\n key\n"
	if got != want {
		t.Errorf("got:\n%s", got)
	}
}

// Ubuntu has musl in universe, and zlib in main.
func TestPrivateListOfUbuntuHasBothComponents(t *testing.T) {
	got := privateSources(entry{[]string{"http://m/ubuntu"}, []string{"noble"}, []string{"universe"}, ""}, families[1], "noble")
	if want := "Types: deb-src\nURIs: http://m/ubuntu\nSuites: noble\nComponents: main universe\n"; got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestVersionsListedOnce(t *testing.T) {
	show := "Package: musl\nVersion: 1.2.5-3\n\nVersion: 1:1.2.5-1.1\nVersion: 1.2.6-1\nVersion: 1.2.5-3\n"
	if got, want := sourceVersions(show), []string{"1.2.5-3", "1:1.2.5-1.1", "1.2.6-1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestUpstreamPart(t *testing.T) {
	for version, want := range map[string]string{"1.2.5-3": "1.2.5", "1:1.2.5-1.1": "1.2.5", "1.3.dfsg+really1.3.1-1": "1.3.dfsg+really1.3.1", "7": "7"} {
		if got := Upstream(version); got != want {
			t.Errorf("%s: got %s", version, got)
		}
	}
}
