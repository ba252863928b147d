package main

import (
	"fmt"
	"os"
	"path/filepath"

	"relinterp/internal/arch"
	"relinterp/internal/stub"
)

// runtimeEnv is what the measured programs find in their environment: fixed, since the entry
// object and the loader walk over it.
var runtimeEnv = []string{
	"HOME=/home/user", "LANG=C.UTF-8", "LOGNAME=user", "PATH=/usr/local/bin:/usr/bin:/bin",
	"PWD=/home/user", "SHELL=/bin/sh", "TERM=xterm-256color", "USER=user",
}

// measureStartUp fills all rows startup.NAME.* and faults.NAME.*.
//
// What has just run is cheap to run again, in the kernel as in the processor's caches. So each kind
// has half of the runs where PT_INTERP and -relinterp are compared, and the others, which are there
// for orientation, run in rounds of their own.
func measureStartUp(into map[string]Measure, spawner string, rounds int, name string, p Programs) error {
	if err := measurePair(into, spawner, rounds, name, p); err != nil {
		return err
	}
	samples, err := spawnPaired(spawner, rounds/2+1, runtimeEnv,
		[]string{p.PTInterp}, []string{p.Loader, p.PTInterp}, []string{p.Static})
	if err != nil {
		return err
	}
	base, direct, static := samples[0], samples[1], samples[2]
	into["startup."+name+".direct"] = estimate(ratios(direct.Nanoseconds, base.Nanoseconds))
	into["startup."+name+".static"] = estimate(ratios(static.Nanoseconds, base.Nanoseconds))
	return nil
}

// measurePair fills the rows startup.NAME.control, startup.NAME.relinterp and faults.NAME.relinterp.
func measurePair(into map[string]Measure, spawner string, rounds int, name string, p Programs) error {
	samples, err := spawnPaired(spawner, rounds, runtimeEnv,
		[]string{p.PTInterp}, []string{p.PTInterp2}, []string{p.Relinterp}, []string{p.Relinterp2})
	if err != nil {
		return err
	}
	base, control, relinterp := samples[0], samples[1], samples[2]
	into["startup."+name+".control"] = estimate(ratios(control.Nanoseconds, base.Nanoseconds))
	into["startup."+name+".relinterp"] = estimate(ratios(relinterp.Nanoseconds, base.Nanoseconds))
	into["faults."+name+".relinterp"] = estimate(differences(relinterp.Faults, base.Faults))
	return nil
}

// measureEntry fills the rows entry.*.
func measureEntry(into map[string]Measure, arch Arch, p Programs) error {
	steps, err := stepsUntil(p.Loader, arch.Syscall, runtimeEnv, p.Relinterp)
	into["entry.syscalls"] = exact(float64(steps.Syscalls))
	into["entry.instructions"] = exact(float64(steps.Instructions))
	return err
}

// measureSizes fills the rows object.*, scrt1.*, file.* and retrofit.stub.
func measureSizes(into map[string]Measure, t *Toolchain, hello Programs) error {
	for row, name := range map[string]string{"object": "relinterp.o", "scrt1": "Scrt1.o"} {
		size, err := objectSize(filepath.Join(t.Lib, name))
		if err != nil {
			return err
		}
		into[row+".text"] = exact(float64(size.Text))
		into[row+".data"] = exact(float64(size.Data))
	}
	machine, _ := arch.Lookup(t.Arch.Name)
	largest := 0
	for _, kind := range stub.Kinds() {
		blob, ok := stub.For(machine.Machine, machine.Class, machine.Data, kind)
		if !ok {
			return fmt.Errorf("no stub for %s", t.Arch.Name)
		}
		largest = max(largest, len(blob.Code))
	}
	into["retrofit.stub"] = exact(float64(largest))
	plain, err := fileSize(hello.Ordinary)
	if err != nil {
		return err
	}
	relinterp, err := fileSize(hello.Relinterp)
	into["file.hello.ptinterp"] = exact(plain)
	into["file.hello.over"] = exact(relinterp - plain)
	return err
}

// measureDriver fills the rows driver.*: an empty file compiled by the real compiler, by itself
// again, and by musl-cc around it.
func measureDriver(into map[string]Measure, t *Toolchain, spawner, dir string, calls int) error {
	source, object := filepath.Join(dir, "nothing.c"), filepath.Join(dir, "nothing.o")
	if err := os.WriteFile(source, nil, 0o644); err != nil {
		return err
	}
	tail := []string{"-c", source, "-o", object}
	samples, err := spawnPaired(spawner, calls, t.env,
		append([]string{t.CC}, tail...), append([]string{t.CC}, tail...), append([]string{t.MuslCC}, tail...))
	if err != nil {
		return err
	}
	real, again, musl := samples[0].Nanoseconds, samples[1].Nanoseconds, samples[2].Nanoseconds
	into["driver.control"] = estimate(ratios(again, real))
	into["driver.ratio"] = estimate(ratios(musl, real))
	into["driver.ms"] = estimate(differences(musl, real)).scaled(1e-6)
	return nil
}
