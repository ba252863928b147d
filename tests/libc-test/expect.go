package libctest

import (
	"bufio"
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Verdict is what is expected of a program.
type Verdict string

const (
	Fail       Verdict = "fail"         // fails; a pass is a surprise
	FailAsRoot Verdict = "fail-as-root" // fails for root alone
	FailBefore Verdict = "fail-before-" // and a version: fails with an older musl
	Flaky      Verdict = "flaky"        // may fail; is run up to flakyTries times
)

const flakyTries = 3

// holds says whether a verdict is about this musl and this user.
func (v Verdict) holds(musl string, root bool) bool {
	if version, ok := strings.CutPrefix(string(v), string(FailBefore)); ok {
		return olderThan(musl, version)
	}
	return v != FailAsRoot || root
}

// known says whether it is one of the above.
func (v Verdict) known() bool {
	version, before := strings.CutPrefix(string(v), string(FailBefore))
	return before && version != "" || slices.Contains([]Verdict{Fail, FailAsRoot, Flaky}, v)
}

// Expectation is a line of expected.txt.
type Expectation struct {
	Program, Compiler, Arch, Link string // "*" = any
	Verdict                       Verdict
	Reason                        string
}

// Expectations are all lines; the first that fits counts.
type Expectations []Expectation

//go:embed expected.txt
var expectedText string

// Expected gives the committed expectations.
func Expected() (Expectations, error) { return ParseExpectations(expectedText) }

// ParseExpectations reads lines of "test compiler arch link verdict reason...".
func ParseExpectations(text string) (list Expectations, err error) {
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		w := strings.Fields(line)
		if len(w) < 6 {
			return nil, fmt.Errorf("line %d: %q has no reason; want: test compiler arch link verdict reason", n, line)
		}
		e := Expectation{w[0], w[1], w[2], w[3], Verdict(w[4]), strings.Join(w[5:], " ")}
		if !e.Verdict.known() {
			return nil, fmt.Errorf("line %d: verdict %q; want %s, %s, %sVERSION or %s", n, e.Verdict, Fail, FailAsRoot, FailBefore, Flaky)
		}
		if !slices.Contains([]string{"*", "dynamic", "static"}, e.Link) {
			return nil, fmt.Errorf("line %d: link %q; want dynamic, static or *", n, e.Link)
		}
		list = append(list, e)
	}
	return list, lines.Err()
}

// Subject is whose programs are judged.
type Subject struct {
	Compiler, Arch, Musl string
	Root                 bool
}

func (t *Toolchain) subject() Subject { return Subject{t.Name, t.Arch, t.Musl, os.Geteuid() == 0} }

// find gives the expectation for a program in a mode.
func (list Expectations) find(s Subject, program string, m Mode) (Expectation, bool) {
	for _, e := range list {
		if fits(e.Program, program) && fits(e.Compiler, s.Compiler) && fits(e.Arch, s.Arch) && fits(e.Link, m.Link()) && e.Verdict.holds(s.Musl, s.Root) {
			return e, true
		}
	}
	return Expectation{}, false
}

func fits(pattern, word string) bool { return pattern == "*" || pattern == word }
