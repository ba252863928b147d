package main

import (
	"debug/elf"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bigSize is how large the large program is, in bytes; manyFiles is how many are patched in one call.
const (
	bigSize   = 100 << 20
	manyFiles = 300
)

// forgets is how long ext4 looks at the inodes that were given up before it makes a new one (fs/ext4/ialloc.c,
// recently_deleted), and a little more. Only what a round before has left would be looked at.
const forgets = 6 * time.Second

// measurePatching fills the rows patch.*: relinterp-patch against cp of the same files, which
// overwrites what a copy before has left, as an edit in place does.
func measurePatching(into map[string]Measure, t *Toolchain, rounds int, dir string, r Retrofit) error {
	big, err := buildBig(t, dir)
	if err != nil {
		return err
	}
	many, err := hostPrograms(manyFiles, filepath.Base(r.Loader), "/usr/bin", "/usr/sbin")
	if err != nil {
		return err
	}
	for _, c := range []struct {
		row   string
		from  []string
		pause time.Duration
	}{{"patch.big", []string{big}, 0}, {"patch.many", many, forgets}} {
		samples, err := timePatching(t, rounds, c.pause, c.from, filepath.Join(dir, c.row), r.Lib)
		if err != nil {
			return err
		}
		into[c.row+".control"] = estimate(ratios(samples[1], samples[0]))
		into[c.row] = estimate(ratios(samples[2], samples[0]))
	}
	return nil
}

// hostPrograms gives n dynamic executables in the folders, by name, that ask for the loader; all of them again
// from the start where there are fewer.
func hostPrograms(n int, loader string, dirs ...string) ([]string, error) {
	var list []string
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if path := filepath.Join(dir, e.Name()); e.Type().IsRegular() && len(list) < n && asksFor(path, loader) {
				list = append(list, path)
			}
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no program that asks for %s in %v", loader, dirs)
	}
	for i := 0; len(list) < n; i++ {
		list = append(list, list[i])
	}
	return list, nil
}

// asksFor says whether a file is a dynamic executable with that loader, without set-ID bits: copies have none.
func asksFor(path, loader string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
		return false
	}
	file, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP {
			text, _ := io.ReadAll(p.Open())
			return filepath.Base(strings.TrimRight(string(text), "\x00")) == loader
		}
	}
	return false
}

// timePatching gives the nanoseconds of each round for cp of the programs into a folder, the same
// again, and one call of relinterp-patch on them in place; in an order drawn anew, each from fresh
// copies in dir that the page cache knows. What relinterp-patch left is overwritten for the next round, as cp
// overwrites what cp left: no file is removed but those that relinterp-patch replaces.
func timePatching(t *Toolchain, rounds int, pause time.Duration, from []string, dir, lib string) ([3][]float64, error) {
	var samples [3][]float64
	to, files := filepath.Join(dir, "copies"), make([]string, len(from))
	if err := os.MkdirAll(to, 0o755); err != nil {
		return samples, err
	}
	defer os.RemoveAll(dir)
	for i := range files {
		files[i] = filepath.Join(dir, fmt.Sprintf("program%03d", i))
	}
	cp := append([]string{"cp", "-t", to}, files...)
	patch := append([]string{t.Patch, "--loader-dir", lib}, files...)
	random := rand.New(rand.NewPCG(20010911, 1))
	if err := refresh(files, from); err != nil {
		return samples, err
	}
	for round := range rounds + 1 { // the first fills the caches
		if round > 0 {
			time.Sleep(pause)
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
			if which == 2 {
				if err := refresh(files, from); err != nil {
					return samples, err
				}
			}
		}
	}
	for i := range samples {
		samples[i] = samples[i][1:]
	}
	return samples, nil
}

// refresh makes files copies of from.
func refresh(files, from []string) error {
	for i := range files {
		if err := copyFile(files[i], from[i]); err != nil {
			return err
		}
	}
	return nil
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
