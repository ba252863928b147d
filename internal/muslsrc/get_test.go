package muslsrc

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tarball makes a real .tar.gz of a release that is not musl, and the release.
func tarball(t *testing.T, files map[string]string) (Release, []byte) {
	t.Helper()
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	tw := tar.NewWriter(zw)
	for name, text := range files {
		if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), zw.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	sum, err := fileSHA256(path)
	if err != nil {
		t.Fatal(err)
	}
	return Release{Version: "9.9", SHA256: sum}, buf.Bytes()
}

// site serves content under every name and counts the requests.
func site(t *testing.T, content []byte) (url string, count *int) {
	t.Helper()
	count = new(int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*count++
		if content == nil || r.URL.Path != "/musl-9.9.tar.gz" {
			http.NotFound(w, r)
			return
		}
		w.Write(content)
	}))
	t.Cleanup(s.Close)
	return s.URL, count
}

func TestDownloadedOnceThenCached(t *testing.T) {
	r, content := tarball(t, map[string]string{"musl-9.9/VERSION": "9.9"})
	url, count := site(t, content)
	f := Finder{Cache: filepath.Join(t.TempDir(), "new"), Site: url}
	for range 2 {
		path, err := f.Get(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, content) {
			t.Errorf("%s is not what the site served", path)
		}
	}
	if *count != 1 {
		t.Errorf("%d requests, want 1", *count)
	}
}

func TestCorruptCacheIsFetchedAgain(t *testing.T) {
	r, content := tarball(t, map[string]string{"musl-9.9/VERSION": "9.9"})
	url, _ := site(t, content)
	cache := t.TempDir()
	if err := os.WriteFile(filepath.Join(cache, r.File()), content[:40], 0o644); err != nil {
		t.Fatal(err)
	}
	path, err := Finder{Cache: cache, Site: url}.Get(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); !bytes.Equal(got, content) {
		t.Error("the truncated file stayed in the cache")
	}
}

func TestSiteFailsThenPackages(t *testing.T) {
	r, content := tarball(t, map[string]string{"musl-9.9/VERSION": "9.9"})
	url, count := site(t, nil)
	f := Finder{Cache: t.TempDir(), Site: url, Packages: func(_ context.Context, _ Release, dir string) (string, error) {
		path := filepath.Join(dir, "musl_9.9.orig.tar.gz")
		return path, os.WriteFile(path, content, 0o644)
	}}
	if _, err := f.Get(t.Context(), r); err != nil || *count != 1 {
		t.Errorf("%v after %d requests, want the package after one", err, *count)
	}
}

func TestWrongChecksumLeavesNothing(t *testing.T) {
	r, _ := tarball(t, map[string]string{"musl-9.9/VERSION": "9.9"})
	url, _ := site(t, []byte("<html>a captive portal</html>"))
	f := Finder{Cache: t.TempDir(), Site: url}
	_, err := f.Get(t.Context(), r)
	for _, part := range []string{"wrong checksum", r.SHA256, "MUSL_VERSION=9.9 MUSL_TARBALL=/path/to/musl-9.9.tar.gz go tool mage build"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v does not say %q", err, part)
		}
	}
	if left, _ := os.ReadDir(f.Cache); len(left) != 0 {
		t.Errorf("left in the cache: %v", left)
	}
}

func TestNoSourceIsOneErrorWithTheMend(t *testing.T) {
	f := Finder{Cache: t.TempDir(), Site: "http://127.0.0.1:1", Packages: func(context.Context, Release, string) (string, error) {
		return "", errors.New("apt-get is not on this machine")
	}}
	_, err := f.Get(t.Context(), Releases[0])
	for _, part := range []string{"release site: ", "connection refused", "source package: apt-get is not on this machine", "MUSL_TARBALL="} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v does not say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %v", err)
	}
}

func TestNamedTarballIsUsedInPlace(t *testing.T) {
	r, content := tarball(t, map[string]string{"musl-9.9/VERSION": "9.9"})
	path := filepath.Join(t.TempDir(), "mine.tgz")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := Finder{Tarball: path, Cache: t.TempDir()}.Get(t.Context(), r)
	if err != nil || got != path {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestNamedTarballIsNeverPassedOver(t *testing.T) {
	r, content := tarball(t, map[string]string{"musl-9.9/VERSION": "9.9"})
	url, count := site(t, content)
	for _, name := range []string{"missing.tar.gz", "wrong.tar.gz"} {
		path := filepath.Join(t.TempDir(), name)
		if name == "wrong.tar.gz" {
			if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Finder{Tarball: path, Cache: t.TempDir(), Site: url}.Get(t.Context(), r)
		if err == nil || !strings.Contains(err.Error(), path) || *count != 0 {
			t.Errorf("%s: %v after %d requests", name, err, *count)
		}
	}
}

func TestUnknownVersionNamesTheKnown(t *testing.T) {
	_, err := Lookup("1.1.24")
	if err == nil || err.Error() != `musl "1.1.24" is not known; set MUSL_VERSION to one of 1.2.6, 1.2.5, 1.2.3` {
		t.Errorf("got %v", err)
	}
}

func TestOtherReleaseIsRecognised(t *testing.T) {
	r, content := tarball(t, map[string]string{"a/b": ""})
	saved := Releases
	t.Cleanup(func() { Releases = saved })
	Releases = append([]Release{r}, Releases...)
	path := filepath.Join(t.TempDir(), "m.tar.gz")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	err := saved[0].check(path)
	if err == nil || !strings.HasSuffix(err.Error(), "holds musl 9.9, not 1.2.6") {
		t.Errorf("got %v", err)
	}
}
