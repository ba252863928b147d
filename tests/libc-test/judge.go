package libctest

import (
	"fmt"
	"os"
)

// Finding is a reason for which a run fails.
type Finding struct {
	Compiler string `json:"compiler"`
	Program  string `json:"test"`
	Mode     Mode   `json:"mode"`
	What     string `json:"what"`
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %s %s: %s", f.Compiler, f.Mode, f.Program, f.What)
}

// Judge gives what speaks against a report: a failure or a pass that nobody expected, and every
// mode in which a program does otherwise than with PT_INTERP.
func Judge(r *Report, list Expectations) []Finding { return judge(r, list, os.Geteuid() == 0) }

func judge(r *Report, list Expectations, root bool) (found []Finding) {
	s := Subject{r.Compiler, r.Arch, r.Musl, root}
	for _, row := range r.Rows {
		for _, m := range r.Modes {
			o := row.Outcomes[m]
			if o.Kind == "" {
				continue
			}
			e, listed := list.find(s, row.Program, m)
			if what := surprise(o, e, listed); what != "" {
				found = append(found, Finding{r.Compiler, row.Program, m, what})
			}
		}
		found = append(found, differences(r, row)...)
	}
	return found
}

// surprise says what is unexpected of an outcome, or "".
func surprise(o Outcome, e Expectation, listed bool) string {
	switch {
	case listed && e.Verdict != Flaky && o.Passed():
		return "passes, but expected.txt says that it fails: " + e.Reason
	case listed && e.Verdict != Flaky:
		return ""
	case o.Passed():
		return ""
	case listed:
		return fmt.Sprintf("%s in each of %d tries", o.Kind, o.Tries)
	}
	return o.Kind
}

// differences compares the modes with a loader to the one with PT_INTERP, by the kind of their end.
func differences(r *Report, row Row) (found []Finding) {
	want, known := row.Outcomes[Interp]
	if !known {
		return nil
	}
	for _, m := range r.dynamic() {
		if m == Retrofit && row.NoRetrofit {
			continue
		}
		if got := row.Outcomes[m]; got.Kind != want.Kind {
			found = append(found, Finding{r.Compiler, row.Program, m,
				fmt.Sprintf("%s, but %s with %s", orAbsent(got.Kind), orAbsent(want.Kind), Interp)})
		}
	}
	return found
}

func orAbsent(kind string) string {
	if kind == "" {
		return "absent"
	}
	return kind
}
