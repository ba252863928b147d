package libctest

import (
	"encoding/xml"
	"strings"
)

// The elements of JUnit XML that its readers agree on.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitMessage `xml:"failure"`
		Skipped *junitMessage `xml:"skipped"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit is the result as JUnit XML: a suite is a compiler's mode, a failure a finding, and a failure
// that is expected counts as skipped with its reason.
func (r *Result) JUnit(list Expectations) ([]byte, error) {
	var all junitSuites
	for _, report := range r.Reports {
		for _, m := range report.Modes {
			all.Suites = append(all.Suites, r.junitSuite(report, m, list))
		}
	}
	text, err := xml.MarshalIndent(all, "", " ")
	return append([]byte(xml.Header), append(text, '\n')...), err
}

func (r *Result) junitSuite(report *Report, m Mode, list Expectations) junitSuite {
	s := junitSuite{Name: strings.Join([]string{report.Arch, report.Compiler, string(m)}, ".")}
	for _, row := range report.Rows {
		o := row.Outcomes[m]
		whats := r.findings(report.Compiler, row.Program, m)
		if o.Kind == "" && len(whats) == 0 {
			continue
		}
		c := junitCase{Class: s.Name, Name: row.Program}
		if len(whats) > 0 {
			c.Failure = &junitMessage{strings.Join(whats, "; "), clean(o.Output + o.Errors)}
			s.Failures++
		} else if !o.Passed() {
			e, _ := list.find(Subject{report.Compiler, report.Arch, report.Musl, true}, row.Program, m)
			c.Skipped = &junitMessage{Message: "fails as expected: " + e.Reason}
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
		s.Tests++
	}
	return s
}

func (r *Result) findings(compiler, program string, m Mode) (whats []string) {
	for _, f := range r.Findings {
		if f.Compiler == compiler && f.Program == program && f.Mode == m {
			whats = append(whats, f.What)
		}
	}
	return whats
}

// clean leaves out what XML cannot hold.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
}
