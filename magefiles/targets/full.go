package targets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"relinterp/internal/muslsrc"
)

// Full runs everything that there is and sums it up, lint to kernels, going on after a failure (FULL=-n prints the plan, FULL="corpus kernels" runs those parts)
//
// It takes about twice the time of test; what every change must pass is ci.
func Full(ctx context.Context) error {
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	words := strings.Fields(os.Getenv("FULL"))
	plan, err := c.fullPlan().choose(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "-n" }))
	if err != nil {
		return err
	}
	if slices.Contains(words, "-n") {
		fmt.Print(plan)
		return nil
	}
	return plan.run(ctx, os.Stdout)
}

// fullPart is one command of the full set.
type fullPart struct {
	name string
	command
	// says finds the lines that tell how it went; the last one goes into the summary.
	says *regexp.Regexp
}

// line is the part as one types it.
func (p fullPart) line() string { return join(append(slices.Clone(p.env), p.argv...)) }

// fullPlan is the parts in the order of running, the quick ones first.
type fullPlan []fullPart

func (c config) fullPlan() fullPlan {
	mage := func(name, target, says string, env ...string) fullPart {
		return fullPart{name, command{c.top, env, []string{"go", "tool", "mage", target}}, regexp.MustCompile(says)}
	}
	plan := fullPlan{mage("lint", "lint", `^$`)}
	for _, r := range muslsrc.Releases {
		plan = append(plan, mage("libctest-"+r.Version, "libctest", `^libc-test.*: .* unexpected$`, "MUSL_VERSION="+r.Version))
	}
	return append(plan,
		mage("kernels", "kernels", `^--- (PASS|FAIL|SKIP): TestKernels`),
		mage("test", "test", `^\d+ passed, \d+ failed, \d+ skipped$`, "RELINTERP_FULL=1"),
		mage("corpus", "corpus", `^\| libraries with RUNPATH \|`))
}

func (plan fullPlan) String() string {
	var text strings.Builder
	for _, p := range plan {
		fmt.Fprintf(&text, "%-16s %s\n", p.name, p.line())
	}
	return text.String()
}

// choose keeps the parts that are named, by their whole name or what stands before the dash; all without names.
func (plan fullPlan) choose(names []string) (fullPlan, error) {
	if len(names) == 0 {
		return plan, nil
	}
	var chosen fullPlan
	known := map[string]bool{}
	for _, p := range plan {
		family, _, _ := strings.Cut(p.name, "-")
		known[p.name], known[family] = true, true
		if slices.Contains(names, p.name) || slices.Contains(names, family) {
			chosen = append(chosen, p)
		}
	}
	for _, name := range names {
		if !known[name] {
			return nil, fmt.Errorf("FULL: no part %q; the parts are:\n%s", name, plan)
		}
	}
	return chosen, nil
}

// run does one part after the other and writes a line for each at the end. Only an interrupt ends it early.
func (plan fullPlan) run(ctx context.Context, w io.Writer) error {
	type result struct {
		state, said string
		took        time.Duration
	}
	results := make([]result, len(plan))
	var failed []string
	for i, p := range plan {
		if ctx.Err() != nil {
			results[i].state = "not run"
			failed = append(failed, p.name)
			continue
		}
		fmt.Fprintf(w, "\n== %d of %d, %s: %s\n", i+1, len(plan), p.name, p.line())
		watch := &lineWatch{w: w, says: p.says}
		began := time.Now()
		err := p.to(ctx, watch)
		results[i] = result{"ok", watch.said, time.Since(began)}
		if err != nil {
			results[i].state = "FAILED"
			if watch.said == "" {
				results[i].said = err.Error()
			}
			failed = append(failed, p.name)
		}
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, p := range plan {
		line := fmt.Sprintf("%s\t%s\t%v\t%s", p.name, results[i].state, results[i].took.Round(time.Second), results[i].said)
		fmt.Fprintln(table, strings.TrimRight(line, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(failed) > 0 {
		return errors.Join(fmt.Errorf("full: %d of %d parts failed; again: FULL=%q go tool mage full", len(failed), len(plan), join(failed)), ctx.Err())
	}
	return nil
}

// to runs the command with its standard output to w. An interrupt is passed on: the command has its own to clean up.
func (c command) to(ctx context.Context, w io.Writer) error {
	cmd := c.exec(ctx)
	cmd.Stdout, cmd.Stderr = w, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptDelay
	return cmd.Run()
}

// interruptDelay is how long an interrupted part may clean up.
const interruptDelay = 30 * time.Second

// lineWatch passes on what is written, and keeps the last line that matters.
type lineWatch struct {
	w    io.Writer
	says *regexp.Regexp
	rest string // a line that has not ended
	said string
}

func (l *lineWatch) Write(b []byte) (int, error) {
	lines := strings.Split(l.rest+string(b), "\n")
	l.rest = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		if l.says.MatchString(line) {
			l.said = line
		}
	}
	return l.w.Write(b)
}
