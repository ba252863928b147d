package targets

import (
	"context"
	"fmt"
	"os"
	"os/exec"
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
// Debian's gcc for it, or clang and lld with the runtime of that gcc.
func (c config) cross(a arch.Arch, look func(string) (string, error)) config {
	has := func(program string) bool { _, err := look(program); return err == nil }
	c.arch = a
	c.cc, c.ar = []string{a.GNU + "-gcc"}, a.GNU+"-ar"
	if !has(c.cc[0]) && has("clang") && has("ld.lld") {
		c.cc = append([]string{"clang", "--target=" + a.GNU, "-fuse-ld=lld"}, a.Clang...)
	}
	if !has(c.ar) && has("llvm-ar") {
		c.ar = "llvm-ar"
	}
	return c
}

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
		{c.arch.GNU + "-gcc's runtime", "/usr/lib/gcc*/" + c.arch.GNU + "/*/libgcc.a", gcc},
		{"the kernel's headers for " + c.arch.Name, "/usr/" + c.arch.GNU + "/include/linux/version.h", headers},
	}
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
		one, err := c.cross(a, exec.LookPath).build(ctx, p)
		if err != nil {
			return changed, fmt.Errorf("for %s: %w", a.Name, err)
		}
		changed = changed || one
	}
	return changed, nil
}
