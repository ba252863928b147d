package muslsrc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Finder holds the places where a tarball may be.
type Finder struct {
	// Tarball is a file that the user names (MUSL_TARBALL). It is used or refused, never passed over.
	Tarball string
	// Cache is the folder where verified tarballs are kept.
	Cache string
	// Site is the folder of musl's releases; "" leaves it out.
	Site string
	// Packages fetches from the system's source packages; nil leaves them out.
	Packages func(ctx context.Context, r Release, dir string) (string, error)
}

// ReleaseSite is where musl publishes its tarballs.
const ReleaseSite = "https://musl.libc.org/releases"

// NewFinder gives the providers in their order: the named tarball, the cache, musl's release
// site, the system's source package.
func NewFinder(tarball, cache string) Finder {
	return Finder{Tarball: tarball, Cache: cache, Site: ReleaseSite, Packages: aptSources("/etc/apt").fetch}
}

// Get gives the path of the release's verified tarball.
func (f Finder) Get(ctx context.Context, r Release) (string, error) {
	if f.Tarball != "" {
		if err := r.check(f.Tarball); err != nil {
			return "", fmt.Errorf("MUSL_TARBALL: %w; name the unchanged %s, or set MUSL_VERSION to what the file holds", err, r.File())
		}
		return f.Tarball, nil
	}
	kept := filepath.Join(f.Cache, r.File())
	if r.check(kept) == nil {
		return kept, nil
	}
	if err := os.MkdirAll(f.Cache, 0o755); err != nil {
		return "", fmt.Errorf("cache: %w; set XDG_CACHE_HOME to a folder that can be written", err)
	}
	var tried []string
	for _, p := range f.fetchers() {
		err := f.keep(ctx, p.fetch, r, kept)
		if err == nil {
			return kept, nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		tried = append(tried, p.name+": "+oneLine(err))
	}
	return "", fmt.Errorf("musl %s: no source found (%s); get %s on another machine and type: MUSL_VERSION=%s MUSL_TARBALL=/path/to/%s go tool mage build",
		r.Version, strings.Join(tried, "; "), r.File(), r.Version, r.File())
}

type fetcher struct {
	name  string
	fetch func(ctx context.Context, r Release, dir string) (string, error)
}

func (f Finder) fetchers() []fetcher {
	var list []fetcher
	if f.Site != "" {
		list = append(list, fetcher{"release site", f.fromSite})
	}
	if f.Packages != nil {
		list = append(list, fetcher{"source package", f.Packages})
	}
	return list
}

// keep fetches into a temporary folder beside the cache's file, checks, and renames.
func (f Finder) keep(ctx context.Context, fetch func(context.Context, Release, string) (string, error), r Release, kept string) error {
	dir, err := os.MkdirTemp(f.Cache, ".fetch-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path, err := fetch(ctx, r, dir)
	if err != nil {
		return err
	}
	if err := r.check(path); err != nil {
		// The temporary path says nothing to the reader.
		return errors.New(strings.ReplaceAll(err.Error(), path, r.File()))
	}
	return moveInto(path, kept)
}

// moveInto puts the file at path in place under its final name, whole or not at all.
func moveInto(path, kept string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	tmp, err := os.CreateTemp(filepath.Dir(kept), ".keep-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	if _, err := io.Copy(tmp, in); err != nil {
		return err
	}
	if err := errors.Join(tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), kept)
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
