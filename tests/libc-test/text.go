package libctest

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteTable writes tests x modes of one report, every test where all is set, else those that did
// not pass everywhere.
func WriteTable(w io.Writer, r *Report, all bool) error {
	fmt.Fprintf(w, "%s, musl %s, %s\n", r.Version, r.Musl, r.Arch)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "test")
	for _, m := range r.Modes {
		fmt.Fprintf(t, "\t%s", m)
	}
	fmt.Fprintln(t)
	for _, row := range r.Rows {
		if all || !row.passed() {
			fmt.Fprintln(t, strings.Join(row.cells(r.Modes), "\t"))
		}
	}
	fmt.Fprintln(t, strings.Join(r.totals("passed"), "\t"))
	return t.Flush()
}

// passed says whether nothing failed in any mode.
func (row Row) passed() bool {
	for _, o := range row.Outcomes {
		if o.Kind != "" && !o.Passed() {
			return false
		}
	}
	return true
}

func (row Row) cells(modes []Mode) []string {
	cells := []string{row.Program}
	for _, m := range modes {
		kind := row.Outcomes[m].Kind
		if kind == "" {
			kind = "-"
		}
		cells = append(cells, kind)
	}
	return cells
}

// totals is a line of sums: passed of all, by mode.
func (r Report) totals(name string) []string {
	cells := []string{name}
	for _, m := range r.Modes {
		if passed, all := r.counts(m); all > 0 {
			cells = append(cells, fmt.Sprintf("%d of %d", passed, all))
		} else {
			cells = append(cells, "-")
		}
	}
	return cells
}

// WriteDetails writes what the programs of the findings said.
func WriteDetails(w io.Writer, r *Result) {
	for _, f := range r.Findings {
		fmt.Fprintln(w, f)
		for _, report := range r.Reports {
			for _, row := range report.Rows {
				if o := row.Outcomes[f.Mode]; report.Compiler == f.Compiler && row.Program == f.Program {
					fmt.Fprint(w, indent(head2000(o.Output)), indent(head2000(o.Errors)))
				}
			}
		}
	}
}

func head2000(s string) string { return s[:min(len(s), 2000)] }

func indent(s string) string {
	if s == "" {
		return ""
	}
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ") + "\n"
}
