package muslsrc

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

// aptSources is where a machine keeps its package sources: /etc/apt.
type aptSources string

// fetch gets upstream's tarball as the source package of a distribution, with a private source
// list derived from the machine's own. Needs no root and touches nothing of the system.
func (s aptSources) fetch(ctx context.Context, r Release, dir string) (string, error) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return "", errors.New("apt-get is not on this machine")
	}
	mirror, fam, ok := mirrorOf(s.read())
	if !ok {
		return "", fmt.Errorf("no Debian or Ubuntu mirror in %s", s)
	}
	var last error
	for _, suite := range fam.order(r.Version) {
		path, err := fetchSuite(ctx, r, dir, suite, privateSources(mirror, fam, suite))
		if err == nil || ctx.Err() != nil || mirrorDown(err) {
			return path, err
		}
		if !errors.Is(err, errNotInSuite) || last == nil {
			last = err
		}
	}
	return "", last
}

// mirrorDown says that no other suite can be had either.
func mirrorDown(err error) bool {
	return slices.ContainsFunc([]string{"Could not resolve", "Could not connect", "Temporary failure resolving"},
		func(s string) bool { return strings.Contains(err.Error(), s) })
}

var errNotInSuite = errors.New("no source package of this version")

// read parses the machine's source lists; what cannot be read is left out.
func (s aptSources) read() []aptEntry {
	root := string(s)
	lists, _ := filepath.Glob(filepath.Join(root, "sources.list.d", "*"))
	var entries []aptEntry
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

// aptConfig keeps apt inside dir. The hooks of the machine are dropped: they clean its own caches.
// A mirror that lags behind is good enough: the release's checksum decides, not the list's age.
func aptConfig(dir string) string {
	return fmt.Sprintf(`Dir::Etc::SourceList "%[1]s/private.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "%[1]s/lists";
Dir::Cache "%[1]s/cache";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`, dir)
}

// fetchSuite looks for the release in one suite and downloads its .orig tarball into dir.
func fetchSuite(ctx context.Context, r Release, dir, suite, sources string) (string, error) {
	// Under the system's folder for temporary files: apt's own user must be able to come in.
	work, err := os.MkdirTemp("", "relinterp-apt-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	a := apt{ctx: ctx, dir: work}
	if err := a.prepare(sources); err != nil {
		return "", err
	}
	if _, err := a.run("apt-get", "-q", "update"); err != nil {
		return "", fmt.Errorf("suite %s: %w", suite, err)
	}
	show, err := a.run("apt-cache", "showsrc", "--only-source", "musl")
	if err != nil {
		return "", fmt.Errorf("suite %s: %w", suite, err)
	}
	last := fmt.Errorf("suite %s: %w", suite, errNotInSuite)
	for _, version := range sourceVersions(show, r.Version) {
		if _, err := a.run("apt-get", "-q", "source", "--download-only", "--tar-only", "musl="+version); err != nil {
			last = fmt.Errorf("suite %s: %w", suite, err)
			continue
		}
		orig := filepath.Join(work, "musl_"+r.Version+".orig.tar.gz")
		if last = r.check(orig); last == nil {
			path := filepath.Join(dir, r.File())
			return path, moveInto(orig, path)
		}
	}
	return "", last
}

// apt runs the package manager inside one private folder.
type apt struct {
	ctx context.Context
	dir string
}

func (a apt) prepare(sources string) error {
	if err := os.Chmod(a.dir, 0o755); err != nil {
		return err
	}
	for _, sub := range []string{"lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(a.dir, sub), 0o755); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(a.dir, "private.sources"), []byte(sources), 0o644),
		os.WriteFile(filepath.Join(a.dir, "apt.conf"), []byte(aptConfig(a.dir)), 0o644),
	)
}

func (a apt) run(name string, args ...string) (string, error) {
	cmd := exec.CommandContext(a.ctx, name, append([]string{"-c", filepath.Join(a.dir, "apt.conf")}, args...)...)
	cmd.Dir = a.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, args[len(args)-1], err, firstError(stderr.String()))
	}
	return stdout.String(), nil
}

// firstError picks apt's first line marked E: or Err, which says what went wrong.
func firstError(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		if strings.HasPrefix(line, "E: ") {
			return strings.TrimPrefix(line, "E: ")
		}
	}
	return lines[0]
}
