package main

import (
	"reflect"
	"strings"
	"testing"

	"relinterp/internal/need"
)

func TestSamplesAreReadBehindTheWarmUp(t *testing.T) {
	got, err := parseSamples("cpu 1\n900 9 800 8\n10 1 20 2\n30 3 40 4\n", 2, 1)
	want := []Samples{
		{Nanoseconds: []float64{10, 30}, Faults: []float64{1, 3}},
		{Nanoseconds: []float64{20, 40}, Faults: []float64{2, 4}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestBrokenSamplesAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "cpu 0", "cpu 0\n1 2\n", "1 2\n1 2\n1 2\n", "cpu 0\n1 2\n1 2 3\n", "cpu 0\n1 2\nx 2\n", "cpu 0\n1 2\n1 x\n",
	} {
		if got, err := parseSamples(text, 1, 1); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestSpawnerRunsEveryCommandInEveryRound(t *testing.T) {
	dir := t.TempDir()
	spawner, err := buildSpawner(need.Tool(t, "gcc", "gcc"), dir)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := spawnPaired(spawner, 3, nil,
		[]string{"/bin/sh", "-c", "exit 0"}, []string{"/bin/sh", "-c", "sleep 0.02; echo unseen"})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range samples {
		if len(s.Nanoseconds) != 3 || len(s.Faults) != 3 {
			t.Fatalf("command %d has %d timings and %d faults, want 3 of each", i, len(s.Nanoseconds), len(s.Faults))
		}
	}
	for round, ns := range samples[1].Nanoseconds {
		if ns < 20e6 {
			t.Errorf("round %d: a program that sleeps 20 ms took %.0f ns", round, ns)
		}
	}
	if samples[0].Faults[0] < 1 {
		t.Error("a program ran without a minor fault")
	}
}

func TestSpawnerTellsWhichCommandFailed(t *testing.T) {
	spawner, err := buildSpawner(need.Tool(t, "gcc", "gcc"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for command, message := range map[string]string{
		"/nowhere/app": "/nowhere/app: No such file or directory",
		"/bin/false":   "/bin/false: wait status 0x100",
	} {
		_, err := spawnPaired(spawner, 1, nil, []string{command})
		if err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("error %v, want %q", err, message)
		}
	}
}
