package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed spawn/spawn.c
var spawnSource []byte

// Samples holds the runs of one command, one a round.
type Samples struct {
	Nanoseconds []float64
	Faults      []float64
}

// buildSpawner compiles the spawner into dir with the host's compiler and libc.
func buildSpawner(cc, dir string) (string, error) {
	source, program := filepath.Join(dir, "spawn.c"), filepath.Join(dir, "spawn")
	if err := os.WriteFile(source, spawnSource, 0o644); err != nil {
		return "", err
	}
	return program, command(nil, cc, "-O2", "-Wall", "-o", program, source)
}

// spawnPaired runs the commands side by side, warmUp rounds more than asked, and gives the
// samples of each behind the warm-up.
func spawnPaired(spawner string, rounds int, env []string, commands ...[]string) ([]Samples, error) {
	args := []string{strconv.Itoa(rounds + warmUp), "20010911"}
	for _, c := range commands {
		args = append(append(args, "--"), c...)
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(spawner, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("spawner: %w: %s", err, bytes.TrimSpace(errs.Bytes()))
	}
	return parseSamples(out.String(), len(commands), warmUp)
}

// parseSamples reads the spawner's numbers and leaves out the first skip rounds.
func parseSamples(text string, commands, skip int) ([]Samples, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) < skip+2 || !strings.HasPrefix(lines[0], "cpu ") {
		return nil, fmt.Errorf("spawner: %d lines, want more than %d rounds", len(lines), skip)
	}
	samples := make([]Samples, commands)
	for _, line := range lines[1+skip:] {
		fields := strings.Fields(line)
		if len(fields) != 2*commands {
			return nil, fmt.Errorf("spawner: line %q, want %d numbers", line, 2*commands)
		}
		for i := range samples {
			ns, err := strconv.ParseFloat(fields[2*i], 64)
			if err != nil {
				return nil, fmt.Errorf("spawner: %w", err)
			}
			faults, err := strconv.ParseFloat(fields[2*i+1], 64)
			if err != nil {
				return nil, fmt.Errorf("spawner: %w", err)
			}
			samples[i].Nanoseconds = append(samples[i].Nanoseconds, ns)
			samples[i].Faults = append(samples[i].Faults, faults)
		}
	}
	return samples, nil
}
