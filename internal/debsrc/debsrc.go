// Package debsrc fetches the upstream tarball of a source package of Debian or Ubuntu with the
// machine's own package manager and a private source list derived from the machine's own. It needs
// no root and touches nothing of the system.
package debsrc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Sources is where a machine keeps its package sources: /etc/apt.
type Sources string

// Open reads the source packages of one suite. Close removes what was fetched.
func (s Sources) Open(ctx context.Context, suite string) (*Suite, error) {
	mirror, fam, err := s.mirror()
	if err != nil {
		return nil, err
	}
	// Under the system's folder for temporary files: apt's own user must be able to come in.
	work, err := os.MkdirTemp("", "relinterp-apt-*")
	if err != nil {
		return nil, err
	}
	opened := &Suite{suite, apt{ctx, work}}
	err = opened.apt.prepare(privateSources(mirror, fam, suite))
	if err == nil {
		_, err = opened.apt.run("apt-get", "-q", "update")
	}
	if err != nil {
		opened.Close()
		return nil, fmt.Errorf("suite %s: %w", suite, err)
	}
	return opened, nil
}

// Family names the distribution of the machine's own mirror.
func (s Sources) Family() (Family, error) {
	_, fam, err := s.mirror()
	return fam, err
}

func (s Sources) mirror() (entry, Family, error) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return entry{}, Family{}, errors.New("apt-get is not on this machine")
	}
	mirror, fam, ok := mirrorOf(s.read())
	if !ok {
		return entry{}, Family{}, fmt.Errorf("no Debian or Ubuntu mirror in %s", s)
	}
	return mirror, fam, nil
}

// read parses the machine's source lists; what cannot be read is left out.
func (s Sources) read() []entry {
	root := string(s)
	lists, _ := filepath.Glob(filepath.Join(root, "sources.list.d", "*"))
	var entries []entry
	for _, path := range append([]string{filepath.Join(root, "sources.list")}, lists...) {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		switch filepath.Ext(path) {
		case ".list":
			entries = append(entries, parseOneLine(string(text))...)
		case ".sources":
			entries = append(entries, parseDeb822(string(text))...)
		}
	}
	return entries
}

// Suite is one suite's source packages.
type Suite struct {
	name string
	apt  apt
}

// Close removes the lists and everything fetched.
func (s *Suite) Close() { os.RemoveAll(s.apt.dir) }

// Versions gives the versions of a source package that the suite has, as the distribution names them.
func (s *Suite) Versions(pkg string) ([]string, error) {
	show, err := s.apt.run("apt-cache", "showsrc", "--only-source", pkg)
	if err != nil {
		return nil, fmt.Errorf("suite %s: %w", s.name, err)
	}
	return sourceVersions(show), nil
}

// Orig downloads the upstream tarball of one version; the file lives until Close.
func (s *Suite) Orig(pkg, version string) (string, error) {
	if _, err := s.apt.run("apt-get", "-q", "source", "--download-only", "--tar-only", pkg+"="+version); err != nil {
		return "", fmt.Errorf("suite %s: %w", s.name, err)
	}
	found, _ := filepath.Glob(filepath.Join(s.apt.dir, pkg+"_"+Upstream(version)+".orig.tar.*"))
	found = slices.DeleteFunc(found, func(name string) bool { return strings.HasSuffix(name, ".asc") })
	if len(found) != 1 {
		return "", fmt.Errorf("suite %s: %s %s has no single upstream tarball", s.name, pkg, version)
	}
	return found[0], nil
}

// MirrorDown says that no other suite can be had either.
func MirrorDown(err error) bool {
	return slices.ContainsFunc([]string{"Could not resolve", "Could not connect", "Temporary failure resolving"},
		func(s string) bool { return strings.Contains(err.Error(), s) })
}
