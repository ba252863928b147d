package arch

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"relinterp/internal/need"
)

func TestPagesOf64K(t *testing.T) {
	t.Parallel()
	for _, compiler := range compilers {
		t.Run(compiler, func(t *testing.T) {
			t.Parallel()
			m := one(t, "aarch64")
			m.compiler = compiler
			m.need(t)
			r := m.run(t, start{argv: []string{m.allOf(t) + "/app"}, qemu: []string{"-p", "65536"}})
			works(t, r, m.everything("argc 1, none, none"))
		})
	}
}

func TestRetrofitOnPagesOf64K(t *testing.T) {
	t.Parallel()
	m := one(t, "aarch64")
	for _, words := range [][]string{{"-pie"}, {"-no-pie"}, {"-fuse-ld=lld"}} {
		dir := m.folder(t, m.compile(t, "app", append([]string{"hello.c"}, words...)...))
		patch(t, dir, "app", "--loader-dir", "lib")
		works(t, m.run(t, start{argv: []string{dir + "/app"}, qemu: []string{"-p", "65536"}}), "hello\n")
	}
}

// protected are the words for a program whose code may only be entered at landing pads. gcc's own
// start files have none in Debian 12, so they stay out.
var protected = []string{"-mbranch-protection=standard", "-Wl,-z,force-bti"}

func TestBranchTargetsAreEnforced(t *testing.T) {
	t.Parallel()
	for _, compiler := range compilers {
		t.Run(compiler, func(t *testing.T) {
			t.Parallel()
			m := one(t, "aarch64")
			m.compiler = compiler
			m.need(t)
			run := func(object string) result {
				app := m.byHand(t, object, "hello.c", protected...)
				return m.run(t, start{argv: []string{m.folder(t, app) + "/app"}, qemu: []string{"-cpu", "max"}})
			}
			works(t, run(m.object(t)), "hello\n")
			if r := run(m.withoutPads(t)); r.signal != syscall.SIGILL || r.out != "" {
				t.Errorf("without landing pads: %s, want SIGILL", r)
			}
		})
	}
}

// withoutPads compiles the entry object from sources whose _start has no landing pad.
func (m machine) withoutPads(t *testing.T) string {
	t.Helper()
	top := t.TempDir()
	if err := os.CopyFS(top, os.DirFS(filepath.Join(need.Top(), "crt"))); err != nil {
		t.Fatal(err)
	}
	header := filepath.Join(top, "arch", "aarch64.h")
	text, err := os.ReadFile(header)
	if err != nil || !strings.Contains(string(text), "hint 34") {
		t.Fatalf("no landing pad to take out (%v)", err)
	}
	if err := os.WriteFile(header, []byte(strings.ReplaceAll(string(text), "hint 34", "nop")), 0o644); err != nil {
		t.Fatal(err)
	}
	return m.objectFrom(t, top)
}
