package patcher

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"relinterp/internal/need"
)

// TestAPatchedProgramRunsFromAnyFolder runs a program whose PT_INTERP leads nowhere: it does not start
// before, and starts after, with the host's loader in a folder beside it.
func TestAPatchedProgramRunsFromAnyFolder(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the host's loader is looked for on x86_64 only; tests/arch has the other machines")
	}
	cc := need.Tool(t, "gcc", "gcc")
	dir := t.TempDir()
	source := filepath.Join(dir, "hello.c")
	if err := os.WriteFile(source, []byte("#include <stdio.h>\nint main(void) { return puts(\"hello\") < 0; }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, flags := range map[string][]string{"PIE": {"-pie"}, "fixed": {"-no-pie"}, "stripped": {"-s"}, "sysv": {"-Wl,--hash-style=sysv"},
		"one page": {"-Wl,-z,noseparate-code"}, "large pages": {"-Wl,-z,max-page-size=0x200000"}} {
		t.Run(name, func(t *testing.T) {
			home := filepath.Join(t.TempDir(), "home")
			if err := os.MkdirAll(filepath.Join(home, "lib"), 0o777); err != nil {
				t.Fatal(err)
			}
			program := filepath.Join(home, "hello")
			args := append([]string{source, "-o", program, "-Wl,--dynamic-linker=/nowhere/ld-linux-x86-64.so.2"}, flags...)
			if out, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if out, err := exec.Command(program).CombinedOutput(); err == nil {
				t.Fatalf("it runs before it is patched: %s", out)
			}
			hostLibrary(t, cc, "ld-linux-x86-64.so.2", home)
			hostLibrary(t, cc, "libc.so.6", home)
			data, err := os.ReadFile(program)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(program, patched(t, data, beside), 0o777); err != nil {
				t.Fatal(err)
			}
			moved := filepath.Join(t.TempDir(), "moved")
			if err := os.Rename(home, moved); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(filepath.Join(moved, "hello")).CombinedOutput()
			if string(out) != "hello\n" || err != nil {
				t.Errorf("%q, %v", out, err)
			}
		})
	}
}

// hostLibrary copies a library of the host's, as its compiler finds it, into home/lib.
func hostLibrary(t *testing.T, cc, name, home string) {
	t.Helper()
	path, err := exec.Command(cc, "-print-file-name="+name).Output()
	if err != nil {
		t.Fatal(err)
	}
	file := string(path[:len(path)-1])
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "lib", name), data, 0o777); err != nil {
		t.Fatal(err)
	}
}
