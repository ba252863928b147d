package main

import (
	"errors"
	"io"
	"runtime"
	"testing"
)

// sampled is how many programs every change is tried on, and the seed that picks them.
const sampled, seed = 200, 3

// The whole corpus is what `go tool mage corpus` is for; here nothing of a sample may fail.
func TestSampleOfThisMachinesPrograms(t *testing.T) {
	all, err := find(usual)
	if err != nil {
		t.Fatal(err)
	}
	records, err := checkAll(t.Context(), sample(all, sampled, seed), runtime.NumCPU(), nil, io.Discard)
	if errors.Is(err, errForbidden) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	report := Report{Machine: machine(), Found: len(all), Records: records}
	t.Log(report.markdown())
	for _, fault := range report.faults(WithRunpath) {
		t.Error(fault)
	}
	if tried := report.count(Record.tried); tried < len(records)*4/5 {
		t.Errorf("only %d of %d programs could be tried", tried, len(records))
	}
}
