package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"syscall"
)

// Steps counts what a process does from its first instruction to the loader's.
type Steps struct {
	Instructions int
	Syscalls     int
}

const (
	maxSteps        = 5_000_000
	addrNoRandomize = 0x0040000 // personality(2): the same addresses on every run
)

// stepsUntil starts the command and steps through it, one instruction at a time, until the next
// instruction lies in a mapping of the file target. execve is not counted.
func stepsUntil(target string, syscallInsn []byte, env []string, argv ...string) (Steps, error) {
	runtime.LockOSThread() // ptrace and personality belong to a thread
	defer runtime.UnlockOSThread()
	pid, err := startTraced(env, argv)
	if err != nil {
		return Steps{}, fmt.Errorf("trace %s: %w", argv[0], err)
	}
	defer reap(pid)
	steps, err := stepTo(pid, target, syscallInsn)
	if err != nil {
		return steps, fmt.Errorf("trace %s: %w", argv[0], err)
	}
	return steps, nil
}

// startTraced starts the command without address randomisation where that is allowed, and
// waits until it stands before its first instruction.
func startTraced(env, argv []string) (int, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	old, _, errno := syscall.Syscall(syscall.SYS_PERSONALITY, 0xffffffff, 0, 0)
	if errno == 0 {
		syscall.Syscall(syscall.SYS_PERSONALITY, old|addrNoRandomize, 0, 0)
		defer syscall.Syscall(syscall.SYS_PERSONALITY, old, 0, 0)
	}
	pid, err := syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{
		Env:   env,
		Files: []uintptr{null.Fd(), null.Fd(), null.Fd()},
		Sys:   &syscall.SysProcAttr{Ptrace: true},
	})
	if err != nil {
		return 0, err
	}
	return pid, waitStopped(pid)
}

func stepTo(pid int, target string, syscallInsn []byte) (Steps, error) {
	var steps Steps
	var here mapping
	insn := make([]byte, len(syscallInsn))
	for ; steps.Instructions < maxSteps; steps.Instructions++ {
		var regs syscall.PtraceRegs
		if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
			return steps, fmt.Errorf("read registers: %w", err)
		}
		if !here.holds(regs.PC()) {
			var err error
			if here, err = mappingAt(pid, regs.PC()); err != nil {
				return steps, err
			}
		}
		if here.path == target {
			return steps, nil
		}
		if _, err := syscall.PtracePeekText(pid, uintptr(regs.PC()), insn); err != nil {
			return steps, fmt.Errorf("read instruction at %#x: %w", regs.PC(), err)
		}
		if bytes.Equal(insn, syscallInsn) {
			steps.Syscalls++
		}
		if err := syscall.PtraceSingleStep(pid); err != nil {
			return steps, fmt.Errorf("step: %w", err)
		}
		if err := waitStopped(pid); err != nil {
			return steps, err
		}
	}
	return steps, fmt.Errorf("%s was not reached in %d instructions", target, maxSteps)
}

// waitStopped waits for the trap that ends a step; anything else is an error.
func waitStopped(pid int) error {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil {
		return fmt.Errorf("wait: %w", err)
	}
	if !status.Stopped() || status.StopSignal() != syscall.SIGTRAP {
		return fmt.Errorf("ended before the loader ran, wait status %#x", int(status))
	}
	return nil
}

// reap ends a process of ours that may have ended by itself.
func reap(pid int) {
	syscall.Kill(pid, syscall.SIGKILL)
	syscall.Wait4(pid, nil, 0, nil)
}
