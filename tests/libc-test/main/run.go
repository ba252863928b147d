package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	libctest "relinterp/tests/libc-test"
)

// run does everything and prints it; the error says that the run failed, in whatever way.
func run(ctx context.Context, o options, out, progress io.Writer) error {
	expected, err := libctest.Expected()
	if err != nil {
		return fmt.Errorf("expected.txt: %w", err)
	}
	work, done, err := workFolder(o.keep)
	if err != nil {
		return err
	}
	defer done()
	result := &libctest.Result{Command: `LIBCTEST="-docs docs" go tool mage libctest`}
	dir, commit, err := libctest.Checkout(ctx)
	if errors.Is(err, libctest.ErrNoSuite) {
		result.Absent = err.Error()
		fmt.Fprintln(out, err)
	} else if err != nil {
		return err
	}
	result.Suite = commit
	if o.docs != "" && commit != libctest.SuiteCommit {
		return fmt.Errorf("-docs wants libc-test at commit %s, got %q", libctest.SuiteCommit, commit)
	}
	began := time.Now()
	for _, name := range o.compilers {
		report, err := one(ctx, o, expected, name, dir, filepath.Join(work, name), progress)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		result.Reports = append(result.Reports, report)
		result.Findings = append(result.Findings, libctest.Judge(report, expected)...)
		if err := libctest.WriteTable(out, report, o.all); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	libctest.WriteDetails(out, result)
	fmt.Fprintln(out, result)
	fmt.Fprintf(progress, "%v\n", time.Since(began).Round(time.Second))
	if err := write(o, result, expected); err != nil {
		return err
	}
	return result.Err()
}

// one runs everything with one compiler.
func one(ctx context.Context, o options, expected libctest.Expectations, name, suite, work string, progress io.Writer) (*libctest.Report, error) {
	t, err := libctest.NewToolchain(o.dist, name, o.arch, patcher(o))
	if err != nil {
		return nil, err
	}
	if t.Patch == nil && slices.Contains(o.modes, libctest.Retrofit) {
		return nil, errors.New("no relinterp-patch in the toolchain folder; run: go tool mage build, or leave the mode retrofit out")
	}
	programs, err := libctest.Probes(t)
	if err != nil {
		return nil, err
	}
	if suite != "" {
		more, err := libctest.Suite(ctx, suite, work, t)
		if err != nil {
			return nil, err
		}
		programs = append(programs, more...)
	}
	programs = slices.DeleteFunc(programs, func(p libctest.Program) bool { return !o.run.MatchString(p.Name) })
	return libctest.Run(ctx, libctest.Config{Toolchain: t, Programs: programs, Modes: o.modes, Expected: expected,
		Work: work, Jobs: o.jobs, Timeout: o.timeout, Progress: meter(progress, name)})
}

// meter prints a line now and then.
func meter(w io.Writer, name string) func(string, int, int) {
	var last time.Time
	return func(step string, done, all int) {
		if done == all || time.Since(last) > 5*time.Second {
			last = time.Now()
			fmt.Fprintf(w, "%s: %s %d of %d\n", name, step, done, all)
		}
	}
}

// patcher gives relinterp-patch, or "". The folders of older musls, dist/musl-VERSION, have it above them.
func patcher(o options) string {
	list := []string{o.patch}
	if o.patch == "" {
		list = []string{filepath.Join(o.dist, "bin", "relinterp-patch"), filepath.Join(o.dist, "..", "bin", "relinterp-patch")}
	}
	for _, path := range list {
		path, err := filepath.Abs(path)
		if err != nil {
			continue
		}
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// workFolder makes the folder to build in, and gives what removes it.
func workFolder(keep string) (dir string, done func(), err error) {
	if keep != "" {
		dir, err = filepath.Abs(keep)
		if err == nil {
			err = os.Mkdir(dir, 0o755)
		}
		return dir, func() {}, err
	}
	if dir, err = os.MkdirTemp("", "relinterp-libctest-"); err != nil {
		return "", nil, err
	}
	return dir, func() { _ = os.RemoveAll(dir) }, os.Chmod(dir, 0o755)
}

// write puts the result into the files that were asked for.
func write(o options, r *libctest.Result, expected libctest.Expectations) error {
	for _, f := range []struct {
		path string
		text func() ([]byte, error)
	}{
		{o.json, r.JSON},
		{o.junit, func() ([]byte, error) { return r.JUnit(expected) }},
	} {
		if f.path == "" {
			continue
		}
		text, err := f.text()
		if err == nil {
			err = os.WriteFile(f.path, text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	if o.docs == "" {
		return nil
	}
	t, err := libctest.NewToolchain(o.dist, o.compilers[0], o.arch, patcher(o))
	if err != nil {
		return err
	}
	probes, err := libctest.Probes(t)
	if err != nil {
		return err
	}
	return libctest.WriteDocs(o.docs, r, expected, probes)
}
