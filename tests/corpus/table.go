package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Report is everything that a run of the corpus found out.
type Report struct {
	Machine string   `json:"machine"`
	Found   int      `json:"found"` // programs on the machine
	Records []Record `json:"records"`
}

// count counts the records for which yes.
func (r Report) count(yes func(Record) bool) int {
	n := 0
	for _, one := range r.Records {
		if yes(one) {
			n++
		}
	}
	return n
}

// tried says that the program runs on this machine as it is, so that it should patched.
func (r Record) tried() bool { return r.Excluded == "" }

// patched says that there is a patched file.
func (r Record) patched() bool { return r.Refused == nil && r.Damaged == "" }

// both says whether two things are true of a record.
func both(a, b func(Record) bool) func(Record) bool {
	return func(r Record) bool { return a(r) && b(r) }
}

func not(a func(Record) bool) func(Record) bool { return func(r Record) bool { return !a(r) } }

func (r Record) refused() bool { return r.Refused != nil }

func (r Record) damaged() bool { return r.Damaged != "" }

func (r Record) restored() bool { return r.patched() && r.Restored }

// score counts what passed in a place among all that was tried and can be compared there. A refused or
// damaged program does not pass.
func (r Report) score(mode Mode, place Place) (good, all int) {
	for _, one := range r.Records {
		if !one.tried() || one.Unequal[place] != "" {
			continue
		}
		all++
		if one.Results[mode][place] == passed {
			good++
		}
	}
	return good, all
}

func percent(part, all int) string {
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(all))
}

// aims are the figures to reach, in percent.
var aims = map[Mode]map[Place]float64{WithRunpath: {Host: 99.9, Proc: 99.5, NoProc: 99.0}}

// markdown is the report as a table, with what was left out and what failed below.
func (r Report) markdown() string {
	var b strings.Builder
	tried := r.count(Record.tried)
	fmt.Fprintf(&b, "%s. %d dynamic executables found, %d looked at, %d of them run here unpatched.\n\n", r.Machine, r.Found, len(r.Records), tried)
	b.WriteString("| the same status and output as the unpatched program | host | chroot with the tree and /proc | chroot with the tree alone |\n|---|---|---|---|\n")
	for _, mode := range modes {
		fmt.Fprintf(&b, "| %s |", mode)
		for _, place := range places {
			good, all := r.score(mode, place)
			fmt.Fprintf(&b, " %s (%d of %d) |", percent(good, all), good, all)
		}
		b.WriteString("\n")
	}
	fmt.Fprint(&b, "| to reach, libraries with RUNPATH | 99.9 % | 99.5 % | 99.0 % |\n\n| what | programs |\n|---|---|\n")
	for _, row := range []struct {
		what string
		of   func(Record) bool
	}{{"run here", Record.tried}, {"not run here", not(Record.tried)}} {
		patched := r.count(both(row.of, Record.patched))
		good := r.count(both(row.of, Record.restored))
		fmt.Fprintf(&b, "| %s: patched | %d |\n", row.what, patched)
		fmt.Fprintf(&b, "| %s: refused | %d |\n", row.what, r.count(both(row.of, Record.refused)))
		fmt.Fprintf(&b, "| %s: damaged, or silently skipped | %d |\n", row.what, r.count(both(row.of, Record.damaged)))
		fmt.Fprintf(&b, "| %s: restored byte for byte | %d, %s |\n", row.what, good, percent(good, patched))
	}
	fmt.Fprintf(&b, "| bytes added, median and most | %s |\n", r.added(func(r Record) int64 { return r.Added }))
	fmt.Fprintf(&b, "| bytes added beyond a moved .dynstr, median and most | %s |\n", r.added(func(r Record) int64 { return r.Added - r.Strings }))
	for _, why := range r.reasons(func(r Record) string { return r.Excluded }) {
		fmt.Fprintf(&b, "| not run here: %s | %d |\n", why.reason, why.count)
	}
	for _, place := range places {
		for _, why := range r.reasons(func(r Record) string { return r.Unequal[place] }) {
			fmt.Fprintf(&b, "| not compared, %s: unpatched it %s | %d |\n", place, why.reason, why.count)
		}
	}
	return b.String()
}

// added is the median and the most of a figure of the patched programs.
func (r Report) added(of func(Record) int64) string {
	var all []int64
	for _, one := range r.Records {
		if one.patched() {
			all = append(all, of(one))
		}
	}
	if len(all) == 0 {
		return "-"
	}
	slices.Sort(all)
	return fmt.Sprintf("%d, %d", all[len(all)/2], all[len(all)-1])
}

type reason struct {
	reason string
	count  int
}

// reasons counts what of gives, "" apart, the most frequent first.
func (r Report) reasons(of func(Record) string) []reason {
	counts := map[string]int{}
	for _, one := range r.Records {
		if why := of(one); why != "" {
			counts[why]++
		}
	}
	var all []reason
	for _, why := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, reason{why, counts[why]})
	}
	slices.SortStableFunc(all, func(a, b reason) int { return cmp.Compare(b.count, a.count) })
	return all
}

// faults are a line for every program that runs here and was refused, or is damaged, or failed with the libraries in the given modes.
func (r Report) faults(in ...Mode) []string {
	var lines []string
	for _, one := range r.Records {
		if one.Refused != nil && one.tried() {
			lines = append(lines, fmt.Sprintf("%s: refused (%s): %s", one.Path, one.Refused.Kind, one.Refused.What))
		}
		if one.Damaged != "" {
			lines = append(lines, fmt.Sprintf("%s: damaged: %s", one.Path, one.Damaged))
		}
		if one.patched() && !one.Restored {
			lines = append(lines, fmt.Sprintf("%s: not restored byte for byte", one.Path))
		}
		for _, mode := range in {
			for _, place := range places {
				if what := one.Results[mode][place]; what != passed && what != "" && one.Unequal[place] == "" {
					lines = append(lines, fmt.Sprintf("%s %s, %s, %s: %s", one.Path, one.Argument, mode, place, what))
				}
			}
		}
	}
	return lines
}

// refusals are a line for every program that is not run here and was refused, which is no fault.
func (r Report) refusals() []string {
	var lines []string
	for _, one := range r.Records {
		if one.Refused != nil && !one.tried() {
			lines = append(lines, fmt.Sprintf("%s: refused (%s): %s", one.Path, one.Refused.Kind, one.Refused.What))
		}
	}
	return lines
}

// missed says which figures were not reached.
func (r Report) missed() []string {
	var lines []string
	for _, mode := range modes {
		for _, place := range places {
			aim, has := aims[mode][place]
			good, all := r.score(mode, place)
			if has && all > 0 && 100*float64(good)/float64(all) < aim {
				lines = append(lines, fmt.Sprintf("%s, %s: %s of %v %%", mode, place, percent(good, all), aim))
			}
		}
	}
	if n := r.count(func(r Record) bool { return r.damaged() || r.patched() && !r.Restored }); n > 0 {
		lines = append(lines, fmt.Sprintf("%d programs damaged or not restored", n))
	}
	return lines
}

func (r Report) json() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "\t")
	return append(text, '\n'), err
}
