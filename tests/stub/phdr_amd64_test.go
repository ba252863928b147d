package stub

import (
	"encoding/binary"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"relinterp/patcher"
)

// A kernel before 5.18 that takes another segment for the first says a wrong AT_PHDR.
func TestAWrongAddressOfTheProgramHeadersIsPutRight(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		dir := k.retrofit(t, k.build(t, "hello.c"), patcher.Options{})
		out, err := withWrongHeaders(t, dir+"/app", "x")
		if err != nil || !strings.HasPrefix(out, "x 41 1 "+dir) {
			t.Errorf("%q, %v", out, err)
		}
	}, "x86_64")
}

// withWrongHeaders starts a program and tells it a wrong AT_PHDR before its first instruction.
func withWrongHeaders(t *testing.T, argv ...string) (string, error) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdout, cmd.SysProcAttr = file, &syscall.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the stop at the first instruction
	pid := cmd.Process.Pid
	if err := moveHeaders(pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.PtraceDetach(pid); err != nil {
		t.Fatal(err)
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil || status.ExitStatus() != 3 {
		t.Errorf("status %#x, %v", status, err)
	}
	out, err := os.ReadFile(file.Name())
	return string(out), err
}

// moveHeaders finds AT_PHDR (3) on the stack: argc, argv, 0, environment, 0, vector.
func moveHeaders(pid int) error {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
		return err
	}
	word := make([]byte, 8)
	at, zeros := regs.Rsp, 0
	next := func() (uint64, error) {
		_, err := syscall.PtracePeekData(pid, uintptr(at), word)
		at += 8
		return binary.LittleEndian.Uint64(word), err
	}
	for zeros < 2 {
		value, err := next()
		if err != nil {
			return err
		}
		if value == 0 {
			zeros++
		}
	}
	for {
		tag, err := next()
		if err != nil {
			return err
		}
		if value, _ := next(); tag == 3 {
			binary.LittleEndian.PutUint64(word, value-1<<20)
			_, err = syscall.PtracePokeData(pid, uintptr(at-8), word)
			return err
		}
	}
}
