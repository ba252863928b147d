// Package specs holds what tells an ordinary gcc or clang to use our musl folder. The same files
// serve plain gcc and clang without any Go, and the driver.
package specs

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed relinterp.specs musl.cfg relinterp.cfg drop-interp.ld libgcc_s.a.ld musl-cc.cmake musl-cc.meson
var files embed.FS

// The names of the files that lie in <sysroot>/lib.
const (
	GCC            = "relinterp.specs"
	Clang          = "musl.cfg"
	ClangRelinterp = "relinterp.cfg"
	DropInterp     = "drop-interp.ld"
)

// Files gives the files to write into <sysroot>/lib, by their path below it.
func Files(arch string) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range []string{GCC, Clang, ClangRelinterp, DropInterp} {
		out[name] = read(name, arch)
	}
	out["gcc/libgcc_s.a"] = read("libgcc_s.a.ld", arch)
	return out
}

// Share gives the files to write into share/relinterp, by their name.
func Share(arch string) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range []string{"musl-cc.cmake", "musl-cc.meson"} {
		out[name] = read(name, arch)
	}
	return out
}

// Config gives the arguments that clang would take from a configuration file that lies in dir.
func Config(name, arch, dir string) []string {
	var args []string
	for _, line := range strings.Split(string(read(name, arch)), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '@':
			args = append(args, Config(line[1:], arch, dir)...)
		default:
			args = append(args, strings.ReplaceAll(line, "<CFGDIR>", dir))
		}
	}
	return args
}

// read gives one file with the architecture put in. The files are part of the program, so a
// missing one is a bug.
func read(name, arch string) []byte {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("specs: %v (a bug: the file is not embedded)", err))
	}
	return []byte(strings.ReplaceAll(string(text), "<ARCH>", arch))
}
