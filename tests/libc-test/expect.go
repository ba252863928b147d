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
	Flaky      Verdict = "flaky"        // may fail; is run up to flakyTries times
)

const flakyTries = 3

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
		if !slices.Contains([]Verdict{Fail, FailAsRoot, Flaky}, e.Verdict) {
			return nil, fmt.Errorf("line %d: verdict %q; want %s, %s or %s", n, e.Verdict, Fail, FailAsRoot, Flaky)
		}
		if !slices.Contains([]string{"*", "dynamic", "static"}, e.Link) {
			return nil, fmt.Errorf("line %d: link %q; want dynamic, static or *", n, e.Link)
		}
		list = append(list, e)
	}
	return list, lines.Err()
}

// find gives the expectation for a program in a mode. Those of other users are left out.
func (list Expectations) find(t *Toolchain, program string, m Mode) (Expectation, bool) {
	return list.lookup(t.Name, t.Arch, program, m, os.Geteuid() == 0)
}

func (list Expectations) lookup(compiler, arch, program string, m Mode, root bool) (Expectation, bool) {
	for _, e := range list {
		if fits(e.Program, program) && fits(e.Compiler, compiler) && fits(e.Arch, arch) && fits(e.Link, m.Link()) &&
			(root || e.Verdict != FailAsRoot) {
			return e, true
		}
	}
	return Expectation{}, false
}

func fits(pattern, word string) bool { return pattern == "*" || pattern == word }
