package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/patcher"

	"relinterp/internal/docpage"
)

// testBox gives a sandbox and its folder, which everybody may read.
func testBox(t *testing.T) (*sandbox, string) {
	t.Helper()
	base, err := os.MkdirTemp("", "relinterp-corpus-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(base) })
	if err := os.Chmod(base, 0o755); err != nil {
		t.Fatal(err)
	}
	box, err := newSandbox(t.Context(), base)
	if errors.Is(err, errForbidden) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.close)
	return box, base
}

// treeOf gives a tree with a copy of one program in its place, and nothing else.
func treeOf(t *testing.T, base, path string) string {
	t.Helper()
	tree := filepath.Join(base, "tree")
	for _, dir := range []string{filepath.Dir(path), "proc"} {
		if err := os.MkdirAll(filepath.Join(tree, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeFile(filepath.Join(tree, path), copyOf(path)); err != nil {
		t.Fatal(err)
	}
	return tree
}

// lastNumber gives the last path's last component.
func lastNumber(paths string) string {
	paths = strings.TrimSpace(paths)
	return paths[strings.LastIndex(paths, "/")+1:]
}

func TestWhatALoaderListsIsRead(t *testing.T) {
	const loader = "/lib64/ld-linux-x86-64.so.2"
	got, err := parseList("\tlinux-vdso.so.1 (0x1)\n\tliba.so => /x/y/../liba.so (0x2)\n\t/opt/b.so (0x3)\n\t"+loader+" (0x4)\n", loader)
	if err != nil || len(got) != 2 || got[0] != (Library{Name: "liba.so", Path: "/x/liba.so"}) || got[1] != (Library{Name: "/opt/b.so", Path: "/opt/b.so"}) {
		t.Errorf("got %v, %v", got, err)
	}
	var absent notHere
	if _, err := parseList("\tliba.so => not found\n", loader); !errors.As(err, &absent) {
		t.Errorf("not found: %v", err)
	}
	if _, err := parseList("what is this\n", loader); err == nil || errors.As(err, &absent) {
		t.Errorf("unknown line: %v", err)
	}
}

func TestComparerSeesEveryDifference(t *testing.T) {
	for written, same := range map[string]bool{"abc": true, "abd": false, "ab": false, "abcd": false, "": false} {
		c := &comparer{with: strings.NewReader("abc")}
		_, err := c.Write([]byte(written))
		if got := err == nil && c.ended(); got != same {
			t.Errorf("%q: %v", written, got)
		}
	}
}

func report() Report {
	ok := map[Mode]map[Place]string{WithRunpath: {Host: passed, Proc: passed, NoProc: passed}}
	bad := map[Mode]map[Place]string{WithRunpath: {Host: passed, Proc: "patched: killed", NoProc: passed}}
	return Report{Machine: "a machine", Found: 9, Records: []Record{
		{Program: Program{Path: "/good"}, Restored: true, Results: ok, Added: 10},
		{Program: Program{Path: "/bad"}, Restored: true, Results: bad, Added: 30},
		{Program: Program{Path: "/refused"}, Refused: &patcher.Refusal{Kind: patcher.NoSlot, What: "no room"}},
		{Program: Program{Path: "/broken"}, Damaged: "no ELF file"},
		{Program: Program{Path: "/other"}, Excluded: "dangerous", Restored: true},
		{Program: Program{Path: "/clock"}, Restored: true, Results: ok, Unequal: map[Place]string{Host: "never ends"}},
	}}
}

func TestTheTableCountsEverything(t *testing.T) {
	text := report().markdown()
	for _, want := range []string{
		"9 dynamic executables found, 6 looked at, 5 of them run here",
		"| libraries with RUNPATH | 50.0 % (2 of 4) | 40.0 % (2 of 5) | 60.0 % (3 of 5) |",
		"| run here: patched | 3 |", "| run here: refused | 1 |", "| run here: damaged, or silently skipped | 1 |",
		"| run here: restored byte for byte | 3, 100.0 % |", "| not run here: patched | 1 |", "| not run here: dangerous | 1 |", "| not compared, host: unpatched it never ends | 1 |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if lines := report().faults(WithRunpath); len(lines) != 3 || !strings.Contains(lines[0], "/bad") {
		t.Errorf("faults: %q", lines)
	}
	if len(report().missed()) != 4 {
		t.Errorf("missed: %q", report().missed())
	}
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{{"-workers=0"}, {"-sample=-1"}, {"-docs=docs", "-sample=5"}, {"-docs=docs", "-only=x"}} {
		if _, err := parseFlags(args, io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
	if o, err := parseFlags(nil, io.Discard); err != nil || len(o.Folders) == 0 || o.Sample != 0 {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestThePageIsRewrittenBetweenItsMarkers(t *testing.T) {
	got, err := docpage.Replace("a\n"+regionBegin+"\nold\n"+regionEnd+"\nb\n", regionBegin, regionEnd, "new\n")
	if err != nil || got != "a\n"+regionBegin+"\nnew\n"+regionEnd+"\nb\n" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := docpage.Replace("no markers", regionBegin, regionEnd, ""); err == nil {
		t.Error("no error without markers")
	}
}
