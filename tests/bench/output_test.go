package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/docpage"
)

// sample is a report with every figure, each reached except the first that has a target.
func sample(t *testing.T) Report {
	t.Helper()
	measured := map[string]Measure{}
	for _, f := range figures {
		m := Measure{Value: 1}
		if f.Unit == Ratio {
			m.Spread = &Spread{0.99, 1.01}
		}
		measured[f.ID] = m
	}
	measured["startup.hello.relinterp"] = Measure{1.25, &Spread{1.2, 1.3}}
	measured["entry.instructions"] = exact(4321)
	rows, err := newRows(figures, measured)
	if err != nil {
		t.Fatal(err)
	}
	return Report{Machine: Machine{CPU: "a CPU", Musl: "1.2.6"}, Rounds: 7, Calls: 3, Rows: rows}
}

func TestEveryFigureNeedsItsValueAndTheOtherWayRound(t *testing.T) {
	one := []Figure{{"a", "a", Count, 5, true}}
	for name, measured := range map[string]map[string]Measure{
		"missing": {},
		"unknown": {"a": exact(1), "b": exact(1)},
	} {
		if _, err := newRows(one, measured); err == nil || !strings.Contains(err.Error(), "bug in bench") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestLimitIsReachedAtItsOwnValue(t *testing.T) {
	one := []Figure{{"a", "a", Count, 5, true}}
	for value, want := range map[float64]bool{4: true, 5: true, 6: false} {
		rows, err := newRows(one, map[string]Measure{"a": exact(value)})
		if err != nil || *rows[0].Reached != want {
			t.Errorf("%v: reached %v, %v", value, *rows[0].Reached, err)
		}
	}
}

func TestTableShowsValueSpreadTargetAndVerdict(t *testing.T) {
	var out bytes.Buffer
	if err := writeTable(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"start-up of hello: -relinterp 1.250 1.200 to 1.300 at most 1.03 no",
		"user instructions until the loader runs 4,321 at most 5,000 yes",
		"over the real compiler, per call 1.00 ms at most 4 ms yes",
		"start-up of hello: -static 1.000 0.990 to 1.010 start-up",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestNumbersAreGrouped(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 999: "999", 1000: "1,000", -4024: "-4,024", 1234567: "1,234,567", 1.5: "1.5"} {
		if got := Count.format(n); got != want {
			t.Errorf("%v is written %s, want %s", n, got, want)
		}
	}
}

func TestChartIsWellFormedAndFollowsTheReadersColours(t *testing.T) {
	svg := chart(sample(t))
	decoder := xml.NewDecoder(strings.NewReader(svg))
	bars := 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "rect" {
			bars++
		}
	}
	if bars != 15 {
		t.Errorf("%d bars, want 15", bars)
	}
	if at := strings.Index(svg, "%!"); at >= 0 {
		t.Errorf("a number was written wrongly: %.40s", svg[at:])
	}
	for _, want := range []string{"prefers-color-scheme: dark", `class="one"`, ">1.250<", ">-relinterp<", `class="ours"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("the chart lacks %s", want)
		}
	}
}

func TestDocsKeepWhatStandsAroundTheTable(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "benchmarks.md")
	if err := os.WriteFile(page, []byte("above\n"+regionBegin+"\nold\n"+regionEnd+"\nbelow\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second run finds what the first wrote
		if err := writeDocs(dir, sample(t)); err != nil {
			t.Fatal(err)
		}
	}
	text, _ := os.ReadFile(page)
	if want := "above\n" + regionBegin + "\n" + markdown(sample(t)) + regionEnd + "\nbelow\n"; string(text) != want {
		t.Errorf("page:\n%s", text)
	}
	for _, name := range []string{"benchmarks.svg", "benchmarks.json"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestPageWithoutMarkersIsRefused(t *testing.T) {
	for _, page := range []string{"", regionBegin, regionEnd, regionEnd + regionBegin} {
		if got, err := docpage.Replace(page, regionBegin, regionEnd, "x"); err == nil {
			t.Errorf("%q became %q", page, got)
		}
	}
}
