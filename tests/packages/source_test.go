package packages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"relinterp/internal/debsrc"
	"relinterp/internal/need"
)

// suites are opened once for all packages.
var suites = struct {
	sync.Mutex
	open   map[string]*debsrc.Suite
	failed map[string]error
}{open: map[string]*debsrc.Suite{}, failed: map[string]error{}}

// tarball gives the package's upstream tarball, from the cache or from the distribution, and its
// sha256, which is pinned.
func (s source) tarball(t *testing.T) (path, sum string) {
	t.Helper()
	dir := cacheDir(t, "sources")
	for _, sum := range s.pins {
		path := filepath.Join(dir, sum)
		if got, err := fileSHA256(path); err == nil && got == sum {
			return path, sum
		}
	}
	suites.Lock()
	defer suites.Unlock()
	sum, err := s.fetch(dir)
	if err != nil {
		need.Missing(t, fmt.Sprintf("the source package %s (%v)", s.name, err), "apt-get update")
	}
	return filepath.Join(dir, sum), sum
}

// fetch looks into the suites, the oldest first: they change least.
func (s source) fetch(dir string) (sum string, err error) {
	fam, err := debsrc.Sources("/etc/apt").Family()
	if err != nil {
		return "", err
	}
	var reasons []error
	for _, name := range slices.Backward(fam.Suites) {
		suite, err := openSuite(name)
		if err != nil && debsrc.MirrorDown(err) {
			return "", err
		}
		if err == nil {
			sum, err = s.fetchFrom(suite, dir)
		}
		if err == nil {
			return sum, nil
		}
		reasons = append(reasons, fmt.Errorf("%s: %w", name, err))
	}
	return "", errors.New(strings.ReplaceAll(errors.Join(reasons...).Error(), "\n", "; "))
}

// openSuite opens a suite for all tests, hence not in the context of the one that is first.
func openSuite(name string) (*debsrc.Suite, error) {
	if suites.open[name] == nil && suites.failed[name] == nil {
		suites.open[name], suites.failed[name] = debsrc.Sources("/etc/apt").Open(context.Background(), name)
	}
	return suites.open[name], suites.failed[name]
}

// fetchFrom gets the first version of the suite that has a pin.
func (s source) fetchFrom(suite *debsrc.Suite, dir string) (sum string, err error) {
	versions, err := suite.Versions(s.name)
	if err != nil {
		return "", err
	}
	for _, version := range versions {
		pin := s.pins[debsrc.Upstream(version)]
		if pin == "" {
			continue
		}
		orig, err := suite.Orig(s.name, version)
		if err != nil {
			return "", err
		}
		if got, err := fileSHA256(orig); err != nil || got != pin {
			return "", fmt.Errorf("%s %s: wrong checksum: sha256 is %s, want %s: %w", s.name, version, got, pin, err)
		}
		return pin, keep(orig, filepath.Join(dir, pin))
	}
	return "", unpinned(s.name, versions)
}

func unpinned(name string, versions []string) error {
	if len(versions) == 0 {
		return fmt.Errorf("no source package %s", name)
	}
	return fmt.Errorf("no pin for %s %s; add the sha256 of its .orig tarball to tests/packages/table_test.go", name, strings.Join(versions, ", "))
}

// keep copies a file under its final name, whole or not at all.
func keep(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(to), ".keep-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), to)
}

func fileSHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

func cacheDir(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "relinterp", name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
