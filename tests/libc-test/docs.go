package libctest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"relinterp/internal/docpage"
)

const (
	regionBegin = "<!-- libctest:begin -->"
	regionEnd   = "<!-- libctest:end -->"
)

// WriteDocs rewrites the part of libc-test.md that a run makes.
func WriteDocs(dir string, r *Result, list Expectations, probes []Program) error {
	path := filepath.Join(dir, "libc-test.md")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := docpage.Replace(string(page), regionBegin, regionEnd, markdown(r, list, probes))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// markdown is what the page shows of a run.
func markdown(r *Result, list Expectations, probes []Program) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Made by `%s`, libc-test %s.\n\n", r.Command, r.suite())
	fmt.Fprintf(&b, "Tests whose result differs between %s and another mode, or that nobody expected to end so: %d.\n", Interp, len(r.Findings))
	for _, report := range r.Reports {
		fmt.Fprintf(&b, "\n### %s, musl %s, %s\n\n", report.Version, report.Musl, report.Arch)
		summary(&b, report)
	}
	fmt.Fprintf(&b, "\n### Known failures\n\n| test | compiler | machine | linked | verdict | why |\n|---|---|---|---|---|---|\n")
	for _, e := range list {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", e.Program, star(e.Compiler), star(e.Arch), star(e.Link), e.Verdict, e.Reason)
	}
	fmt.Fprintf(&b, "\n### The probes\n\n| probe | what it asserts |\n|---|---|\n")
	for _, p := range probes {
		fmt.Fprintf(&b, "| %s | %s |\n", strings.TrimPrefix(p.Name, "probes/"), strings.ReplaceAll(p.About, "|", "\\|"))
	}
	return b.String()
}

func star(s string) string {
	if s == "*" {
		return "any"
	}
	return s
}

// summary is passed of all by folder and mode, and every test that does not pass everywhere.
func summary(b *bytes.Buffer, r *Report) {
	fmt.Fprint(b, "| |")
	rule := "|---|"
	for _, m := range r.Modes {
		fmt.Fprintf(b, " %s |", m)
		rule += "---|"
	}
	fmt.Fprintf(b, "\n%s\n", rule)
	for _, part := range r.folders() {
		line(b, part.report.totals(part.name))
	}
	for _, row := range r.Rows {
		if !row.passed() {
			line(b, row.cells(r.Modes))
		}
	}
}

func line(b *bytes.Buffer, cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }

// part is a report of one folder's tests.
type part struct {
	name   string
	report Report
}

// folders gives a part a folder, and one of all.
func (r Report) folders() (list []part) {
	for _, row := range r.Rows {
		name, _, _ := strings.Cut(row.Program, "/")
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, part{name, Report{Modes: r.Modes}})
		}
		last := &list[len(list)-1].report
		last.Rows = append(last.Rows, row)
	}
	return append(list, part{"all", r})
}
