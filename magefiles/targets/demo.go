package targets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"relinterp/internal/emptyroot"
)

// greeting is what examples/hello prints when library and plugin were found.
const greeting = "hello from the library, the plugin answers 42"

// demo compiles examples/hello in one folder, moves it, and runs it from there.
type demo struct {
	c    config
	ctx  context.Context
	w    io.Writer
	work string
	fail int
}

// helloPlan is the lines that build the program, its library and its plugin into app/.
func (c config) helloPlan(app string) []command {
	cc := filepath.Join(c.dist(), "bin", "musl-cc")
	lib := filepath.Join(app, "lib")
	src := filepath.Join(c.top, "examples", "hello")
	return []command{
		{src, nil, []string{cc, "-shared", "-fPIC", "-o", filepath.Join(lib, "libgreet.so"), "greet.c"}},
		{src, nil, []string{cc, "-shared", "-fPIC", "-o", filepath.Join(lib, "plugin.so"), "plugin.c"}},
		{src, nil, []string{cc, "-o", filepath.Join(app, "hello-ordinary"), "hello.c", "-L" + lib, "-lgreet", "-Wl,-rpath,$ORIGIN/lib"}},
		{src, nil, []string{cc, "-relinterp=portable", "-o", filepath.Join(app, "hello"), "hello.c", "-L" + lib, "-lgreet"}},
	}
}

// run compiles, moves and shows every way of starting.
func (d *demo) run() error {
	built, app := filepath.Join(d.work, "built here"), filepath.Join(d.work, "moved there", "app")
	if err := d.compile(built); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(app), 0o755); err != nil {
		return err
	}
	if err := os.Rename(built, app); err != nil {
		return err
	}
	link := filepath.Join(d.work, "link")
	if err := os.Symlink(filepath.Join(app, "hello"), link); err != nil {
		return err
	}
	fmt.Fprintf(d.w, "\nexamples/hello: a program, its library and a plugin; the folder was moved after the build.\n\n")
	d.ordinary(filepath.Join(app, "hello-ordinary"))
	d.host("the same file after relinterp-patch", filepath.Join(app, "hello-patched"))
	d.host("built with -relinterp, moved folder", filepath.Join(app, "hello"))
	d.host("through a symbolic link", link)
	if err := d.empty(app); err != nil {
		return err
	}
	if d.fail > 0 {
		return fmt.Errorf("demo: %d of the lines above are not as they should be", d.fail)
	}
	return nil
}

func (d *demo) compile(app string) error {
	if err := os.MkdirAll(filepath.Join(app, "lib"), 0o755); err != nil {
		return err
	}
	for _, line := range d.c.helloPlan(app) {
		if err := line.quiet(d.ctx); err != nil {
			return err
		}
	}
	loader := filepath.Join(d.c.lib(d.c.dist()), "libc.so")
	if err := copyFile(loader, filepath.Join(app, "lib", d.c.loader())); err != nil {
		return err
	}
	return d.c.patchHello(app).quiet(d.ctx)
}

// patchHello is the line that makes hello-patched of hello-ordinary, once the loader is in app/lib/.
func (c config) patchHello(app string) command {
	patch := filepath.Join(c.dist(), "bin", "relinterp-patch")
	return command{app, nil, []string{patch, "hello-ordinary", "--loader-dir", "lib", "-o", "hello-patched"}}
}

// ordinary shows that the program built without -relinterp needs its interpreter at a fixed place.
func (d *demo) ordinary(program string) {
	const what = "ordinary musl build"
	fixed := "/lib/" + d.c.loader()
	if _, err := os.Stat(fixed); err == nil {
		d.line(what, "runs only because this machine has "+fixed, true)
		return
	}
	out, err := exec.CommandContext(d.ctx, program).CombinedOutput()
	var refused *os.PathError
	if errors.As(err, &refused) {
		d.line(what, fmt.Sprintf("does not start: %v (it wants %s)", refused.Err, fixed), true)
		return
	}
	d.line(what, fmt.Sprintf("should not start, but: %v %s", err, out), false)
}

// host runs the program in the machine's own root, with nothing of the caller's environment.
func (d *demo) host(what, program string) {
	cmd := exec.CommandContext(d.ctx, program)
	cmd.Env = []string{}
	cmd.Dir = "/"
	out, err := cmd.CombinedOutput()
	text := strings.TrimSpace(string(out))
	if err != nil {
		text = strings.TrimSpace(text + " " + err.Error())
	}
	d.line(what, text, err == nil && text == greeting)
}

// emptyTries are the runs in a root that holds nothing but the folder.
var emptyTries = []struct {
	what, program string
	proc, starts  bool
}{
	{"ordinary, in an empty root without /lib", "/opt/app/hello-ordinary", false, false},
	{"-relinterp, in an empty root with /proc", "/opt/app/hello", true, true},
	{"-relinterp, in an empty root without /proc", "/opt/app/hello", false, true},
	{"patched, in an empty root without /proc", "/opt/app/hello-patched", false, true},
}

// empty does the emptyTries, each in a root of its own; where the machine forbids that, it says so.
func (d *demo) empty(app string) error {
	for i, try := range emptyTries {
		root := filepath.Join(d.work, fmt.Sprint("root", i))
		if err := copyTree(app, filepath.Join(root, "opt", "app")); err != nil {
			return err
		}
		r, err := emptyroot.Run(d.ctx, emptyroot.Spec{Root: root, Proc: try.proc, Argv: []string{try.program}})
		if errors.Is(err, emptyroot.ErrForbidden) {
			fmt.Fprintf(d.w, "  --    %-43s not shown: %v\n", try.what, err)
			continue
		}
		if err != nil {
			return err
		}
		text := strings.TrimSpace(r.Output)
		if r.Started && r.Status != 0 {
			text = strings.TrimSpace(fmt.Sprintf("%s exit status %d", text, r.Status))
		}
		if try.starts {
			d.line(try.what, text, r.Started && text == greeting)
		} else {
			d.line(try.what, "does not start: "+strings.TrimPrefix(text, try.program+": "), !r.Started)
		}
	}
	return nil
}

func (d *demo) line(what, result string, ok bool) {
	mark := "ok"
	if !ok {
		mark = "WRONG"
		d.fail++
	}
	fmt.Fprintf(d.w, "  %-5s %-43s %s\n", mark, what, result)
}
