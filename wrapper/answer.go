package wrapper

import (
	"path/filepath"
	"strings"
)

// answer gives the answers that are ours: gcc would name its own machine, and folders of the host
// in which libtool and Meson then find the host's libraries.
func (inv *Invocation) answer(tc *Toolchain) string {
	switch {
	case inv.Asks == DumpMachine:
		return tc.Arch.Triple + "\n"
	case inv.Asks == PrintSysroot && tc.Family == Clang: // gcc knows the question
		return tc.Sysroot + "\n"
	case inv.Asks == PrintDirs && tc.Family == GCC:
		return "install: " + tc.Lib() + "/gcc/\n" +
			"programs: =" + filepath.Dir(tc.Path) + "/\n" +
			"libraries: =" + tc.Lib() + "/:" + tc.Lib() + "/gcc/\n"
	}
	return ""
}

// asksFile gives the file of -print-file-name= where the compiler's answer must be looked at.
func (inv *Invocation) asksFile(tc *Toolchain) string {
	if inv.Asks == PrintFile && tc.Family == GCC {
		return inv.Asked
	}
	return ""
}

// ownFile gives the compiler's answer to -print-file-name=, or the bare name, which means "not
// found", where the answer is a library of the host: gcc looks there last.
func ownFile(answer, name, sysroot string) string {
	path := filepath.Clean(strings.TrimSuffix(answer, "\n"))
	if strings.HasPrefix(path, sysroot+"/") {
		return path + "\n"
	}
	if strings.Contains(path, "/gcc/") && compilersOwn(name) {
		return answer
	}
	return name + "\n"
}

// compilersOwn says whether a file of gcc's folder serves any C library. Most of its libraries
// (libstdc++, libatomic, libasan) are linked against the host's.
func compilersOwn(name string) bool {
	for _, prefix := range []string{"libgcc", "libgcov", "liblto_plugin"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return !strings.HasPrefix(name, "lib")
}
