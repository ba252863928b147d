package main

import (
	"slices"
	"testing"
)

func TestASandboxKeepsNothing(t *testing.T) {
	box, base := testBox(t)
	tree := treeOf(t, base, "/bin/sh")
	for _, c := range []struct {
		script string
		status int
	}{
		{"echo x > /etc/corpus-was-here", 2},
		{"echo x > \"$HOME/file\"; test -e \"$HOME/file\"", 0},
		{"test -e \"$HOME/file\"", 1},
		{"test $$ -gt 1", 0},
		{"kill -9 1; kill -9 $PPID; exit 5", 5}, // nobody ends the sandbox from inside
		{"exit 6", 6},
	} {
		o, err := box.run(order{Tree: tree, Place: Host, Argv: []string{"/bin/sh", "-c", c.script}, Limit: referenceLimit})
		if err != nil || o.Status != c.status {
			t.Errorf("%s: %s, %v; want status %d", c.script, o, err, c.status)
		}
	}
}

func TestASandboxEndsWhatDoesNotEnd(t *testing.T) {
	box, base := testBox(t)
	tree := treeOf(t, base, "/bin/sh")
	for script, ended := range map[string]bool{
		"while :; do :; done":                    false,
		"(while :; do :; done) & exit 3":         true,
		"setsid sh -c 'while :; do :; done' & :": true,
	} {
		o, err := box.run(order{Tree: tree, Place: Host, Argv: []string{"/bin/sh", "-c", script}, Limit: referenceLimit / 8})
		if err != nil || o.Ended != ended {
			t.Errorf("%s: %s, %v", script, o, err)
		}
		o, err = box.run(order{Tree: tree, Place: Host, Argv: []string{"/bin/sh", "-c", "echo /proc/[0-9]*"}, Limit: referenceLimit})
		if err != nil || o.Stdout != "/proc/1 /proc/"+lastNumber(o.Stdout)+"\n" {
			t.Errorf("something lives on: %s, %v", o, err)
		}
	}
}

func TestUnpatchedProgramsNeedTheirPlace(t *testing.T) {
	box, base := testBox(t)
	tree := treeOf(t, base, "/bin/sh")
	for place, starts := range map[Place]bool{Host: true, Proc: false, NoProc: false} {
		o, err := box.run(order{Tree: tree, Place: place, Argv: []string{"/bin/sh", "-c", ":"}, Limit: referenceLimit})
		if err != nil || o.Started != starts {
			t.Errorf("%s: %s, %v", place, o, err)
		}
	}
}

func TestSamplesAreTheSameEachTime(t *testing.T) {
	var all []Program
	for i := range 1000 {
		all = append(all, Program{Path: string(rune('a' + i))})
	}
	one, two, other := sample(all, 200, 1), sample(all, 200, 1), sample(all, 200, 2)
	same := func(a, b Program) bool { return a.Path == b.Path }
	if len(one) != 200 || !slices.EqualFunc(one, two, same) || slices.EqualFunc(one, other, same) {
		t.Error("a sample must depend on the seed alone")
	}
}
