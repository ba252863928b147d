package build

import (
	"slices"

	"relinterp/internal/arch"
)

// more is what clang is told of a machine besides what internal/arch says; a machine without a row
// here has no stub.
var more = map[string][]string{
	"x86_64": nil,
}

// Machines are those that have a stub, in the order of the table of machines.
func Machines() []arch.Arch {
	return slices.DeleteFunc(arch.All(), func(a arch.Arch) bool {
		_, has := more[a.Name]
		return !has
	})
}

func flags(a arch.Arch) []string {
	return slices.Concat([]string{"--target=" + a.Triple}, a.Clang, more[a.Name])
}
