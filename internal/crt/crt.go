// Package crt says how the C sources of the entry object, in the folder crt/ at the top of the
// repository, are compiled. Those sources are plain C and need no Go: see crt/README.md.
package crt

import "path/filepath"

// common flags: freestanding, position independent, nothing that calls a function which nobody has
// linked yet (stack protector, memcpy made from a loop), nothing that needs a relocation (jump
// tables, tables of pointers).
var common = []string{
	"-std=gnu99", "-ffreestanding", "-fno-builtin", "-fPIC", "-fvisibility=hidden",
	"-fno-stack-protector", "-fomit-frame-pointer", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables",
	"-fno-jump-tables", "-fno-lto", "-fno-strict-aliasing", "-Wall", "-Wextra",
}

var gccOnly = []string{"-fno-tree-loop-distribute-patterns", "-fno-tree-switch-conversion", "-fno-stack-clash-protection",
	"-Wno-maybe-uninitialized",
	// These make code that is faster, and longer by 100 bytes.
	"-fno-move-loop-invariants", "-fno-thread-jumps", "-fno-early-inlining", "-fno-caller-saves", "-fno-forward-propagate",
	"-fno-expensive-optimizations", "-fno-ira-hoist-pressure", "-fno-if-conversion", "-fno-tree-reassoc"}

// ObjectArgs gives the arguments with which gcc (or clang) compiles the entry object from the
// folder of these sources into out. size is "-Oz" where the compiler knows it (gcc 12, clang),
// else "-Os".
func ObjectArgs(clang bool, size, dir, out string) []string {
	args := append([]string{size}, common...)
	if !clang {
		args = append(args, gccOnly...)
	}
	return append(args, "-c", filepath.Join(dir, "start.c"), "-o", out)
}

// StubArgs gives the arguments with which clang, run in the folder of these sources, compiles the
// retrofit's stub into out, but for those of the architecture and of the kind of stub.
func StubArgs(out string) []string {
	return append(append([]string{"-Oz", "-g0", "-fno-ident", "-nostdlibinc"}, common...), "-c", "stub.c", "-o", out)
}
