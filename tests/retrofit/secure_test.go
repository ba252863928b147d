package retrofit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"relinterp/internal/trial"
)

// raisings are the ways in which a file gives rights to whoever starts it.
var raisings = map[string]func(path string) error{
	"set-user-ID":  func(path string) error { return os.Chmod(path, 0o755|os.ModeSetuid) },
	"set-group-ID": func(path string) error { return os.Chmod(path, 0o755|os.ModeSetgid) },
	"file capability": func(path string) error {
		// struct vfs_cap_data, version 2, effective: CAP_NET_RAW (linux/capability.h).
		return unix.Setxattr(path, "security.capability", []byte{1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0)
	},
}

// lure gives a link to a program with raised rights, in a folder where everything that the program
// might look for is the attacker's, and the environment of the attacker's choice.
func lure(t *testing.T, l libc, app string, raise func(string) error) (link string, env []string) {
	t.Helper()
	trial.SetIDWorks(t, filepath.Dir(app))
	if err := raise(app); err != nil {
		t.Fatal(err)
	}
	evil := bare(t, l.hostile(t))
	link = evil + "/linked"
	if err := os.Link(app, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range append([]string{"libc.so", "libgreet.so", "libplugin.so"}, l.files...) {
		for _, folder := range []string{"", "lib"} {
			trial.Clone(t, l.hostile(t), filepath.Join(evil, folder, name))
		}
	}
	return link, []string{"LD_LIBRARY_PATH=" + evil, "RELINTERP_LOADER=" + evil + "/" + l.loader, "RELINTERP_DEBUG=1",
		"LD_PRELOAD=" + evil + "/libc.so"}
}

func TestRaisedRightsUseNothingOfTheCallers(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		trial.AsRoot(t)
		for name, raise := range raisings {
			link, env := lure(t, l, l.patched(t)+"/app", raise)
			if r := trial.Run(t, trial.In("", trial.Command(link), env[:1]...)); r.Out != "EVIL\n" && name != "file capability" {
				t.Fatalf("%s: without raised rights that is what happens, but got %s", name, r)
			}
			for _, env := range [][]string{nil, env} {
				cmd := trial.In(filepath.Dir(link), trial.Command("./linked"), env...)
				cmd.SysProcAttr = trial.Nobody()
				r := trial.Run(t, cmd)
				trial.Complains(t, r, "fallback")
				if strings.Contains(r.Err, filepath.Dir(link)) || strings.Contains(r.Out, "EVIL") {
					t.Errorf("%s: says more than it must: %s", name, r)
				}
			}
		}
	})
}

// The fallback is the administrator's word, so it holds; libraries beside a link that anybody can make do not.
func TestRaisedRightsWithAFallback(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		trial.AsRoot(t)
		safe := shop.Folder(t)
		for _, name := range l.files {
			trial.Clone(t, l.file(t, name), filepath.Join(safe, name))
		}
		o := beside
		o.Fallback = filepath.Join(safe, l.loader)
		for name, raise := range raisings {
			dir := l.folder(t, l.program(t, "hello.c"))
			retrofitWith(t, dir+"/app", o)
			link, env := lure(t, l, dir+"/app", raise)
			for _, env := range [][]string{nil, env} {
				cmd := trial.In(filepath.Dir(link), trial.Command("./linked"), env...)
				cmd.SysProcAttr = trial.Nobody()
				trial.Works(t, trial.Run(t, cmd), "hello\n")
			}
			dir = l.uses(t)
			retrofitWith(t, dir+"/app", o)
			link, env = lure(t, l, dir+"/app", raise)
			cmd := trial.In(filepath.Dir(link), trial.Command("./linked"), env...)
			cmd.SysProcAttr = trial.Nobody()
			if r := trial.Run(t, cmd); r.Out != "" || r.Status != 127 || !strings.Contains(r.Err, "libgreet.so") {
				t.Errorf("%s: got %s", name, r)
			}
		}
	})
}
