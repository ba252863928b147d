package targets

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/muslsrc"
)

// environment is a getenv over a list of NAME=value.
func environment(list ...string) func(string) string {
	return func(name string) string {
		for _, entry := range list {
			if value, ok := strings.CutPrefix(entry, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// only is a look for a machine that has just these programs.
func only(programs ...string) func(string) (string, error) {
	return func(name string) (string, error) {
		for _, p := range programs {
			if p == name {
				return "/bin/" + p, nil
			}
		}
		return "", errors.New("not found")
	}
}

func TestCompilerChosen(t *testing.T) {
	for _, c := range []struct{ env, programs, want string }{
		{"", "gcc clang", "gcc"},
		{"", "clang", "clang"},
		{"", "", "gcc"},
		{"CC=ccache gcc-12", "gcc", "ccache gcc-12"},
	} {
		got, err := newConfig("/top", environment(c.env), only(strings.Fields(c.programs)...), "/cache")
		if err != nil || join(got.cc) != c.want {
			t.Errorf("%q with %q: got %q, %v, want %q", c.env, c.programs, got.cc, err, c.want)
		}
	}
}

func TestEveryMuslHasItsFolder(t *testing.T) {
	for _, r := range muslsrc.Releases {
		c, err := newConfig("/top", environment("MUSL_VERSION="+r.Version), only(), "/cache")
		want := filepath.Join("/top/dist", "musl-"+r.Version)
		if r == muslsrc.Releases[0] {
			want = "/top/dist"
		}
		if err != nil || c.dist() != want {
			t.Errorf("%s: got %s, %v, want %s", r.Version, c.dist(), err, want)
		}
	}
}

func TestNamedTarballServesItsOwnMusl(t *testing.T) {
	c, err := newConfig("/top", environment("MUSL_VERSION=1.2.5", "MUSL_TARBALL=/t"), only(), "/cache")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range c.everyMusl() {
		if (one.tarball == "/t") != (one.release.Version == "1.2.5") {
			t.Errorf("musl %s from %q", one.release.Version, one.tarball)
		}
	}
}

func TestUnknownMuslIsRefused(t *testing.T) {
	_, err := newConfig("/top", environment("MUSL_VERSION=2.0"), only(), "/cache")
	if err == nil || !strings.Contains(err.Error(), "set MUSL_VERSION to one of") {
		t.Errorf("got %v", err)
	}
}

func TestRepositoryIsFoundFromBelow(t *testing.T) {
	top, err := findTop() // this test runs in magefiles/targets
	if err != nil || filepath.Base(filepath.Dir(mustAbs(t, "."))) != "magefiles" || top != mustAbs(t, "../..") {
		t.Errorf("got %q, %v", top, err)
	}
	t.Chdir(t.TempDir())
	if _, err := findTop(); err == nil {
		t.Error("no error outside the repository")
	}
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
