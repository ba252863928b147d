package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

// compiled are the rows that are the compiler's work. Their limits were reached with gcc 12; another one's
// code may be a twentieth longer.
var compiled = map[string]bool{"entry.instructions": true, "object.text": true}

// allowed is how much a row may have.
func allowed(row Row, compiler string) float64 {
	bound := *row.Limit
	if compiled[row.ID] && !strings.Contains(compiler, " 12.") {
		bound *= 1.05
	}
	return bound
}

// TestBenchRuns runs the whole bench once. Its counts and sizes are the same on every run and
// must keep their limits; nothing is asked of timings.
func TestBenchRuns(t *testing.T) {
	gcc := need.Tool(t, "gcc", "gcc")
	file := filepath.Join(t.TempDir(), "figures.json")
	o, err := parseFlags([]string{"-quick", "-dist", need.Dist(t), "-cc", gcc, "-json", file}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	if err := run(o, &table, io.Discard); err != nil {
		t.Fatal(err)
	}
	var report Report
	if text, err := os.ReadFile(file); err != nil {
		t.Fatal(err)
	} else if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Rows) != len(figures) {
		t.Fatalf("%d rows in the JSON file, want %d", len(report.Rows), len(figures))
	}
	for i, row := range report.Rows {
		if row.ID != figures[i].ID {
			t.Errorf("row %d is %s, want %s", i, row.ID, figures[i].ID)
		}
		if figures[i].Exact && row.Limit != nil && row.Value > allowed(row, report.Machine.Compiler) {
			t.Errorf("%s: %s, at most %s", row.What, row.Unit.format(row.Value), row.Unit.limit(allowed(row, report.Machine.Compiler)))
		}
		if !bytes.Contains(table.Bytes(), []byte(row.What)) {
			t.Errorf("the table lacks %q", row.What)
		}
	}
	if report.Rows == nil || report.Machine.Musl == "" || report.Machine.Compiler == "" {
		t.Errorf("the report does not say on what it was made: %+v", report.Machine)
	}
}

// TestWorkFolderIsAsLongEverywhere: with a longer TMPDIR the entry object would copy more, and its
// instructions could not be compared.
func TestWorkFolderIsAsLongEverywhere(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dir, err := workFolder()
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(dir)
	if want := "/tmp/bench0123456789"; len(dir) != len(want) {
		t.Errorf("%s has %d bytes, want %d as %s", dir, len(dir), len(want), want)
	}
}

// TestEntryStepsAreCounted: an entry object that took no instruction was not the one measured.
func TestEntryStepsAreCounted(t *testing.T) {
	toolchain, err := findToolchain(need.Dist(t), need.Tool(t, "gcc", "gcc"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	loader, err := installLoader(toolchain, dir)
	if err != nil {
		t.Fatal(err)
	}
	empty, err := buildPrograms(toolchain, loader, "empty")
	if err != nil {
		t.Fatal(err)
	}
	steps := func(program string) Steps {
		got, err := stepsUntil(loader, toolchain.Arch.Syscall, runtimeEnv, program)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := steps(empty.PTInterp); got != (Steps{}) {
		t.Errorf("PT_INTERP: %+v before the loader, want none", got)
	}
	if got := steps(empty.Relinterp); got.Instructions < 100 || got.Syscalls < 3 {
		t.Errorf("-relinterp: %+v before the loader, too little to open and map a file", got)
	}
}

// TestMeasuredProgramsKnowNothingOfTheToolchainsPlace: a longer path of dist/ in their RUNPATH would be
// more to copy, and instructions could not be compared between machines.
func TestMeasuredProgramsKnowNothingOfTheToolchainsPlace(t *testing.T) {
	toolchain, err := findToolchain(need.Dist(t), need.Tool(t, "gcc", "gcc"))
	if err != nil {
		t.Fatal(err)
	}
	loader, err := installLoader(toolchain, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	empty, err := buildPrograms(toolchain, loader, "empty")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(empty.Relinterp)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(program, []byte(toolchain.Lib)) {
		t.Errorf("%s holds %s", empty.Relinterp, toolchain.Lib)
	}
}
