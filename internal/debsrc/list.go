package debsrc

import (
	"slices"
	"strings"
)

// entry is one entry of the machine's package sources, reduced to what a private list needs.
type entry struct {
	uris, suites, components []string
	// signedBy is kept word for word: a key file's path, or a whole key over several lines.
	signedBy string
}

// parseOneLine reads the classic format: deb [options] uri suite component...
func parseOneLine(text string) []entry {
	var list []entry
	for _, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if kind != "deb" && kind != "deb-src" {
			continue
		}
		var e entry
		rest = strings.TrimSpace(rest)
		if strings.HasPrefix(rest, "[") {
			options, after, ok := strings.Cut(rest[1:], "]")
			if !ok {
				continue
			}
			for _, option := range strings.Fields(options) {
				if value, ok := strings.CutPrefix(option, "signed-by="); ok {
					e.signedBy = value
				}
			}
			rest = after
		}
		words := strings.Fields(rest)
		if len(words) < 3 {
			continue
		}
		e.uris, e.suites, e.components = words[:1], words[1:2], words[2:]
		list = append(list, e)
	}
	return list
}

// parseDeb822 reads the stanza format of *.sources files.
func parseDeb822(text string) []entry {
	var list []entry
	for _, stanza := range strings.Split(dropComments(text), "\n\n") {
		fields := deb822Fields(stanza)
		e := entry{
			uris:       strings.Fields(fields["uris"]),
			suites:     strings.Fields(fields["suites"]),
			components: strings.Fields(fields["components"]),
			signedBy:   fields["signed-by"],
		}
		if strings.TrimSpace(fields["enabled"]) != "no" && len(e.uris) > 0 && len(e.suites) > 0 && len(e.components) > 0 {
			list = append(list, e)
		}
	}
	return list
}

func dropComments(text string) string {
	lines := strings.Split(text, "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "#") })
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t\r")
	}
	return strings.Join(lines, "\n")
}

// deb822Fields gives the fields of one stanza, names in lower case, continued lines kept as lines.
func deb822Fields(stanza string) map[string]string {
	fields := map[string]string{}
	name := ""
	for _, line := range strings.Split(stanza, "\n") {
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			fields[name] += "\n" + line
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		name = strings.ToLower(key)
		fields[name] = strings.TrimSpace(value)
	}
	return fields
}

// Family is a distribution by its suites, the newest first.
type Family struct {
	Component string // which a mirror of it is recognised by
	Suites    []string
	all       string // the components that hold its free source packages
}

var families = []Family{
	{Component: "main", all: "main", Suites: []string{"sid", "forky", "trixie", "bookworm"}},
	{Component: "universe", all: "main universe", Suites: []string{"devel", "resolute", "questing", "plucky", "noble", "jammy"}},
}

// more names of suites by which a family's own mirror is recognised
var suiteAliases = map[string][]string{
	"main":     {"bullseye", "stable", "oldstable", "testing", "unstable"},
	"universe": {"focal", "lunar", "mantic", "oracular"},
}

// mirrorOf finds the distribution's own mirror among the machine's entries, and its family.
// Third parties use the same suite names; a mirror whose folder is named for the distribution
// goes first.
func mirrorOf(entries []entry) (entry, Family, bool) {
	for _, named := range []bool{true, false} {
		for _, e := range entries {
			if named && !slices.ContainsFunc(e.uris, namedForDistribution) {
				continue
			}
			for _, f := range families {
				known := append(slices.Clone(f.Suites), suiteAliases[f.Component]...)
				if slices.Contains(e.components, f.Component) && slices.ContainsFunc(e.suites, func(s string) bool { return slices.Contains(known, s) }) {
					return e, f, true
				}
			}
		}
	}
	return entry{}, Family{}, false
}

func namedForDistribution(uri string) bool {
	uri = strings.TrimRight(uri, "/")
	for _, name := range []string{"/debian", "/ubuntu", "/ubuntu-ports"} {
		if strings.HasSuffix(uri, name) {
			return true
		}
	}
	return false
}

// privateSources is a list with the sources of one suite, from the same mirror and under the same
// key as the machine's own.
func privateSources(e entry, f Family, suite string) string {
	var b strings.Builder
	b.WriteString("Types: deb-src\nURIs: " + strings.Join(e.uris, " ") + "\nSuites: " + suite + "\nComponents: " + f.all + "\n")
	if e.signedBy != "" {
		b.WriteString("Signed-By: " + e.signedBy + "\n")
	}
	return b.String()
}

// sourceVersions gives the versions that `apt-cache showsrc` lists.
func sourceVersions(showsrc string) []string {
	var list []string
	for _, line := range strings.Split(showsrc, "\n") {
		if version, ok := strings.CutPrefix(line, "Version: "); ok && !slices.Contains(list, version) {
			list = append(list, version)
		}
	}
	return list
}

// Upstream is a package version without epoch and revision.
func Upstream(version string) string {
	if _, after, ok := strings.Cut(version, ":"); ok {
		version = after
	}
	if i := strings.LastIndex(version, "-"); i >= 0 {
		version = version[:i]
	}
	return version
}
