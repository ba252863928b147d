package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/trial"
)

// setID gives the folder of a program that is root's and whose lib/ belongs to the attacker, and
// the ways in which the attacker would have something of his own loaded.
func setID(t *testing.T, bit os.FileMode, words ...string) (app string, env []string) {
	t.Helper()
	trial.AsRoot(t)
	dir := bare(t, program(t, "hello.c", words...))
	trial.SetIDWorks(t, dir)
	if err := os.Chmod(dir+"/app", 0o755|bit); err != nil {
		t.Fatal(err)
	}
	evil := bare(t, dir+"/app")
	app = evil + "/linked"
	if err := os.Link(dir+"/app", app); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{loaderName, "lib/" + loaderName, "libc.so", "lib/libc.so"} {
		trial.Clone(t, hostile(t), filepath.Join(evil, name))
	}
	return app, []string{"LD_LIBRARY_PATH=" + evil, "RELINTERP_LOADER=" + evil + "/" + loaderName,
		"RELINTERP_DEBUG=1", "LD_PRELOAD=" + evil + "/libc.so"}
}

func TestRaisedPrivilegesUseNothingOfTheCallers(t *testing.T) {
	t.Parallel()
	for _, bit := range []os.FileMode{os.ModeSetuid, os.ModeSetgid} {
		app, env := setID(t, bit)
		cmd := trial.In(filepath.Dir(app), trial.Command(app), env...)
		if r := trial.Run(t, cmd); r.Out != "EVIL\n" {
			t.Fatalf("without raised privileges that is what happens, but got %s", r)
		}
		for _, env := range [][]string{nil, env} {
			cmd := trial.In(filepath.Dir(app), trial.Command("./linked"), env...)
			cmd.SysProcAttr = trial.Nobody()
			r := trial.Run(t, cmd)
			trial.Complains(t, r, "privileges need a fallback")
			if strings.Contains(r.Err, filepath.Dir(app)) {
				t.Errorf("says more than it must: %q", r.Err)
			}
		}
	}
}

func TestRaisedPrivilegesWithAFallback(t *testing.T) {
	t.Parallel()
	good := filepath.Join(shop.Dir, "fallback", loaderName)
	if trial.AsRoot(t); !exists(good) {
		trial.Clone(t, lib(t, "libc.so"), good)
	}
	app, env := setID(t, os.ModeSetuid, "-relinterp-fallback="+good)
	cmd := trial.In(filepath.Dir(app), trial.Command(app), env...)
	cmd.SysProcAttr = trial.Nobody()
	trial.Works(t, trial.Run(t, cmd), "hello\n")
}

// A library that the program needs must not come from beside a link that anybody can make.
func TestRaisedPrivilegesTakeNoLibraryFromBesideALink(t *testing.T) {
	t.Parallel()
	good := filepath.Join(shop.Dir, "fallback-lib", loaderName)
	trial.AsRoot(t)
	trial.Clone(t, lib(t, "libc.so"), good)
	greet := library(t, "libgreet.so", "greet.c")
	dir := bare(t, program(t, "use.c", "-relinterp-fallback="+good, "-L"+filepath.Dir(greet), "-lgreet"))
	trial.SetIDWorks(t, dir)
	if err := os.Chmod(dir+"/app", 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	trial.Clone(t, hostile(t), filepath.Join(dir, "lib", "libgreet.so"))
	cmd := trial.In(dir, trial.Command(dir+"/app"))
	if r := trial.Run(t, cmd); r.Out != "EVIL\n" {
		t.Fatalf("without raised privileges that is what happens, but got %+v", r)
	}
	cmd.SysProcAttr = trial.Nobody()
	if r := trial.Run(t, cmd); r.Out != "" || r.Status != 127 || !strings.Contains(r.Err, "libgreet.so") {
		t.Errorf("got %+v", r)
	}
}
