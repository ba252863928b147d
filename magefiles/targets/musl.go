package targets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"relinterp/internal/muslsrc"
)

// configureArgs build a musl that never writes outside DESTDIR. Its libc.so has two segments, not
// four: two mappings less for every program that starts, whoever maps it.
var configureArgs = []string{"--prefix=/", "--syslibdir=/lib", "--disable-wrapper", "LDFLAGS=-Wl,-z,noseparate-code"}

// buildVariables of the user's environment are for programs, not for musl; musl's own defaults hold.
var buildVariables = []string{"CFLAGS=", "CPPFLAGS=", "LDFLAGS=", "LIBCC=", "CROSS_COMPILE=", "MAKEFLAGS=", "DESTDIR="}

// patches lists our patches to musl, those for all machines first, each in the order of their names.
func (c config) patches() ([]string, error) {
	dir := filepath.Join(c.top, "crt", "patches")
	all, err := filepath.Glob(filepath.Join(dir, "*.patch"))
	if err != nil {
		return nil, err
	}
	own, err := filepath.Glob(filepath.Join(dir, c.arch.Name, "*.patch"))
	return append(all, own...), err
}

// muslKey is the key of a built musl.
func (c config) muslKey(patches []string, compiler string) (string, error) {
	k := newKey("musl").text(c.release.Version, c.release.SHA256, c.arch.Name, compiler).text(c.cc...).text(configureArgs...)
	if c.foreign() {
		k.text(c.binutils()...)
	}
	for _, p := range patches {
		k.file(filepath.Base(p), p)
	}
	return k.sum()
}

// musl gives the folder (in the cache) with the built musl of that key, include/ and lib/.
func (c config) musl(ctx context.Context, p *progress, patches []string, key string) (string, error) {
	all := filepath.Join(c.cache, "musl")
	unlock, err := lock(all) // another clone may be building the very same
	if err != nil {
		return "", fmt.Errorf("cache: %w; set XDG_CACHE_HOME to a folder that can be written", err)
	}
	defer unlock()
	done := filepath.Join(all, key)
	if _, err := os.Stat(done); err == nil {
		now := time.Now()
		_ = os.Chtimes(done, now, now) // its age decides in pruneMusls
		return done, nil
	}
	work := filepath.Join(all, ".build") // under the lock, what lies there is of a build that was killed
	if err := os.RemoveAll(work); err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	install, err := c.buildMusl(ctx, p, patches, work)
	if err != nil {
		return "", err
	}
	if err := os.Rename(install, done); err != nil {
		return "", err
	}
	return done, pruneMusls(all)
}

// buildMusl fetches, patches and builds below work, and gives the installed tree.
func (c config) buildMusl(ctx context.Context, p *progress, patches []string, work string) (string, error) {
	var tarball string
	name := "musl " + c.release.Version
	if c.foreign() {
		name += " for " + c.arch.Name
	}
	err := p.do(name+": source", func() (err error) {
		finder := muslsrc.NewFinder(c.tarball, filepath.Join(c.cache, "tarballs"))
		tarball, err = finder.Get(ctx, c.release)
		return err
	})
	if err != nil {
		return "", err
	}
	src, install := filepath.Join(work, "src"), filepath.Join(work, "install")
	if err := muslsrc.Unpack(tarball, src); err != nil {
		return "", err
	}
	if err := applyPatches(ctx, src, patches); err != nil {
		return "", err
	}
	for _, step := range c.muslPlan(src) {
		if err := p.do(name+": "+step.name, func() error { return step.quiet(ctx) }); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
	}
	return install, relativeLoader(filepath.Join(install, "lib"), c.loader())
}

type step struct {
	name string
	command
}

// muslPlan is what turns the patched source into an installed tree beside it. DESTDIR is relative:
// make's targets know no spaces.
func (c config) muslPlan(src string) []step {
	configure := append([]string{"./configure"}, configureArgs...)
	configure = append(configure, "CC="+join(c.cc))
	if c.foreign() {
		configure = append(configure, c.binutils()...)
	}
	jobs := "-j" + strconv.Itoa(runtime.NumCPU())
	return []step{
		{"configure", command{src, buildVariables, configure}},
		{"compile", command{src, buildVariables, []string{"make", jobs}}},
		{"install", command{src, buildVariables, []string{"make", "install", "DESTDIR=../install"}}},
	}
}

// applyPatches applies all or stops at the first that does not fit.
func applyPatches(ctx context.Context, src string, patches []string) error {
	for _, p := range patches {
		cmd := command{dir: src, argv: []string{"patch", "-p1", "--batch", "--forward", "--fuzz=0", "-i", p}}
		if err := cmd.quiet(ctx); err != nil {
			return fmt.Errorf("%s does not apply; mend the patch for this version of musl: %w", p, err)
		}
	}
	return nil
}

// relativeLoader replaces musl's absolute link to its loader, which would point at the host's.
func relativeLoader(lib, loader string) error {
	link := filepath.Join(lib, loader)
	if err := os.Remove(link); err != nil {
		return fmt.Errorf("musl installed no loader: %w", err)
	}
	return os.Symlink("libc.so", link)
}

// keptMusls is how many built musls stay in the cache.
const keptMusls = 32

// pruneMusls removes the built musls that were not used for the longest time.
func pruneMusls(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	type built struct {
		path string
		used time.Time
	}
	var all []built
	for _, d := range list {
		if info, err := d.Info(); err == nil && d.IsDir() && d.Name()[0] != '.' {
			all = append(all, built{filepath.Join(dir, d.Name()), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b built) int { return b.used.Compare(a.used) })
	for i := keptMusls; i < len(all); i++ {
		if err := os.RemoveAll(all[i].path); err != nil {
			return err
		}
	}
	return nil
}
