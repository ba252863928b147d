package libctest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Result is a whole run: every compiler's report and what speaks against them.
type Result struct {
	Command  string    `json:"command"`         // what anybody types to have the same
	Suite    string    `json:"suite,omitempty"` // commit of libc-test, or empty
	Absent   string    `json:"absent,omitempty"`
	Reports  []*Report `json:"reports"`
	Findings []Finding `json:"findings"`
}

// String is the result in a line.
func (r *Result) String() string {
	tests, ended := 0, 0
	for _, report := range r.Reports {
		tests += len(report.Rows)
		for _, m := range report.Modes {
			_, all := report.counts(m)
			ended += all
		}
	}
	return fmt.Sprintf("libc-test %s: %d tests of %d compilers run %d times, %d unexpected", r.suite(), tests, len(r.Reports), ended, len(r.Findings))
}

// suite says which libc-test it was, for readers.
func (r *Result) suite() string {
	switch hash, changes, changed := strings.Cut(r.Suite, "+"); {
	case r.Absent != "":
		return "absent, probes alone"
	case r.Suite == "":
		return "of no known commit"
	case changed:
		return fmt.Sprintf("%.12s+%s", hash, changes)
	default:
		return fmt.Sprintf("%.12s", hash)
	}
}

// Err is nil where nothing speaks against the run.
func (r *Result) Err() error {
	if len(r.Findings) == 0 {
		return nil
	}
	return fmt.Errorf("%d findings, the first: %s", len(r.Findings), r.Findings[0])
}

// JSON is the result as a file; outcomes carry what programs said only where they did not pass.
func (r *Result) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(r.brief(), "", " ")
	return append(text, '\n'), err
}

// brief is the result without the words of what passed.
func (r *Result) brief() *Result {
	short := *r
	short.Reports = nil
	for _, report := range r.Reports {
		one := *report
		one.Rows = nil
		for _, row := range report.Rows {
			outcomes := map[Mode]Outcome{}
			for m, o := range row.Outcomes {
				if o.Passed() {
					o.Output, o.Errors = "", ""
				}
				outcomes[m] = o
			}
			one.Rows = append(one.Rows, Row{row.Program, outcomes, row.NoRetrofit})
		}
		short.Reports = append(short.Reports, &one)
	}
	return &short
}
