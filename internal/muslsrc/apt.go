package muslsrc

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"relinterp/internal/debsrc"
)

// aptSources is where a machine keeps its package sources: /etc/apt.
type aptSources string

// likeliest names the suites to look into first for a version.
var likeliest = map[string][]string{
	"1.2.6": {"forky", "sid"},
	"1.2.5": {"trixie", "forky", "sid", "resolute", "questing", "plucky"},
	"1.2.3": {"bookworm"},
}

// order gives all suites, those that should hold the version first.
func order(version string, suites []string) []string {
	known := func(s string) bool { return slices.Contains(suites, s) }
	list := slices.DeleteFunc(slices.Clone(likeliest[version]), func(s string) bool { return !known(s) })
	for _, s := range suites {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// fetch gets upstream's tarball as the source package of a distribution.
func (s aptSources) fetch(ctx context.Context, r Release, dir string) (string, error) {
	sources := debsrc.Sources(s)
	fam, err := sources.Family()
	if err != nil {
		return "", err
	}
	var last error
	for _, suite := range order(r.Version, fam.Suites) {
		path, err := fetchSuite(ctx, sources, r, dir, suite)
		if err == nil || ctx.Err() != nil || debsrc.MirrorDown(err) {
			return path, err
		}
		if !errors.Is(err, errNotInSuite) || last == nil {
			last = err
		}
	}
	return "", last
}

var errNotInSuite = errors.New("no source package of this version")

// fetchSuite looks for the release in one suite and downloads its .orig tarball into dir.
func fetchSuite(ctx context.Context, sources debsrc.Sources, r Release, dir, name string) (string, error) {
	suite, err := sources.Open(ctx, name)
	if err != nil {
		return "", err
	}
	defer suite.Close()
	versions, err := suite.Versions("musl")
	if err != nil {
		return "", err
	}
	last := fmt.Errorf("suite %s: %w", name, errNotInSuite)
	for _, version := range versions {
		if debsrc.Upstream(version) != r.Version {
			continue
		}
		orig, err := suite.Orig("musl", version)
		if err == nil {
			err = r.check(orig)
		}
		if last = err; err == nil {
			path := filepath.Join(dir, r.File())
			return path, moveInto(orig, path)
		}
	}
	return "", last
}
