package stub

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"relinterp/internal/trial"
	"relinterp/patcher"
)

// build compiles a program as everybody does, with PT_INTERP.
func (k kit) build(t *testing.T, source string, words ...string) string {
	t.Helper()
	app := filepath.Join(t.TempDir(), "app")
	args := append([]string{"-O1", filepath.Join("testdata", source), "-o", app}, words...)
	if out, err := exec.Command(k.gcc, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s", k.gcc, args, err, out)
	}
	return app
}

// folder is a new one with app, and the loader and libc in lib/.
func (k kit) folder(t *testing.T, app string) string {
	t.Helper()
	dir := t.TempDir()
	for _, from := range k.files {
		copyFile(t, from, filepath.Join(dir, "lib", filepath.Base(from)))
	}
	copyFile(t, app, filepath.Join(dir, "app"))
	return dir
}

// retrofit is a folder in which app finds its loader in lib/.
func (k kit) retrofit(t *testing.T, app string, o patcher.Options) string {
	t.Helper()
	dir := k.folder(t, app)
	f, err := os.Open(app)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	o.LoaderDir = "$ORIGIN/lib"
	if o.Whole == nil {
		o = trial.Looking(filepath.Join(dir, "app"), o)
	}
	plan, err := patcher.MakePlan(f, info.Size(), o)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := plan.Output().WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "app"), out.Bytes())
	return dir
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, to, data)
}

// writeFile makes a program that can be started at once: no process that another test starts meanwhile
// has it open for writing, for which execve would give ETXTBSY.
func writeFile(t *testing.T, file string, data []byte) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(file, data, 0o755); err != nil {
		t.Fatal(err)
	}
}

// result is what came of a run.
type result struct {
	out, err string
	status   int // -1 for a signal
}

// run starts a program of the machine.
func (k kit) run(t *testing.T, argv ...string) result {
	t.Helper()
	return k.with(t, nil, nil, argv...)
}

// with starts it with more words for qemu and more environment.
func (k kit) with(t *testing.T, more, env []string, argv ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if k.qemu != nil {
		argv = append(append(append([]string{}, k.qemu...), more...), argv...)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append([]string{"PATH=/usr/bin:/bin"}, env...)
	cmd.Dir = t.TempDir()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return result{err: err.Error(), status: -1}
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}
