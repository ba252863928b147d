package retrofit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/docpage"
	"relinterp/internal/need"
	"relinterp/internal/trial"
	"relinterp/patcher"
)

// What is the same in every file, or the program's own, is not in the table.
var notOverhead = map[string]bool{"stub": true, "copy of .dynstr": true}

// overheadLimit is what a small program may get longer by beyond these, in bytes.
const overheadLimit = 1024

// The table of docs/retrofit.md is what is added to the program of tests/bench, by the compiler that the table names.
// With another one only the limit counts.
func TestBytesAdded(t *testing.T) {
	cc := need.Tool(t, "gcc", "gcc")
	var columns [2][]patcher.Part
	for i, words := range [][]string{{"-s"}, nil} {
		app := shop.Compile(t, "../bench/programs", "hello", cc, append([]string{"-O2", "hello.c"}, words...)...)
		data, err := os.ReadFile(app)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := patcher.MakePlan(bytes.NewReader(data), int64(len(data)), patcher.Options{
			LoaderDir: "$ORIGIN/glib",
			Whole:     func(interp, _ string) bool { return trial.LaidWhole(interp) },
		})
		if err != nil {
			t.Fatal(err)
		}
		columns[i] = plan.Added
	}
	table, most := addedTable(columns)
	if most > overheadLimit {
		t.Errorf("%d bytes, more than %d:\n%s", most, overheadLimit, table)
	}
	version, _, _ := strings.Cut(trial.Run(t, trial.Command(cc, "--version")).Out, "\n")
	comparePage(t, filepath.Join(need.Top(), "docs", "retrofit.md"), version, version+", `-O2`:\n\n"+table)
}

// addedTable gives the table, and the larger of its sums.
func addedTable(columns [2][]patcher.Part) (string, int64) {
	var order []string
	bytes, sums := map[string][2]int64{}, [2]int64{}
	for i, parts := range columns {
		for _, p := range parts {
			if notOverhead[p.What] {
				continue
			}
			row, known := bytes[p.What]
			if !known {
				order = append(order, p.What)
			}
			row[i] += p.Bytes
			bytes[p.What], sums[i] = row, sums[i]+p.Bytes
		}
	}
	table := "| bytes | stripped (`-s`) | with symbols |\n|---|---|---|\n"
	for _, what := range order {
		table += fmt.Sprintf("| %s | %d | %d |\n", what, bytes[what][0], bytes[what][1])
	}
	return table + fmt.Sprintf("| **sum** | **%d** | **%d** |\n", sums[0], sums[1]), max(sums[0], sums[1])
}

// comparePage wants a page to have the text where its marks are, if it was made with this compiler. RELINTERP_DOCS=1 writes it there.
func comparePage(t *testing.T, path, version, text string) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := docpage.Replace(string(page), "<!-- added:begin -->", "<!-- added:end -->", text)
	switch {
	case err != nil:
		t.Error(err)
	case os.Getenv("RELINTERP_DOCS") != "":
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Error(err)
		}
	case want != string(page) && strings.Contains(string(page), version):
		t.Errorf("the table of %s is not this:\n%s\nrun: RELINTERP_DOCS=1 go test ./tests/retrofit -run TestBytesAdded", path, text)
	}
}
