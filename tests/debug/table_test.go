package debug

import (
	"slices"
	"strings"
	"testing"
)

// here is a place whose libraries are files that exist on every machine.
func here() *place {
	return &place{real: map[string]string{"app": "/etc/passwd", "greet": "/usr", "loader": "/proc/version"}}
}

func TestFactsOfGdb(t *testing.T) {
	f := &finder{t: t, p: here(), text: strings.Join([]string{
		"Breakpoint 1 at 0x1193: file app.c, line 9.",
		`Thread 2 "app" hit Breakpoint 1.2, greet (n=1) at greet.c:12`,
		"12\t\treturn n;",
		"From                To                  Syms Read   Shared Object Library",
		"0x00007ffff7f6bd20  0x00007ffff7fc3052  Yes (*)     /proc/version",
		"0x00007ffff7f4c040  0x00007ffff7f4c136  Yes         target:/usr",
		"0x00007ffff7f4c040  0x00007ffff7f4c136  Yes         /elsewhere/libgreet.so",
		"(*): Shared library is missing debugging information.",
		"$1 = 42",
		"#0  greet (n=1) at greet.c:12",
		"#1  0x00005555 in main () at app.c:9",
		"#2  0x00005555 in start_of_libc ()",
		"[Inferior 1 (process 12) exited normally]",
		"",
	}, "\n")}
	got := f.facts(gdb.readers, map[string]bool{"stop": true, "libraries": true, "value": true, "frames": true, "exit": true})
	want := []string{"stop: greet", "libraries: /elsewhere/libgreet.so greet loader", "value: 42", "frames: greet main", "exit: 0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := f.facts(gdb.readers, map[string]bool{"value": true}); !slices.Equal(got, []string{"value: 42"}) {
		t.Errorf("only values: got %q", got)
	}
}

func TestFactsOfLldb(t *testing.T) {
	f := &finder{t: t, p: here(), text: strings.Join([]string{
		"* thread #1, name = 'app', stop reason = breakpoint 1.1",
		"    frame #0: 0x00007ffff7f4613c libgreet.so`greet(n=1) at greet.c:12:9",
		"(lldb) print app_tls",
		"(int) $0 = 42",
		"[  0] 1AED8D7A-553A 0x00007ffff7ff9000 /etc/passwd ",
		"[  1] 55D674C3-E87C 0x00007ffff7ff7000 [vdso] (0x00007ffff7ff7000)",
		"[  2] D1FA4354-E8FF 0x00007ffff7f4a000 /proc/version ",
		"      /usr/lib/debug/.build-id/d1/fa.debug",
		"[  3] A9451665-3AB7 0x00007ffff7f45000 /usr ",
		"Process 12 exited with status = 0 (0x00000000)",
		"",
	}, "\n")}
	got := f.facts(lldb.readers, map[string]bool{"stop": true, "libraries": true, "value": true, "exit": true})
	want := []string{"stop: greet", "value: 42", "libraries: greet loader", "exit: 0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLimitHoldsForThoseComparedWithAMode(t *testing.T) {
	r := row{want: []string{"value: 1"}, limits: []limit{{tool: "gdb", modes: []string{"musl"}, below: 17}}}
	for _, c := range []struct {
		tool    string
		version int
		mode    mode
		limited bool
	}{
		{"gdb", 16, mode{name: "musl"}, true},
		{"gdb", 16, mode{name: "musl retrofitted", like: "musl"}, true},
		{"gdb", 17, mode{name: "musl"}, false},
		{"gdb", 16, mode{name: "glibc"}, false},
		{"lldb", 16, mode{name: "musl"}, false},
	} {
		if got := r.limitOf(c.tool, c.version, c.mode) != nil; got != c.limited {
			t.Errorf("%s %d, %s: limited %v", c.tool, c.version, c.mode.name, got)
		}
	}
}

func TestEveryRowIsWhole(t *testing.T) {
	for _, r := range rows() {
		if len(r.want) == 0 || len(r.ask) == 0 {
			t.Errorf("%s: nothing is asked or wanted", r.name)
		}
		for name := range r.ask {
			if !slices.ContainsFunc(toolTable, func(k *tool) bool { return k.name == name }) {
				t.Errorf("%s: no tool %s", r.name, name)
			}
		}
		for _, l := range r.limits {
			if l.why == "" || slices.Equal(l.get, r.want) {
				t.Errorf("%s: a limit of %s that limits nothing", r.name, l.tool)
			}
			for _, name := range l.modes {
				if !slices.ContainsFunc(allModes(), func(m mode) bool { return m.name == name }) {
					t.Errorf("%s: no mode %s", r.name, name)
				}
			}
		}
	}
}
