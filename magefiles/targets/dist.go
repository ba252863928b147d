package targets

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stamp says of what a toolchain folder was made.
type stamp struct {
	Key      string            `json:"key"`
	Musl     string            `json:"musl"`
	Compiler string            `json:"compiler"`
	Parts    map[string]string `json:"parts"`
}

const stampFile = "STAMP.json"

// distEntries is what a build puts into a toolchain folder, the stamp apart. dist/ may hold other
// folders too.
func (c config) distEntries() []string {
	if c.foreign() {
		return []string{c.triple()}
	}
	return []string{"bin", c.triple(), "share"}
}

// stamped is the folder with the stamp of what this configuration builds.
func (c config) stamped() string {
	if c.foreign() {
		return filepath.Join(c.dist(), c.triple())
	}
	return c.dist()
}

func newStamp(musl, compiler string, parts []part) stamp {
	s := stamp{Musl: musl, Compiler: compiler, Parts: map[string]string{}}
	for _, p := range parts {
		s.Parts[p.name] = p.key
	}
	k := newKey("dist").text(musl, compiler)
	for _, name := range slices.Sorted(maps.Keys(s.Parts)) {
		k.text(name, s.Parts[name])
	}
	s.Key, _ = k.sum()
	return s
}

// readStamp gives the zero stamp where there is no whole folder.
func readStamp(dist string) stamp {
	var s stamp
	text, err := os.ReadFile(filepath.Join(dist, stampFile))
	if err != nil || json.Unmarshal(text, &s) != nil {
		return stamp{}
	}
	return s
}

func (s stamp) write(dist string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dist, stampFile), append(text, '\n'), 0o644)
}

// stale gives the names of the parts that differ.
func (s stamp) stale(old stamp) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s.Parts)) {
		if s.Parts[name] != old.Parts[name] {
			list = append(list, name)
		}
	}
	return list
}

// build brings the toolchain folder up to date and says whether there was anything to do.
func (c config) build(ctx context.Context, p *progress) (changed bool, err error) {
	if err := ensure(ctx, p, c.buildNeeds()); err != nil {
		return false, err
	}
	unlock, err := lock(c.dist())
	if err != nil {
		return false, fmt.Errorf("%w; build as the user who owns that folder, or remove it", err)
	}
	defer unlock()
	compiler, err := c.compilerLine(ctx)
	if err != nil {
		return false, err
	}
	parts, err := c.parts(ctx, p, compiler)
	if err != nil {
		return false, err
	}
	fresh := newStamp(c.release.Version, compiler, parts)
	var old stamp
	if c.whole() {
		old = readStamp(c.stamped())
	}
	stale := fresh.stale(old)
	if len(stale) == 0 {
		return false, nil
	}
	if slices.Equal(stale, []string{"driver"}) {
		err = parts[len(parts)-1].install(ctx, c.dist())
	} else {
		err = c.assemble(ctx, parts)
	}
	if err == nil {
		err = c.linkDriver(filepath.Join(c.dist(), "bin"))
	}
	if err != nil {
		return false, err
	}
	return true, fresh.write(c.stamped())
}

// whole says that nobody removed the folder's main files by hand.
func (c config) whole() bool {
	for _, file := range []string{filepath.Join(c.dist(), "bin", "musl-cc"), filepath.Join(c.lib(c.dist()), "libc.so")} {
		if _, err := os.Stat(file); err != nil {
			return false
		}
	}
	return true
}

// buildNeeds adds the programs that CC names ("ccache gcc -m64": two) to what every build needs.
func (c config) buildNeeds() []requirement {
	if c.foreign() {
		return append(c.crossNeeds(), buildNeeds...)
	}
	var list []requirement
	for _, word := range c.cc {
		if strings.HasPrefix(word, "-") {
			break
		}
		list = append(list, tool(word, filepath.Base(word)))
	}
	return append(list, buildNeeds...)
}

// compilerLine is the first line of the compiler's --version.
func (c config) compilerLine(ctx context.Context) (string, error) {
	out, err := command{argv: append(slices.Clone(c.cc), "--version"), env: []string{"LC_ALL=C"}}.output(ctx)
	if err != nil {
		return "", fmt.Errorf("CC=%s: %w", join(c.cc), err)
	}
	line, _, _ := strings.Cut(out, "\n")
	return line, nil
}

// assemble makes the whole folder beside the old one's entries and then exchanges them. The stamp
// goes first and comes last: a folder with a stamp is whole.
func (c config) assemble(ctx context.Context, parts []part) error {
	stage := filepath.Join(c.dist(), ".stage") // under build's lock: what lies there is of a build that was killed
	if err := os.RemoveAll(stage); err != nil {
		return err
	}
	defer os.RemoveAll(stage)
	for _, one := range parts {
		if err := one.install(ctx, stage); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(filepath.Join(c.stamped(), stampFile)); err != nil {
		return err
	}
	for _, name := range c.distEntries() {
		from, to := filepath.Join(stage, name), filepath.Join(c.dist(), name)
		if _, err := os.Stat(from); err != nil {
			continue
		}
		if err := replace(from, to); err != nil {
			return err
		}
	}
	return nil
}
