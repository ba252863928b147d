package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

// assemble builds a static program from assembly, its text at the given address.
func assemble(t *testing.T, path, address, text string, flags ...string) {
	t.Helper()
	if err := os.WriteFile(path+".s", []byte(".globl _start\n_start:\n"+text), 0o644); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-nostdlib", "-Wl,--build-id=none", "-Wl,-Ttext=" + address, "-o", path, path + ".s"}, flags...)
	if err := command(nil, need.Tool(t, "gcc", "gcc"), args...); err != nil {
		t.Fatal(err)
	}
}

// realTempDir has no symbolic link in its path, as in /proc/PID/maps.
func realTempDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// The roles are turned round: an interpreter of six instructions, two of them system calls,
// jumps to the program, which is the file that is waited for.
func TestStepsAreCountedUpToTheFirstInstructionOfTheFile(t *testing.T) {
	dir := realTempDir(t)
	program, interpreter := filepath.Join(dir, "program"), filepath.Join(dir, "interpreter")
	assemble(t, interpreter, "0x10001000", `
		mov $39, %eax
		syscall
		mov $39, %eax
		syscall
		mov $0x401000, %eax
		jmp *%rax
	`, "-static")
	assemble(t, program, "0x401000", "mov $60, %eax\nsyscall\n",
		"-no-pie", "-Wl,-dynamic-linker,"+interpreter, "-Wl,--no-as-needed", emptyLibrary(t, dir))

	got, err := stepsUntil(program, syscalls["x86_64"], nil, program)
	if want := (Steps{Instructions: 6, Syscalls: 2}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

// emptyLibrary gives a library, without which ld makes a static program.
func emptyLibrary(t *testing.T, dir string) string {
	t.Helper()
	library := filepath.Join(dir, "libempty.so")
	if err := command(nil, need.Tool(t, "gcc", "gcc"), "-shared", "-nostdlib", "-x", "c", "/dev/null", "-o", library); err != nil {
		t.Fatal(err)
	}
	return library
}

func TestProgramThatNeverGetsThereIsAnError(t *testing.T) {
	dir := realTempDir(t)
	for name, tt := range map[string]struct{ text, message string }{
		"exits": {"mov $60, %eax\nxor %edi, %edi\nsyscall\n", "ended before the loader ran, wait status 0x0"},
		"traps": {"ud2\n", "ended before the loader ran, wait status 0x47f"},
	} {
		program := filepath.Join(dir, name)
		assemble(t, program, "0x401000", tt.text, "-static")
		_, err := stepsUntil("/elsewhere", syscalls["x86_64"], nil, program)
		if err == nil || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: error %v, want %q", name, err, tt.message)
		}
	}
}
