// Package stub runs programs with a retrofit's stub on every machine that has one: the host itself,
// what it can run besides, and the others under qemu; those beyond the five with RELINTERP_FULL=1.
package stub

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/need"
	"relinterp/internal/stub"
)

// kit is what makes and runs the programs of one machine and one libc.
type kit struct {
	arch.Arch
	gcc    string
	loader string   // its file name
	files  []string // the loader and libc
	qemu   []string // nil where the kernel runs the programs itself
}

// each runs a test with glibc and with musl on every machine that has a stub, or on these.
func each(t *testing.T, check func(t *testing.T, k kit), names ...string) {
	t.Helper()
	for _, a := range stub.Machines() {
		if names != nil && !slices.Contains(names, a.Name) || a.Extra && os.Getenv("RELINTERP_FULL") != "1" {
			continue
		}
		for name, libc := range map[string]func(*testing.T, *kit){"glibc": glibc, "musl": musl} {
			t.Run(a.Name+" "+name, func(t *testing.T) {
				t.Parallel()
				k := kit{Arch: a}
				libc(t, &k)
				if !native(a) {
					k.qemu = []string{need.Tool(t, a.Qemu, "qemu-user")}
				}
				check(t, k)
			})
		}
	}
}

// native says whether the kernel runs programs for a.
func native(a arch.Arch) bool {
	host, _ := arch.Host()
	return a.Name == host.Name || a.Name == "i386" && host.Name == "x86_64"
}

// natives are the machines whose programs need no qemu, which is in no empty root.
func natives() []string {
	var names []string
	for _, a := range arch.All() {
		if native(a) {
			names = append(names, a.Name)
		}
	}
	return names
}

// glibc is the distribution's.
func glibc(t *testing.T, k *kit) {
	t.Helper()
	if host, _ := arch.Host(); k.Name == host.Name {
		k.gcc = need.Tool(t, "gcc", "gcc")
	} else {
		k.gcc = need.Tool(t, k.GNU+"-gcc", k.GCCPackage())
	}
	k.loader = filepath.Base(k.Glibc)
	for _, name := range []string{k.loader, "libc.so.6"} {
		out, err := exec.Command(k.gcc, "-print-file-name="+name).Output()
		file := strings.TrimSpace(string(out))
		if err != nil || !filepath.IsAbs(file) {
			need.Missing(t, "glibc for "+k.Name, "apt-get install "+k.LibcPackage())
		}
		k.files = append(k.files, file)
	}
}

// musl is our own.
func musl(t *testing.T, k *kit) {
	t.Helper()
	dist := need.Dist(t)
	need.Machine(t, k.Arch)
	k.gcc, k.loader = filepath.Join(dist, "bin", k.Folder()+"-gcc"), k.Musl
	k.files = []string{filepath.Join(dist, k.Folder(), "lib", k.Musl)}
}
