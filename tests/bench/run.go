package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// run measures everything and writes the results where the options say.
func run(o Options, stdout, progress io.Writer) error {
	if o.Docs != "" { // a minute too early rather than a minute late
		if _, err := os.Stat(docsPage(o.Docs)); err != nil {
			return fmt.Errorf("no page to rewrite (%w); -docs wants the folder of benchmarks.md", err)
		}
	}
	report, err := measure(o, progress)
	if err != nil {
		return err
	}
	if o.Quick {
		fmt.Fprintln(stdout, "a smoke run: counts and sizes are right, timings are not")
	}
	if err := writeTable(stdout, report); err != nil {
		return err
	}
	if o.JSON != "" {
		figures, err := report.json()
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.JSON, figures, 0o644); err != nil {
			return err
		}
	}
	if o.Docs != "" {
		return writeDocs(o.Docs, report)
	}
	return nil
}

// measure fills the whole table in a folder that is gone afterwards.
func measure(o Options, progress io.Writer) (Report, error) {
	report := Report{Rounds: o.Rounds, Calls: o.Calls, Quick: o.Quick}
	t, err := findToolchain(o.Dist, o.CC)
	if err != nil {
		return report, err
	}
	dir, err := workFolder()
	if err != nil {
		return report, err
	}
	defer os.RemoveAll(dir)

	fmt.Fprintln(progress, "compiling the programs to compare")
	spawner, err := buildSpawner(t.CC, dir)
	if err != nil {
		return report, err
	}
	loader, err := installLoader(t, dir)
	if err != nil {
		return report, err
	}
	hello, err := buildPrograms(t, loader, "hello")
	if err != nil {
		return report, err
	}
	empty, err := buildPrograms(t, loader, "empty")
	if err != nil {
		return report, err
	}

	library, err := buildLibrary(t, loader)
	if err != nil {
		return report, err
	}
	needs, err := buildPrograms(t, loader, "library", library...)
	if err != nil {
		return report, err
	}

	retrofit, err := buildRetrofit(t, dir)
	if err != nil {
		return report, err
	}

	measured := map[string]Measure{}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"sizes", func() error { return measureSizes(measured, t, hello) }},
		{"stepping through the entry object", func() error { return measureEntry(measured, t.Arch, hello) }},
		{"start-up of hello", func() error { return measureStartUp(measured, spawner, o.Rounds, "hello", hello) }},
		{"start-up of an empty program", func() error { return measureStartUp(measured, spawner, o.Rounds, "empty", empty) }},
		{"start-up of a program with a library", func() error { return measurePair(measured, spawner, o.Rounds, "libs", needs) }},
		{"start-up of a retrofitted program", func() error { return measureRetrofit(measured, t, spawner, o.Rounds, retrofit) }},
		{"start-up of a retrofitted program, musl", func() error { return measureRetrofitMusl(measured, t, spawner, o.Rounds, hello) }},
		{"relinterp-patch against cp", func() error { return measurePatching(measured, t, o.Calls/10+1, dir, retrofit) }},
		{"musl-cc", func() error { return measureDriver(measured, t, spawner, dir, o.Calls) }},
	} {
		fmt.Fprintln(progress, step.what)
		if err := step.do(); err != nil {
			return report, err
		}
	}
	report.Machine = describeMachine(t, loader)
	report.Rows, err = newRows(figures, measured)
	return report, err
}

// workFolder gives a new folder under its real path, as the kernel will report files in it. The
// path has the same length everywhere, whatever TMPDIR says: the entry object copies it, and its
// instructions are counted.
func workFolder() (string, error) {
	base := "/tmp"
	if unix.Access(base, unix.W_OK) != nil {
		base = os.TempDir()
	}
	for {
		dir := filepath.Join(base, fmt.Sprintf("bench%010d", rand.Uint32()))
		if err := os.Mkdir(dir, 0o700); err == nil {
			return filepath.EvalSymlinks(dir)
		} else if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
}
