package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// bigSize is how large the large program is, in bytes; manyFiles is how many are patched in one call.
const (
	bigSize   = 100 << 20
	manyFiles = 300
)

// measurePatching fills the rows patch.*: relinterp-patch against cp of the same files, which
// overwrites what a copy before has left, as an edit in place does.
func measurePatching(into map[string]Measure, t *Toolchain, rounds int, dir string, r Retrofit) error {
	big, err := buildBig(t, dir)
	if err != nil {
		return err
	}
	var many []string
	for i := range manyFiles {
		many = append(many, filepath.Join(dir, "many", fmt.Sprintf("program%03d", i)))
	}
	if err := os.Mkdir(filepath.Join(dir, "many"), 0o755); err != nil {
		return err
	}
	for _, c := range []struct {
		row   string
		from  string
		files []string
	}{{"patch.big", big, []string{filepath.Join(dir, "big-program")}}, {"patch.many", r.Original, many}} {
		samples, err := timePatching(t, rounds, c.from, c.files, r.Lib)
		if err != nil {
			return err
		}
		into[c.row+".control"] = estimate(ratios(samples[1], samples[0]))
		into[c.row] = estimate(ratios(samples[2], samples[0]))
	}
	return nil
}

// timePatching gives the nanoseconds of each round for cp of the files into a folder, the same
// again, and one call of relinterp-patch on them in place; in an order drawn anew, each from fresh
// files that the page cache knows.
func timePatching(t *Toolchain, rounds int, from string, files []string, lib string) ([3][]float64, error) {
	var samples [3][]float64
	to := files[0] + ".copies"
	if err := os.Mkdir(to, 0o755); err != nil {
		return samples, err
	}
	defer os.RemoveAll(to)
	cp := append([]string{"cp", "-t", to}, files...)
	patch := append([]string{t.Patch, "--loader-dir", lib}, files...)
	random := rand.New(rand.NewPCG(20010911, 1))
	for range rounds + 1 { // the first fills the caches
		for _, file := range files {
			if err := copyFile(file, from); err != nil {
				return samples, err
			}
		}
		for _, which := range random.Perm(3) {
			argv := [][]string{cp, cp, patch}[which]
			cmd := exec.Command(argv[0], argv[1:]...)
			cmd.Env = t.env
			start := time.Now()
			out, err := cmd.CombinedOutput()
			samples[which] = append(samples[which], float64(time.Since(start)))
			if err != nil {
				return samples, fmt.Errorf("%s: %w: %s", argv[0], err, out)
			}
			if which == 2 { // cp had originals; so has the next
				for _, file := range files {
					if err := copyFile(file, from); err != nil {
						return samples, err
					}
				}
			}
		}
	}
	for i := range samples {
		samples[i] = samples[i][1:]
	}
	return samples, nil
}

// buildBig compiles a program of bigSize bytes, none of which compress or are holes.
func buildBig(t *Toolchain, dir string) (string, error) {
	source, program := filepath.Join(dir, "big.c"), filepath.Join(dir, "big")
	text := fmt.Sprintf("__asm__(\".section .rodata\\n.globl big\\nbig: .fill %d, 8, 0x0123456789abcdef\\n.previous\");\n"+
		"extern const char big[];\nint main(void) { return big[0] != (char)0xef; }\n", bigSize/8)
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		return "", err
	}
	return program, command(t.env, t.CC, "-O2", "-o", program, source)
}
