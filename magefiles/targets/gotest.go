package targets

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// testEvent is a line of `go test -json`.
type testEvent struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Output      string
	FailedBuild string
}

// tally turns the events into what a reader wants: the packages' closing lines, and the output of
// the tests that failed or were skipped.
type tally struct {
	w                       io.Writer
	passed, failed, skipped int
	output                  map[string][]string
	// failedIn are the packages with a failed test.
	failedIn map[string]bool
}

func newTally(w io.Writer) *tally {
	return &tally{w: w, output: map[string][]string{}, failedIn: map[string]bool{}}
}

// read takes all events.
func (t *tally) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e testEvent
			if json.Unmarshal([]byte(line), &e) != nil {
				fmt.Fprint(t.w, line) // the go command's own words
			} else {
				t.add(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (t *tally) add(e testEvent) {
	id := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		t.output[e.ImportPath] = append(t.output[e.ImportPath], e.Output)
	case "output":
		t.output[id] = append(t.output[id], e.Output)
	case "pass", "fail", "skip":
		t.end(e, id)
	}
}

func (t *tally) end(e testEvent, id string) {
	text := t.output[id]
	delete(t.output, id)
	if e.Test == "" {
		t.endPackage(e, text)
		return
	}
	switch e.Action {
	case "pass":
		t.passed++
	case "fail":
		t.failed++
		t.failedIn[e.Package] = true
		fmt.Fprint(t.w, strings.Join(text, ""))
	case "skip":
		t.skipped++
		fmt.Fprint(t.w, strings.Join(slices.DeleteFunc(text, isRunLine), ""))
	}
}

// endPackage prints go test's closing line of a package. One that failed without a failed test did
// not build or died: it counts as a failure, and everything it said is shown.
func (t *tally) endPackage(e testEvent, text []string) {
	if e.Action == "fail" && !t.failedIn[e.Package] {
		t.failed++
		fmt.Fprint(t.w, strings.Join(t.output[e.FailedBuild], ""))
		for id, left := range t.output {
			if strings.HasPrefix(id, e.Package+" ") {
				fmt.Fprint(t.w, strings.Join(left, ""))
			}
		}
	}
	fmt.Fprint(t.w, strings.Join(slices.DeleteFunc(text, func(s string) bool { return s == "PASS\n" }), ""))
}

func isRunLine(s string) bool { return strings.HasPrefix(s, "=== ") }

func (t *tally) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", t.passed, t.failed, t.skipped)
}

// goTest runs all tests on a machine where nothing may be missing.
func (c config) goTest(ctx context.Context, w io.Writer) error {
	cmd := command{c.top, []string{"RELINTERP_NO_SKIP=1", "RELINTERP_DIST=" + c.dist()}, []string{"go", "test", "-json", "-timeout=15m", "./..."}}.exec(ctx)
	cmd.Stderr = os.Stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	t := newTally(w)
	readErr := t.read(events)
	waitErr := cmd.Wait()
	fmt.Fprintln(w, t)
	if readErr != nil {
		return readErr
	}
	if waitErr != nil || t.failed > 0 {
		return fmt.Errorf("go test: %d failed", t.failed)
	}
	return nil
}
