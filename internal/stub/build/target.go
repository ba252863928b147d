package build

import (
	"slices"

	"relinterp/internal/arch"
)

// more is what clang is told of a machine besides what internal/arch says; a machine without a row
// here has no stub.
var more = map[string][]string{
	// Registers across calls as gcc has them by itself, nothing moved out of loops, blocks and instructions in an order
	// that makes short jumps and few moves: searched for, and a tenth less.
	"x86_64": {"-mno-red-zone", "-mtune=nehalem", "-mllvm", "-enable-ipra", "-mllvm", "-disable-machine-licm", "-mllvm", "-disable-lsr",
		"-mllvm", "-enable-ext-tsp-block-placement", "-mllvm", "-pre-RA-sched=list-ilp", "-mllvm", "-memdep-block-scan-limit=4"},
	"i386":    nil,
	"aarch64": {"-mcmodel=tiny"}, // adr: adrp would want the page that the stub was linked for
	// Any ARM since version 5, hard float or not: there are no floats here.
	"arm":     {"-march=armv5te", "-mfpu=none", "-mfloat-abi=soft", "-marm"},
	"riscv64": {"-mcmodel=medany", "-mno-relax"},
	// Its texts are found from the place of the GOT, which has a fixed distance; nothing is read there.
	"powerpc64le": nil,
	"s390x":       nil,
}

// Machines are those that have a stub, in the order of the table of machines.
func Machines() []arch.Arch {
	return slices.DeleteFunc(arch.All(), func(a arch.Arch) bool {
		_, has := more[a.Name]
		return !has
	})
}

// linker is the one that links a machine's stub: lld, but for those that it does not know.
func linker(a arch.Arch) string {
	if a.BFD {
		return a.GNU + "-ld"
	}
	return "ld.lld"
}

func flags(a arch.Arch) []string {
	return slices.Concat([]string{"--target=" + a.Triple}, a.Clang, more[a.Name])
}
