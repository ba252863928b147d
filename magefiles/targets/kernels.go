package targets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/magefile/mage/mg"
)

// Kernels runs environments and probes under other kernels, in virtual machines (KERNELS names images or linux-image packages; else the distribution's, by apt-get)
func Kernels(ctx context.Context) error {
	p := newProgress(os.Stderr)
	if err := ensure(ctx, p, kernelNeeds); err != nil {
		return err
	}
	mg.CtxDeps(ctx, Build)
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	list := os.Getenv("KERNELS")
	if list == "" {
		dir, err := os.MkdirTemp("", "relinterp-kernel-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		err = p.do("kernel: download", func() (err error) { list, err = fetchKernel(ctx, dir); return err })
		if err != nil {
			return err
		}
	}
	return c.kernelsCommand(list).loud(ctx)
}

// kernelNeeds is what the virtual machines want on top; the fast tests do without.
var kernelNeeds = []requirement{
	gccTool,
	{"qemu-system-x86_64", "qemu-system-x86_64",
		map[string]string{"apt-get": "qemu-system-x86", "dnf": "qemu-system-x86-core", "apk": "qemu-system-x86_64", "pacman": "qemu-system-x86"}},
	tool("dpkg-deb", "dpkg"),
}

// kernelsCommand is the test with its kernels.
func (c config) kernelsCommand(list string) command {
	return command{c.top, []string{"RELINTERP_DIST=" + c.dist(), "RELINTERP_KERNELS=" + list},
		[]string{"go", "test", "-tags=kernels", "-count=1", "-timeout=60m", "-v", "-run=^TestKernels$", "./tests/environments"}}
}

// metaKernel is Debian's package that depends on the newest small kernel.
const metaKernel = "linux-image-cloud-amd64"

// fetchKernel downloads the package of the distribution's kernel; nothing is installed.
func fetchKernel(ctx context.Context, dir string) (string, error) {
	depends, err := command{argv: []string{"apt-cache", "depends", metaKernel}}.output(ctx)
	if err != nil {
		return "", fmt.Errorf("%w; name kernels with KERNELS", err)
	}
	name, err := dependency(depends)
	if err != nil {
		return "", err
	}
	// The folder is not _apt's: root downloads as root.
	fetch := command{dir: dir, argv: []string{"apt-get", "-o", "APT::Sandbox::User=root", "download", name}}
	if err := fetch.quiet(ctx); err != nil {
		return "", fmt.Errorf("%w; run apt-get update, or name kernels with KERNELS", err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err == nil && len(found) != 1 {
		err = fmt.Errorf("apt-get downloaded %d files", len(found))
	}
	return strings.Join(found, " "), err
}

// dependency gives the first package that `apt-cache depends` lists.
func dependency(listing string) (string, error) {
	for _, line := range strings.Split(listing, "\n") {
		if _, name, ok := strings.Cut(line, "Depends: "); ok {
			return strings.TrimSpace(name), nil
		}
	}
	return "", errors.New(metaKernel + " depends on nothing; name kernels with KERNELS")
}
