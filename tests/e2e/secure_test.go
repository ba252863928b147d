package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// setID gives the folder of a program that is root's and whose lib/ belongs to the attacker, and
// the ways in which the attacker would have something of his own loaded.
func setID(t *testing.T, bit os.FileMode, words ...string) (app string, env []string) {
	t.Helper()
	asRoot(t)
	dir := bare(t, program(t, "hello.c", words...))
	setIDWorks(t, dir)
	if err := os.Chmod(dir+"/app", 0o755|bit); err != nil {
		t.Fatal(err)
	}
	evil := bare(t, dir+"/app")
	app = evil + "/linked"
	if err := os.Link(dir+"/app", app); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{loaderName, "lib/" + loaderName, "libc.so", "lib/libc.so"} {
		clone(t, hostile(t), filepath.Join(evil, name))
	}
	return app, []string{"LD_LIBRARY_PATH=" + evil, "RELINTERP_LOADER=" + evil + "/" + loaderName,
		"RELINTERP_DEBUG=1", "LD_PRELOAD=" + evil + "/libc.so"}
}

func TestRaisedPrivilegesUseNothingOfTheCallers(t *testing.T) {
	t.Parallel()
	for _, bit := range []os.FileMode{os.ModeSetuid, os.ModeSetgid} {
		app, env := setID(t, bit)
		cmd := in(filepath.Dir(app), command(app), env...)
		if r := run(t, cmd); r.out != "EVIL\n" {
			t.Fatalf("without raised privileges that is what happens, but got %s", r)
		}
		for _, env := range [][]string{nil, env} {
			cmd := in(filepath.Dir(app), command("./linked"), env...)
			cmd.SysProcAttr = nobody()
			r := run(t, cmd)
			complains(t, r, "raised privileges need an absolute fallback")
			if strings.Contains(r.err, filepath.Dir(app)) {
				t.Errorf("says more than it must: %q", r.err)
			}
		}
	}
}

func TestRaisedPrivilegesWithAFallback(t *testing.T) {
	t.Parallel()
	good := filepath.Join(shared, "fallback", loaderName)
	if asRoot(t); !exists(good) {
		clone(t, lib(t, "libc.so"), good)
	}
	app, env := setID(t, os.ModeSetuid, "-relinterp-fallback="+good)
	cmd := in(filepath.Dir(app), command(app), env...)
	cmd.SysProcAttr = nobody()
	works(t, run(t, cmd), "hello\n")
}

// A library that the program needs must not come from beside a link that anybody can make.
func TestRaisedPrivilegesTakeNoLibraryFromBesideALink(t *testing.T) {
	t.Parallel()
	good := filepath.Join(shared, "fallback-lib", loaderName)
	asRoot(t)
	clone(t, lib(t, "libc.so"), good)
	greet := library(t, "libgreet.so", "greet.c")
	dir := bare(t, program(t, "use.c", "-relinterp-fallback="+good, "-L"+filepath.Dir(greet), "-lgreet"))
	setIDWorks(t, dir)
	if err := os.Chmod(dir+"/app", 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	clone(t, hostile(t), filepath.Join(dir, "lib", "libgreet.so"))
	cmd := in(dir, command(dir+"/app"))
	if r := run(t, cmd); r.out != "EVIL\n" {
		t.Fatalf("without raised privileges that is what happens, but got %+v", r)
	}
	cmd.SysProcAttr = nobody()
	if r := run(t, cmd); r.out != "" || r.status != 127 || !strings.Contains(r.err, "libgreet.so") {
		t.Errorf("got %+v", r)
	}
}
