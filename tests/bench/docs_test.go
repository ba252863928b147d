package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/docpage"
	"relinterp/internal/need"
)

const remake = `BENCH="-docs docs" go tool mage bench`

// TestDocsShowOneRun: the page, the chart and the JSON file come from the same run of the bench as it
// is now, and from a full one.
func TestDocsShowOneRun(t *testing.T) {
	docs := filepath.Join(need.Top(), "docs")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(docs, name))
		if err != nil {
			t.Fatalf("%v; run: %s", err, remake)
		}
		return string(text)
	}
	var report Report
	if err := json.Unmarshal([]byte(read("benchmarks.json")), &report); err != nil {
		t.Fatal(err)
	}
	values := map[string]Measure{}
	for _, row := range report.Rows {
		values[row.ID] = Measure{row.Value, row.Spread}
	}
	var err error
	if report.Rows, err = newRows(figures, values); err != nil {
		t.Fatalf("%v; run: %s", err, remake)
	}
	page := read("benchmarks.md")
	if want, err := docpage.Replace(page, regionBegin, regionEnd, markdown(report)); err != nil || page != want {
		t.Errorf("the table in docs/benchmarks.md is not that of benchmarks.json (%v); run: %s", err, remake)
	}
	if read("benchmarks.svg") != chart(report) {
		t.Errorf("docs/benchmarks.svg is not drawn from benchmarks.json; run: %s", remake)
	}
	if report.Quick || report.Rounds < 1000 {
		t.Errorf("the figures in docs/ come from %d rounds, too few to show; run: %s", report.Rounds, remake)
	}
}

func TestMissingPageIsFoundBeforeMeasuring(t *testing.T) {
	err := run(Options{Docs: t.TempDir(), Dist: "/nowhere"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "-docs wants the folder of benchmarks.md") {
		t.Errorf("error %v", err)
	}
}
