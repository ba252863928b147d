package packages

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"relinterp/internal/emptyroot"
	"relinterp/internal/need"
)

// place is where a bundle is run.
type place struct {
	t *testing.T
	// root is the empty root, "" for a mere folder of this machine.
	root string
	// outside is the bundle's folder as the test sees it, inside as the program does.
	outside, inside string
	name            string
	env             []string
}

// moved copies the bundle into a folder with a space in its name.
func moved(t *testing.T, bundle, name string) *place {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a new place")
	clone(t, bundle, dir)
	return &place{t: t, outside: dir, inside: dir, name: name}
}

// emptyRoot copies the bundle into a root that holds nothing else: no /lib, no /proc.
func emptyRoot(t *testing.T, bundle, name string) *place {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "opt", "app")
	clone(t, bundle, dir)
	return &place{t: t, root: root, outside: dir, inside: "/opt/app", name: name}
}

func (p *place) program() string { return p.inside + "/bin/" + p.name }

// start runs a program of the bundle.
func (p *place) start(program string, args ...string) emptyroot.Result {
	p.t.Helper()
	if p.root == "" {
		cmd := exec.CommandContext(p.t.Context(), program, args...)
		cmd.Env = append([]string{}, p.env...)
		out, err := cmd.CombinedOutput()
		if cmd.Process == nil {
			return emptyroot.Result{Output: err.Error()}
		}
		return emptyroot.Result{Output: string(out), Started: true, Status: cmd.ProcessState.ExitCode()}
	}
	r, err := emptyroot.Run(p.t.Context(), emptyroot.Spec{Root: p.root, Argv: append([]string{program}, args...), Env: p.env})
	if errors.Is(err, emptyroot.ErrForbidden) {
		need.Missing(p.t, "the right to make a user namespace", "sudo go tool mage test")
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// run runs the package's program, which must succeed.
func (p *place) run(args ...string) string {
	p.t.Helper()
	r := p.start(p.program(), args...)
	if !r.Started || r.Status != 0 {
		p.t.Fatalf("%s %q: started %v, status %d\n%s", p.program(), args, r.Started, r.Status, r.Output)
	}
	return r.Output
}

// want runs the program and compares all that it says.
func (p *place) want(output string, args ...string) {
	p.t.Helper()
	if got := p.run(args...); got != output {
		p.t.Errorf("%s %q said %q, want %q", p.name, args, got, output)
	}
}

// clone copies a folder. No child may be started while an executable is open for writing: it would
// hold the file open, and nobody could execute it.
func clone(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
