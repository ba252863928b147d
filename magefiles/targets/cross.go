package targets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"relinterp/internal/arch"
)

// machines reads the variable ARCH: names of machines, or "all". The host is none of them: its
// toolchain is the folder to which they add theirs.
func machines(value string, host arch.Arch) ([]arch.Arch, error) {
	var list []arch.Arch
	for _, word := range strings.FieldsFunc(value, func(c rune) bool { return c == ' ' || c == ',' }) {
		if word == "all" {
			list = append(list, arch.All()...)
			continue
		}
		a, ok := arch.Lookup(word)
		if !ok {
			a, ok = arch.OfTriple(word)
		}
		if !ok {
			return nil, fmt.Errorf("ARCH=%s: no such machine; set ARCH to all or some of %s", word, strings.Join(arch.Names(), ", "))
		}
		list = append(list, a)
	}
	seen := map[string]bool{host.Name: true}
	return slices.DeleteFunc(list, func(a arch.Arch) bool {
		twice := seen[a.Name]
		seen[a.Name] = true
		return twice
	}), nil
}

// foreign says whether programs are built for another machine than this one.
func (c config) foreign() bool { return c.arch.Name != c.host.Name }

// cross is this configuration for another machine: its musl lies in the same toolchain folder.
// Debian's gcc for it, or clang and lld where only the runtime of that gcc is there. has is onMachine.
func (c config) cross(a arch.Arch, has func(string) bool) config {
	c.arch = a
	c.cc, c.ar = append([]string{a.GNU + "-gcc"}, a.ABI...), a.GNU+"-ar"
	if !has(c.cc[0]) && !a.BFD && has("clang") && has("ld.lld") && has(c.gccRuntime()) {
		c.cc = slices.Concat([]string{"clang", "--target=" + a.GNU, "-fuse-ld=lld"}, a.Clang, a.ABI)
	}
	if !has(c.ar) && has("llvm-ar") {
		c.ar = "llvm-ar"
	}
	return c
}

// gccRuntime is the pattern of the place of gcc's runtime for the machine.
func (c config) gccRuntime() string { return "/usr/lib/gcc*/" + c.arch.GNU + "/*/libgcc.a" }

// binutils are the words that tell musl's configure of the archiver.
func (c config) binutils() []string {
	return []string{"CROSS_COMPILE=" + c.arch.GNU + "-", "AR=" + c.ar, "RANLIB=" + strings.TrimSuffix(c.ar, "ar") + "ranlib"}
}

// crossNeeds is what a build for another machine wants of this one. The packages are Debian's.
func (c config) crossNeeds() []requirement {
	gcc := map[string]string{"apt-get": c.arch.GCCPackage(), "dnf": "gcc-" + c.arch.GNU, "apk": "gcc-" + c.arch.GNU, "pacman": c.arch.GNU + "-gcc"}
	headers := map[string]string{"apt-get": c.arch.HeadersPackage(), "dnf": "gcc-" + c.arch.GNU, "apk": "gcc-" + c.arch.GNU, "pacman": c.arch.GNU + "-linux-api-headers"}
	return []requirement{
		{c.cc[0], c.cc[0], gcc},
		{c.arch.GNU + "-gcc's runtime", c.gccRuntime(), gcc},
		{"the kernel's headers for " + c.arch.Name, "/usr/" + c.arch.GNU + "/include/linux/version.h", headers},
	}
}

// testedMachines are those that the tests drive: all on request.
func testedMachines(host arch.Arch) []arch.Arch {
	list := arch.Tested()
	if os.Getenv("RELINTERP_FULL") == "1" {
		list = arch.All()
	}
	return slices.DeleteFunc(list, func(a arch.Arch) bool { return a.Name == host.Name })
}

// crossTestNeeds is what the tests of other machines want on top of what builds their musl: an emulator,
// and glibc for retrofits.
func (c config) crossTestNeeds(list []arch.Arch) []requirement {
	var needs []requirement
	for _, a := range list {
		needs = append(needs, c.cross(a, onMachine).crossNeeds()...)
		needs = append(needs, tool(a.Qemu, "qemu-user", "apk", a.Qemu),
			requirement{"glibc for " + a.Name, "/usr/" + a.GNU + "/lib/libc.so.6", map[string]string{
				"apt-get": a.LibcPackage(), "dnf": "glibc-" + a.GNU, "apk": "glibc-" + a.GNU, "pacman": a.GNU + "-glibc"}})
	}
	return needs
}

// foreignFolders are the machines whose musl lies in the toolchain folder.
func (c config) foreignFolders() []arch.Arch {
	return slices.DeleteFunc(arch.All(), func(a arch.Arch) bool {
		_, err := os.Stat(filepath.Join(c.dist(), a.Folder(), "lib", "libc.so"))
		return err != nil || a.Name == c.host.Name
	})
}

// buildFor brings the musl of other machines up to date, one after the other.
func (c config) buildFor(ctx context.Context, p *progress, list []arch.Arch) (changed bool, err error) {
	for _, a := range list {
		one, err := c.cross(a, onMachine).build(ctx, p)
		if err != nil {
			return changed, fmt.Errorf("for %s: %w", a.Name, err)
		}
		changed = changed || one
	}
	return changed, nil
}
