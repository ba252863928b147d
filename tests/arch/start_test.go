package arch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/arch"
)

// everything is what all.c prints.
func (m machine) everything(first string) string {
	return first + "\nlibrary 7\nearly 41, main 42, threads 170\nplugin 43\nAT_PHDR 1\nAT_BASE 1, " + m.Musl + "\ndestructor\n"
}

func TestEverythingRunsFromAMovedFolder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		dir, moved := m.allOf(t), filepath.Join(t.TempDir(), "else where")
		if err := os.Rename(dir, moved); err != nil {
			t.Fatal(err)
		}
		r := m.run(t, start{argv: []string{moved + "/app", "one"}, env: []string{"GIVEN=two"}})
		works(t, r, m.everything("argc 2, one, two"))
	})
}

func TestOrdinaryProgramDoesNotStart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		if _, err := os.Stat("/lib/" + m.Musl); err == nil {
			return // this machine has musl for it
		}
		r := m.app(t, m.folder(t, m.compile(t, "app", "hello.c")))
		if r.status == 0 || r.out != "" || r.signal != 0 {
			t.Errorf("it started: %s", r)
		}
	})
}

func TestMissingLoaderIsNamed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		dir := m.folder(t, m.program(t, "hello.c"))
		if err := os.Remove(dir + "/lib/" + m.Musl); err != nil {
			t.Fatal(err)
		}
		complains(t, m.app(t, dir), dir+"/lib/"+m.Musl+": no such file", "put one there")
	})
}

func TestLoaderOfAnotherMachineIsNamed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		host, _ := arch.Host()
		dir := m.folder(t, m.program(t, "hello.c"))
		clone(t, filepath.Join(filepath.Dir(filepath.Dir(m.lib(t, ""))), host.Folder()+"/lib/libc.so"), dir+"/lib/"+m.Musl)
		complains(t, m.app(t, dir), dir+"/lib/"+m.Musl+": wrong machine/type")
	})
}

func TestLoaderIsTakenFromTheEnvironment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		app := m.program(t, "hello.c")
		for _, env := range []string{"LD_LIBRARY_PATH=" + m.lib(t, ""), "RELINTERP_LOADER=" + m.lib(t, "libc.so")} {
			works(t, m.run(t, start{argv: []string{app}, env: []string{env}}), "hello\n")
		}
	})
}

func TestTraceIsOneLine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		dir := m.folder(t, m.program(t, "hello.c"))
		r := m.run(t, start{argv: []string{dir + "/app"}, env: []string{"RELINTERP_DEBUG=1"}})
		if r.status != 0 || r.out != "hello\n" || strings.Count(r.err, "\n") != 1 || !strings.HasSuffix(r.err, dir+"/lib/"+m.Musl+": ok\n") {
			t.Errorf("got %s", r)
		}
	})
}

func TestLoaderStartsTheProgram(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		dir := m.allOf(t)
		r := m.run(t, start{argv: []string{dir + "/lib/" + m.Musl, dir + "/app"}})
		// The auxiliary vector is that of the loader, which the kernel started as a program.
		works(t, r, strings.NewReplacer("AT_PHDR 1", "AT_PHDR 0", "AT_BASE 1", "AT_BASE 0").Replace(m.everything("argc 1, none, none")))
	})
}

func TestSmallStack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		dir := m.folder(t, m.program(t, "hello.c"))
		argv := []string{dir + "/app"}
		if m.runner == nil {
			argv = append([]string{"/usr/bin/prlimit", "--stack=32768"}, argv...)
		}
		works(t, m.run(t, start{argv: argv, qemu: []string{"-s", "32768"}}), "hello\n")
	})
}

func TestDeepFolder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		dir := m.folder(t, m.program(t, "hello.c"))
		deep := filepath.Join(t.TempDir(), strings.Repeat(strings.Repeat("d", 200)+"/", 16))
		if err := os.MkdirAll(filepath.Dir(deep), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(dir, deep); err != nil {
			t.Fatal(err)
		}
		works(t, m.app(t, deep), "hello\n")
	})
}
