// Package specs holds what tells an ordinary gcc or clang to use our musl folder. The same files
// serve plain gcc and clang without any Go, and the driver.
package specs

import (
	"debug/elf"
	"embed"
	"fmt"
	"slices"
	"strings"

	"relinterp/internal/arch"
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
func Files(a arch.Arch) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range []string{GCC, Clang, ClangRelinterp, DropInterp} {
		out[name] = read(name, a)
	}
	out["gcc/libgcc_s.a"] = read("libgcc_s.a.ld", a)
	if host, _ := arch.Host(); a.Name != host.Name {
		for _, linker := range []string{"ld.lld", "ld.mold"} {
			out[linker] = []byte("#!/bin/sh\n# A gcc made for " + a.Name + " looks for -fuse-ld= among its own programs alone.\nexec " + linker + " \"$@\"\n")
		}
		if a.BFD {
			out["gcc/ld"] = []byte("#!/bin/sh\n# clang would take the ld of this machine, and lld does not know " + a.Name + ".\nexec " + a.GNU + "-ld \"$@\"\n")
		}
	}
	return out
}

// Share gives the files to write into share/relinterp, by their name.
func Share(a arch.Arch) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range []string{"musl-cc.cmake", "musl-cc.meson"} {
		out[name] = read(name, a)
	}
	return out
}

// Config gives the arguments that clang would take from a configuration file that lies in dir.
func Config(name string, a arch.Arch, dir string) []string {
	var args []string
	for _, line := range strings.Split(string(read(name, a)), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '@':
			args = append(args, Config(line[1:], a, dir)...)
		default:
			args = append(args, strings.ReplaceAll(line, "<CFGDIR>", dir))
		}
	}
	return args
}

// read gives one file with the architecture put in. The files are part of the program, so a
// missing one is a bug.
func read(name string, a arch.Arch) []byte {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("specs: %v (a bug: the file is not embedded)", err))
	}
	return []byte(values(a).Replace(string(text)))
}

// values are what stands in the place of the words in angle brackets. Another machine's files lie
// one folder deeper, its programs run under qemu, and GNU ld knows this machine alone.
func values(a arch.Arch) *strings.Replacer {
	v := []string{"<ARCH>", a.Name, "<FAMILY>", mesonFamily(a.Name), "<ENDIAN>", "little"}
	if a.Data == elf.ELFDATA2MSB {
		v[len(v)-1] = "big"
	}
	v = append(v, "<ABI>", strings.Join(append([]string{"-mmusl"}, a.ABI...), " "))
	clang := slices.Concat([]string{"--target=" + a.Triple}, a.Clang, a.ABI)
	if host, _ := arch.Host(); a.Name == host.Name {
		v = append(v, "<UP>", "../..", "<CC>", "musl-cc", "<TOOL>", "", "<EMULATOR>", "${CMAKE_SYSROOT}/lib/"+a.Musl,
			"<EXE_WRAPPER>", "", "<WRAPPED>", "false")
	} else {
		if !a.BFD {
			clang = append(clang, "-fuse-ld=lld")
		}
		v = append(v, "<UP>", "../../..", "<CC>", a.Folder()+"-cc", "<TOOL>", a.GNU+"-", "<EMULATOR>", a.Qemu+";-L;${CMAKE_SYSROOT}",
			"<EXE_WRAPPER>", "\nexe_wrapper = '"+a.Qemu+"'", "<WRAPPED>", "true")
	}
	return strings.NewReplacer(append(v, "<CLANG>", strings.Join(clang, "\n"))...)
}

// mesonFamily is Meson's name for a family of processors.
func mesonFamily(name string) string {
	if family, ok := map[string]string{"i386": "x86", "powerpc64le": "ppc64", "mips64el": "mips64"}[name]; ok {
		return family
	}
	return name
}
