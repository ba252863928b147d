// Package muslsrc finds the source tarball of a pinned musl release. Where it comes from does not
// matter and is not trusted: the sha256 alone decides.
package muslsrc

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
)

// Release is one version of musl and the sha256 of its .tar.gz as upstream signed it.
type Release struct {
	Version string
	SHA256  string
}

// Releases are the versions that relinterp builds; the first is the default.
var Releases = []Release{
	{"1.2.6", "d585fd3b613c66151fc3249e8ed44f77020cb5e6c1e635a616d3f9f82460512a"},
	{"1.2.5", "a9a118bbe84d8764da0ea0d28b3ab3fae8477fc7e4085d90102b8596fc7c75e4"},
	{"1.2.3", "7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4"},
}

// Lookup gives the release of a version; "" is the default.
func Lookup(version string) (Release, error) {
	if version == "" {
		return Releases[0], nil
	}
	var known []string
	for _, r := range Releases {
		if r.Version == version {
			return r, nil
		}
		known = append(known, r.Version)
	}
	return Release{}, fmt.Errorf("musl %q is not known; set MUSL_VERSION to one of %s", version, strings.Join(known, ", "))
}

// File is upstream's name of the tarball.
func (r Release) File() string { return "musl-" + r.Version + ".tar.gz" }

// check says whether the file at path is this release's tarball.
func (r Release) check(path string) error {
	sum, err := fileSHA256(path)
	if err != nil {
		return err
	}
	if sum == r.SHA256 {
		return nil
	}
	for _, other := range Releases {
		if sum == other.SHA256 {
			return fmt.Errorf("%s holds musl %s, not %s", path, other.Version, r.Version)
		}
	}
	return fmt.Errorf("%s: wrong checksum: sha256 is %s, musl %s has %s", path, sum, r.Version, r.SHA256)
}

func fileSHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
