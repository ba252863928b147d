package main

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Retrofit is one program of the host's libc, and copies that relinterp-patch made find a loader
// beside themselves. File names are of one length.
type Retrofit struct {
	Original  string
	Original2 string // a copy
	Copied    string // the original with PT_INTERP and RUNPATH naming the copied loader's folder absolutely
	Patched   string // loader and libraries in Lib
	Patched2  string // a copy
	HwCaps    string // the same in a folder that has glibc-hwcaps links to itself
	HwCaps2   string // a copy
	Lib       string
	Loader    string // in Lib
}

// buildRetrofit compiles hello with the host's compiler and patches copies of it.
func buildRetrofit(t *Toolchain, dir string) (Retrofit, error) {
	r := Retrofit{
		Original:  filepath.Join(dir, "glibc-ori"),
		Original2: filepath.Join(dir, "glibc-or2"),
		Copied:    filepath.Join(dir, "glibc-cop"),
		Patched:   filepath.Join(dir, "glibc-pat"),
		Patched2:  filepath.Join(dir, "glibc-pa2"),
		HwCaps:    filepath.Join(dir, "glibc-cap"),
		HwCaps2:   filepath.Join(dir, "glibc-ca2"),
		Lib:       filepath.Join(dir, "glib"),
	}
	source, err := writeSource(dir, "hello")
	if err != nil {
		return r, err
	}
	if err := command(t.env, t.CC, "-O2", "-s", "-o", r.Original, source); err != nil {
		return r, err
	}
	loader, libraries, err := hostLibraries(r.Original)
	if err != nil {
		return r, err
	}
	caps := filepath.Join(dir, "gcap")
	for _, lib := range []string{r.Lib, caps} {
		if err := copyInto(lib, append(libraries, loader)...); err != nil {
			return r, err
		}
	}
	for _, level := range []string{"2", "3", "4"} {
		if err := os.MkdirAll(filepath.Join(caps, "glibc-hwcaps"), 0o755); err != nil {
			return r, err
		}
		if err := os.Symlink("..", filepath.Join(caps, "glibc-hwcaps", "x86-64-v"+level)); err != nil {
			return r, err
		}
	}
	r.Loader = filepath.Join(r.Lib, filepath.Base(loader))
	err = command(t.env, t.CC, "-O2", "-s", "-o", r.Copied, source, "-Wl,--dynamic-linker="+r.Loader, "-Wl,--enable-new-dtags,-rpath,"+r.Lib)
	if err != nil {
		return r, err
	}
	for _, c := range []struct{ file, lib string }{{r.Patched, r.Lib}, {r.HwCaps, caps}} {
		if err := copyFile(c.file, r.Original); err != nil {
			return r, err
		}
		if err := command(t.env, t.Patch, c.file, "--loader-dir", c.lib); err != nil {
			return r, err
		}
	}
	for to, from := range map[string]string{r.Original2: r.Original, r.Patched2: r.Patched, r.HwCaps2: r.HwCaps} {
		if err := copyFile(to, from); err != nil {
			return r, err
		}
	}
	return r, nil
}

// hostLibraries asks a program's own loader which files it would map.
func hostLibraries(program string) (loader string, libraries []string, err error) {
	file, err := elf.Open(program)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", program, err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP {
			text := make([]byte, p.Filesz)
			if _, err := p.ReadAt(text, 0); err != nil {
				return "", nil, fmt.Errorf("%s: read PT_INTERP: %w", program, err)
			}
			loader = strings.TrimRight(string(text), "\x00")
		}
	}
	if loader == "" {
		return "", nil, fmt.Errorf("%s has no PT_INTERP: the host's compiler links statically; name another one with -cc", program)
	}
	cmd := exec.Command(program)
	cmd.Env = []string{"LD_TRACE_LOADED_OBJECTS=1"}
	out, err := cmd.Output()
	if err != nil {
		return "", nil, fmt.Errorf("%s: list its libraries: %w", program, err)
	}
	for _, line := range strings.Split(string(out), "\n") {
		if _, path, ok := strings.Cut(line, " => "); ok {
			path, _, _ = strings.Cut(path, " (")
			libraries = append(libraries, path)
		}
	}
	return loader, libraries, nil
}

// copyInto copies files into a new folder.
func copyInto(dir string, files ...string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, file := range files {
		if err := copyFile(filepath.Join(dir, filepath.Base(file)), file); err != nil {
			return err
		}
	}
	return nil
}

// measureRetrofit fills the rows startup.retrofit.*, retrofit.* of a small program.
func measureRetrofit(into map[string]Measure, t *Toolchain, spawner string, rounds int, r Retrofit) error {
	samples, err := spawnPaired(spawner, rounds, runtimeEnv,
		[]string{r.Original}, []string{r.Original2}, []string{r.Patched}, []string{r.Patched2})
	if err != nil {
		return err
	}
	base := samples[0].Nanoseconds
	into["startup.retrofit.control"] = estimate(ratios(samples[1].Nanoseconds, base))
	into["startup.retrofit.runpath"] = estimate(ratios(samples[2].Nanoseconds, base))
	if samples, err = spawnPaired(spawner, rounds, runtimeEnv,
		[]string{r.Original}, []string{r.Original2}, []string{r.HwCaps}, []string{r.HwCaps2}); err != nil {
		return err
	}
	into["startup.retrofit.hwcaps"] = estimate(ratios(samples[2].Nanoseconds, samples[0].Nanoseconds))
	if samples, err = spawnPaired(spawner, rounds/2+1, runtimeEnv, []string{r.Copied}, []string{r.Patched}); err != nil {
		return err
	}
	into["startup.retrofit.copied"] = estimate(ratios(samples[1].Nanoseconds, samples[0].Nanoseconds))
	steps, err := stepsUntil(r.Loader, t.Arch.Syscall, runtimeEnv, r.Patched)
	if err != nil {
		return err
	}
	into["retrofit.syscalls"] = exact(float64(steps.Syscalls))
	into["retrofit.instructions"] = exact(float64(steps.Instructions))
	before, err := fileSize(r.Original)
	if err != nil {
		return err
	}
	after, err := fileSize(r.Patched)
	if err != nil {
		return err
	}
	strings, err := sectionSize(r.Original, ".dynstr")
	into["retrofit.added"] = exact(after - before - strings)
	return err
}

// measureRetrofitMusl fills the rows startup.retrofit.musl and its control.
func measureRetrofitMusl(into map[string]Measure, t *Toolchain, spawner string, rounds int, p Programs) error {
	patched, again := p.PTInterp+"p", p.PTInterp+"q"
	first, second := p.PTInterp+"1", p.PTInterp+"2"
	for _, copied := range []string{patched, first, second} {
		if err := copyFile(copied, p.PTInterp); err != nil {
			return err
		}
	}
	if err := command(t.env, t.Patch, patched, "--loader-dir", filepath.Dir(p.Loader)); err != nil {
		return err
	}
	if err := copyFile(again, patched); err != nil {
		return err
	}
	samples, err := spawnPaired(spawner, rounds, runtimeEnv, []string{first}, []string{second}, []string{patched}, []string{again})
	if err != nil {
		return err
	}
	into["startup.retrofit.musl.control"] = estimate(ratios(samples[1].Nanoseconds, samples[0].Nanoseconds))
	into["startup.retrofit.musl"] = estimate(ratios(samples[2].Nanoseconds, samples[0].Nanoseconds))
	return nil
}

// sectionSize gives the size of a section of an ELF file.
func sectionSize(path, name string) (float64, error) {
	file, err := elf.Open(path)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close()
	i := slices.IndexFunc(file.Sections, func(s *elf.Section) bool { return s.Name == name })
	if i < 0 {
		return 0, fmt.Errorf("%s: no section %s", path, name)
	}
	return float64(file.Sections[i].Size), nil
}
