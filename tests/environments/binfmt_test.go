package environments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// aarch64Magic is the line of a handler for binfmt_misc (kernel, admin-guide/binfmt-misc): the
// first 20 bytes of an ELF file for aarch64, whose type may be 2 or 3. F: the kernel opens qemu itself, now.
const aarch64Magic = `:relinterp-test:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00` +
	`:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:QEMU:F`

// Another machine's programs, which the kernel hands to an emulator.
func TestBinfmt(t *testing.T) {
	t.Parallel()
	qemu := need.Tool(t, "qemu-aarch64", "qemu-user")
	a, _ := arch.Lookup("aarch64")
	libc := filepath.Join(need.Dist(t), a.Folder(), "lib", "libc.so")
	if _, err := os.Stat(libc); err != nil {
		need.Missing(t, libc, "ARCH=aarch64 go tool mage build")
	}
	cc := tool(t, a.Folder()+"-clang")
	f := family{"aarch64", newFolder(t), []string{"relinterp", "retrofit"}}
	f.build(t, cc, a.Musl, map[string]string{a.Musl: libc})
	f.compile(t, cc, "bin/relinterp", "-relinterp=portable", "witness.c", "-L"+f.folder+"/lib", "-lown")
	f.spread(t)
	trial.Mkdir(t, filepath.Join(f.folder, "binfmt"))
	trial.Write(t, filepath.Join(f.folder, "handler"), []byte(strings.ReplaceAll(aarch64Magic, "QEMU", qemu)))
	// One descriptor is qemu's own.
	row{name: "binfmt", out: strings.Replace(working, "open 0", "open 1", 1)}.test(t, f)
}
