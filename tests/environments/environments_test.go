package environments

import (
	"fmt"
	"strings"
	"testing"

	"relinterp/internal/trial"
)

// row is an environment of testdata/enter.c.
type row struct {
	name string
	// refused says that no program starts there; ours has to say why, by exit status 127 and a line, where
	// the kernel lets it begin.
	refused bool
	// says is part of that line.
	says string
	// dir of the programs, if not bin.
	dir string
	// out is what the witness says, if not working.
	out string
}

var rows = []row{
	{name: "none"},
	{name: "aslr-off"},
	{name: "legacy-layout"},
	{name: "read-implies-exec"},
	{name: "stack-12k"},
	{name: "stack-20k"},
	{name: "stack-unlimited"},
	{name: "data-16m"},
	{name: "no-descriptors", refused: true, says: "unusable"},
	{name: "container-seccomp"},
	{name: "no-new-code"},
	{name: "mdwe"},
	{name: "no-new-privs"},
	{name: "user-namespace"},
	{name: "user-namespace-root"},
	{name: "chroot"},
	{name: "noexec", refused: true},
	{name: "noexec-loader", refused: true, says: "noexec mount?"},
	{name: "read-only-root"},
	{name: "overlay"},
	{name: "no-proc"},
	{name: "hidepid"},
	{name: "memfd-noexec"},
	{name: "folder-gone"},
	{name: "unreadable", dir: "unreadable"},
}

// working is what the witness says where all is well, but for AT_BASE.
const working = "library 1\nplugin 2\nthread 3 4\nheap 1\nopen 0 secure 0 base 1\narguments 2 word\n"

func TestEnvironments(t *testing.T) {
	for _, f := range []family{musl(t), glibc(t)} {
		for _, r := range rows {
			t.Run(f.name+"/"+r.name, func(t *testing.T) {
				t.Parallel()
				r.test(t, f)
			})
		}
	}
}

// test wants the environment to be what it says, and then every form to do as the one with PT_INTERP.
func (r row) test(t *testing.T, f family) {
	in := func(words ...string) trial.Result {
		return trial.Run(t, trial.In("/", trial.Command(append([]string{enter(t), r.name, f.folder}, words...)...)))
	}
	if got := in("holds"); got.Status == 125 {
		trial.Limit(t, "cannot be had here: "+got.Err)
	} else if got.Status != 0 {
		t.Fatalf("the environment is not what it says: %s", got)
	}
	if got := in("held-before"); r.name != "none" && got.Status != 1 {
		t.Logf("held already before: %s", got)
	}
	dir := f.folder + "/bin/"
	if r.dir != "" {
		dir = f.folder + "/" + r.dir + "/"
	}
	interp := in(dir+"interp", "word")
	if r.refused == (interp.Status == 7) {
		t.Fatalf("with PT_INTERP: %s", interp)
	}
	want := working
	if r.out != "" {
		want = r.out
	}
	for _, form := range f.forms {
		got := in(dir+form, "word")
		if r.refused {
			r.complains(t, form, got)
		} else if got.Status != 7 || got.Out != want || got.Out != interp.Out || got.Err != interp.Err {
			t.Errorf("%s: %s\nwith PT_INTERP: %s", form, got, interp)
		}
	}
}

// complains wants the kernel's refusal, or ours.
func (r row) complains(t *testing.T, form string, got trial.Result) {
	t.Helper()
	if got.Out != "" || got.Signal != 0 || got.Status != 126 && got.Status != 127 {
		t.Errorf("%s: %s", form, got)
	}
	if r.says != "" && (got.Status != 127 || !strings.HasPrefix(got.Err, "relinterp: ") || !strings.Contains(got.Err, r.says)) {
		t.Errorf("%s: %s, want %q", form, got, r.says)
	}
}

func TestUnknownEnvironmentIsAnError(t *testing.T) {
	if r := trial.Run(t, trial.Command(enter(t), "no-such", "/", "/bin/true")); r.Status != 124 {
		t.Error(r)
	}
}

// Every environment of the C file is a row.
func TestEveryEnvironmentIsARow(t *testing.T) {
	text := read(t, "testdata/enter.c")
	_, table, _ := strings.Cut(text, "environments[] = {")
	table, _, _ = strings.Cut(table, "\n};")
	if got := strings.Count(table, "\n\t{\""); got != len(rows)+1 { // and binfmt
		t.Errorf("%d environments, %d rows", got, len(rows))
	}
	for _, r := range rows {
		if !strings.Contains(table, fmt.Sprintf("\n\t{%q, ", r.name)) {
			t.Errorf("testdata/enter.c lacks %s", r.name)
		}
	}
}
