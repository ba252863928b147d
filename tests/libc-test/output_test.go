package libctest

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sample is a result with one of everything.
func sample(t *testing.T) (*Result, Expectations) {
	t.Helper()
	list, err := ParseExpectations("f/known * * * fail it never could")
	if err != nil {
		t.Fatal(err)
	}
	ok, bad := Outcome{Kind: pass, Output: "noise"}, Outcome{Kind: "status 1", Output: "no <good>\x01", Tries: 1}
	r := &Report{Compiler: "gcc", Version: "gcc 12", Arch: "x86_64", Musl: "1.2.6", Modes: []Mode{Interp, Relinterp, Static}, Rows: []Row{
		{Program: "f/fine", Outcomes: map[Mode]Outcome{Interp: ok, Relinterp: ok}},
		{Program: "f/known", Outcomes: map[Mode]Outcome{Interp: bad, Relinterp: bad, Static: bad}},
		{Program: "g/differs", Outcomes: map[Mode]Outcome{Interp: ok, Relinterp: bad, Static: ok}},
	}}
	return &Result{Command: "make it", Suite: SuiteCommit, Reports: []*Report{r}, Findings: judge(r, list, true)}, list
}

func TestJudgeNamesTheDifference(t *testing.T) {
	r, _ := sample(t)
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.String())
	}
	want := "gcc relinterp g/differs: status 1; gcc relinterp g/differs: status 1, but pass with pt-interp"
	if strings.Join(got, "; ") != want || r.Err() == nil {
		t.Errorf("got %s", strings.Join(got, "; "))
	}
}

func TestResultInALine(t *testing.T) {
	r, _ := sample(t)
	for suite, want := range map[string]string{
		SuiteCommit:              "libc-test f2bac7711bec: ",
		SuiteCommit + "+changes": "libc-test f2bac7711bec+changes: ",
		"":                       "libc-test of no known commit: ",
	} {
		if r.Suite = suite; r.String() != want+"3 tests of 1 compilers run 8 times, 2 unexpected" {
			t.Errorf("%q: got %s", suite, r)
		}
	}
	if r.Absent = "why"; !strings.HasPrefix(r.String(), "libc-test absent, probes alone: ") {
		t.Errorf("got %s", r)
	}
}

func TestTable(t *testing.T) {
	r, _ := sample(t)
	for all, want := range map[bool]string{
		false: "gcc 12, musl 1.2.6, x86_64\n" +
			"test       pt-interp  relinterp  static\n" +
			"f/known    status 1   status 1   status 1\n" +
			"g/differs  pass       status 1   pass\n" +
			"passed     2 of 3     1 of 3     1 of 2\n",
		true: "gcc 12, musl 1.2.6, x86_64\n" +
			"test       pt-interp  relinterp  static\n" +
			"f/fine     pass       pass       -\n" +
			"f/known    status 1   status 1   status 1\n" +
			"g/differs  pass       status 1   pass\n" +
			"passed     2 of 3     1 of 3     1 of 2\n",
	} {
		var text strings.Builder
		if err := WriteTable(&text, r.Reports[0], all); err != nil || text.String() != want {
			t.Errorf("%v: %v\n%s", all, err, text.String())
		}
	}
}

func TestDetailsQuoteTheProgram(t *testing.T) {
	r, _ := sample(t)
	var text strings.Builder
	if WriteDetails(&text, r); !strings.Contains(text.String(), "g/differs: status 1\n    no <good>") {
		t.Error(text.String())
	}
}

func TestJUnit(t *testing.T) {
	r, list := sample(t)
	text, err := r.JUnit(list)
	if err != nil {
		t.Fatal(err)
	}
	var back junitSuites
	if err := xml.Unmarshal(text, &back); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	s := back.Suites[1]
	if len(back.Suites) != 3 || s.Name != "x86_64.gcc.relinterp" || s.Tests != 3 || s.Failures != 1 || s.Skipped != 1 {
		t.Errorf("%+v", s)
	}
	if c := s.Cases[1]; c.Skipped.Message != "fails as expected: it never could" {
		t.Errorf("%+v", c)
	}
	if c := s.Cases[2]; !strings.Contains(c.Failure.Message, "but pass with pt-interp") || c.Failure.Text != "no <good>" {
		t.Errorf("%+v", c.Failure)
	}
}

func TestJSONIsBriefAndWhole(t *testing.T) {
	r, _ := sample(t)
	text, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var back Result
	if err := json.Unmarshal(text, &back); err != nil || len(back.Findings) != 2 || len(back.Reports[0].Rows) != 3 {
		t.Errorf("%v\n%s", err, text)
	}
	if strings.Contains(string(text), "noise") || !strings.Contains(string(text), "good") || r.Reports[0].Rows[0].Outcomes[Interp].Output == "" {
		t.Errorf("what passed is brief, what failed is not:\n%s", text)
	}
}

func TestDocsPage(t *testing.T) {
	r, list := sample(t)
	dir := t.TempDir()
	page := filepath.Join(dir, "libc-test.md")
	if err := WriteDocs(dir, r, list, nil); err == nil {
		t.Error("no page, and no error")
	}
	if err := os.WriteFile(page, []byte("before\n"+regionBegin+"old"+regionEnd+"\nafter\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteDocs(dir, r, list, []Program{{Name: "probes/one", About: "says one"}}); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(page)
	for _, want := range []string{"before\n", "\nafter\n", "Made by `make it`", "| f | 1 of 2 | 1 of 2 | 0 of 1 |", "| all | 2 of 3 |",
		"| g/differs | pass | status 1 | pass |", "| f/known | any | any | any | fail | it never could |", "| one | says one |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "old") {
		t.Error("the old table is still there")
	}
}
