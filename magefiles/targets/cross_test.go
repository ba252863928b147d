package targets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/arch"
)

var arm64, _ = arch.Lookup("aarch64")

func TestMachinesAreNamedInAnyWay(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "x86_64": "", "aarch64": "aarch64", "arm,i386": "arm i386", "arm64-linux-musl aarch64": "aarch64",
		"all": strings.Join(arch.Names()[1:], " "), "riscv64 all": "riscv64 " + strings.ReplaceAll(strings.Join(arch.Names()[1:], " "), " riscv64", ""),
	} {
		list, err := machines(value, x86)
		var got []string
		for _, a := range list {
			got = append(got, a.Name)
		}
		if err != nil || join(got) != want {
			t.Errorf("ARCH=%s: got %q, %v, want %q", value, join(got), err, want)
		}
	}
	if _, err := machines("vax", x86); err == nil || !strings.Contains(err.Error(), "ARCH=vax: no such machine; set ARCH to all or some of x86_64, ") {
		t.Errorf("got %v", err)
	}
}

func TestCrossCompilerChosen(t *testing.T) {
	const runtime = "/usr/lib/gcc*/aarch64-linux-gnu/*/libgcc.a"
	for programs, want := range map[string]string{
		"":                                   "aarch64-linux-gnu-gcc, aarch64-linux-gnu-ar", // which crossNeeds then brings
		"clang":                              "aarch64-linux-gnu-gcc, aarch64-linux-gnu-ar",
		"aarch64-linux-gnu-gcc clang ld.lld": "aarch64-linux-gnu-gcc, aarch64-linux-gnu-ar",
		"clang ld.lld llvm-ar":               "aarch64-linux-gnu-gcc, llvm-ar",
		"clang ld.lld llvm-ar " + runtime:    "clang --target=aarch64-linux-gnu -fuse-ld=lld, llvm-ar",
		"clang ld.lld aarch64-linux-gnu-ar " + runtime: "clang --target=aarch64-linux-gnu -fuse-ld=lld, aarch64-linux-gnu-ar",
	} {
		c := config{host: x86, arch: x86}.cross(arm64, has(strings.Fields(programs)...))
		if got := join(c.cc) + ", " + c.ar; got != want {
			t.Errorf("with %q: got %q, want %q", programs, got, want)
		}
	}
}

func TestForeignFolderStandsBesideTheHosts(t *testing.T) {
	c := smallConfig(t)
	put(t, filepath.Join(c.dist(), "bin/musl-cc"), "driver")
	foreign := c.cross(arm64, has())
	lib := filepath.Join(foreign.triple(), "lib/libc.so")
	if err := foreign.assemble(t.Context(), []part{text("musl", lib, "new")}); err != nil {
		t.Fatal(err)
	}
	if err := c.linkDriver(filepath.Join(c.dist(), "bin")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, filepath.Join(c.dist(), lib)); got != "new" {
		t.Errorf("libc.so is %q", got)
	}
	for _, name := range []string{"aarch64-linux-musl-cc", "aarch64-linux-musl-gcc", "aarch64-linux-musl-clang", "x86_64-linux-musl-cc", "musl-gcc"} {
		if got := read(t, filepath.Join(c.dist(), "bin", name)); got != "driver" {
			t.Errorf("%s is %q", name, got)
		}
	}
	if _, err := os.Lstat(filepath.Join(c.dist(), "bin/riscv64-linux-musl-cc")); err == nil {
		t.Error("a link for a machine that was not built")
	}
}

func TestForeignStampSaysNothingOfTheHost(t *testing.T) {
	c := smallConfig(t)
	foreign := c.cross(arm64, has())
	put(t, filepath.Join(foreign.stamped(), "lib/libc.so"), "")
	if err := newStamp("1.2.6", "gcc", []part{{name: "musl", key: "k"}}).write(foreign.stamped()); err != nil {
		t.Fatal(err)
	}
	if readStamp(foreign.stamped()).Key == "" || readStamp(c.stamped()).Key != "" {
		t.Error("the stamp of another machine stands for the host's")
	}
}

func TestForeignMuslIsToldItsArchiver(t *testing.T) {
	c := config{host: x86, arch: x86}.cross(arm64, has("aarch64-linux-gnu-gcc", "aarch64-linux-gnu-ar"))
	configure := c.muslPlan("/src")[0].argv
	for _, word := range []string{"CC=aarch64-linux-gnu-gcc", "AR=aarch64-linux-gnu-ar", "RANLIB=aarch64-linux-gnu-ranlib"} {
		if !slices.Contains(configure, word) {
			t.Errorf("configure is not told %s: %v", word, configure)
		}
	}
}

func TestHostsOwnHeadersAreNotForeign(t *testing.T) {
	root, c := t.TempDir(), config{host: x86, arch: arm64}
	put(t, filepath.Join(root, "include/asm/types.h"), "the host's")
	if got, err := c.kernelHeaders(root, "asm"); err == nil || !strings.HasSuffix(err.Error(), "install linux-libc-dev-arm64-cross") {
		t.Errorf("got %q, %v", got, err)
	}
	put(t, filepath.Join(root, "aarch64-linux-gnu/include/asm/types.h"), "")
	if got, err := c.kernelHeaders(root, "asm"); err != nil || got != filepath.Join(root, "aarch64-linux-gnu/include/asm") {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCrossRequirementsHaveAPackageEverywhere(t *testing.T) {
	c := config{host: x86, arch: x86}
	for _, r := range c.crossTestNeeds(arch.All()) {
		for _, i := range installers {
			if r.packages[i.name] == "" {
				t.Errorf("%s: no package for %s", r.what, i.name)
			}
		}
	}
}

func TestCrossPackagesAreNamed(t *testing.T) {
	c := config{host: x86, arch: x86}.cross(arm64, has())
	lacks := missing(c.buildNeeds(), has("make", "patch", "/usr/include/stdio.h", "/usr/include/linux/version.h"))
	if got := join(installLine(lacks, has("apt-get"))); !strings.HasSuffix(got, " gcc-aarch64-linux-gnu linux-libc-dev-arm64-cross") {
		t.Errorf("got %q", got)
	}
}

func TestInstallTakesForeignFoldersAlong(t *testing.T) {
	c := builtDist(t)
	put(t, filepath.Join(c.dist(), "aarch64-linux-musl/lib/libc.so"), "")
	p, err := c.placementFor(t.TempDir(), "/opt/r")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.linkDriver(filepath.Join(c.dist(), "bin")); err != nil {
		t.Fatal(err)
	}
	if err := c.install(p); err != nil {
		t.Fatal(err)
	}
	read(t, filepath.Join(p.folder, "aarch64-linux-musl/lib/libc.so"))
	read(t, filepath.Join(p.folder, "../../bin/aarch64-linux-musl-gcc"))
}
