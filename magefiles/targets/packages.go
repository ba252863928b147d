package targets

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// requirement is something that a target wants of the machine, and the packages that bring it.
type requirement struct {
	what string
	// has is a program looked up through PATH, or a file if it starts with a slash.
	has string
	// packages by package manager; best effort for all but apt-get. Under ubuntu stands what has another name there.
	packages map[string]string
}

// ubuntu is a file of base-files that tells Ubuntu and what is made of it from Debian (dpkg-vendor(1)).
const ubuntu = "/etc/dpkg/origins/ubuntu"

// tool is a requirement whose package has one name everywhere unless others says otherwise.
func tool(program, pkg string, others ...string) requirement {
	r := requirement{what: program, has: program, packages: map[string]string{"apt-get": pkg, "dnf": pkg, "apk": pkg, "pacman": pkg}}
	for i := 0; i+1 < len(others); i += 2 {
		r.packages[others[i]] = others[i+1]
	}
	return r
}

// gccTool is asked for by what needs gcc itself; the build takes clang too.
var gccTool = tool("gcc", "gcc")

// bfdForS390x links the stub of the one machine that has a stub and that lld 14 does not know.
var bfdForS390x = tool("s390x-linux-gnu-ld", "binutils-s390x-linux-gnu", "pacman", "s390x-linux-gnu-binutils")

// buildNeeds is what `build` wants, the compiler apart.
var buildNeeds = []requirement{
	tool("make", "make"),
	tool("patch", "patch"),
	{"the kernel's headers", "/usr/include/linux/version.h",
		map[string]string{"apt-get": "linux-libc-dev", "dnf": "kernel-headers", "apk": "linux-headers", "pacman": "linux-api-headers"}},
	// Where there is a gcc, Go compiles its own runtime/cgo with it, and that wants the host's headers.
	{"the host's libc headers", "/usr/include/stdio.h",
		map[string]string{"apt-get": "libc6-dev", "dnf": "glibc-devel", "apk": "musl-dev", "pacman": "glibc"}},
}

// testNeeds is what `test` wants on top: every tool that a test drives.
var testNeeds = []requirement{
	gccTool,
	tool("g++", "g++", "dnf", "gcc-c++", "pacman", "gcc"),
	{"a library of the host", "/usr/include/zlib.h", // which must never be found
		map[string]string{"apt-get": "zlib1g-dev", "dnf": "zlib-devel", "apk": "zlib-dev", "pacman": "zlib"}},
	tool("clang", "clang"),
	{"clang's sanitizers", "/usr/lib*/clang/*/lib/*/libclang_rt.asan*.a",
		map[string]string{"apt-get": "libclang-rt-dev", "dnf": "compiler-rt", "apk": "compiler-rt", "pacman": "compiler-rt"}},
	tool("ld.lld", "lld"),
	bfdForS390x,
	tool("ld.gold", "binutils-gold", "pacman", "binutils"),
	tool("mold", "mold"),
	tool("readelf", "binutils"),
	tool("strip", "binutils"),
	tool("prlimit", "util-linux"),
	tool("unshare", "util-linux"),
	tool("setarch", "util-linux"),
	tool("dpkg-deb", "dpkg"),
	tool("gdb", "gdb"),
	tool("gdbserver", "gdbserver", "dnf", "gdb-gdbserver", "apk", "gdb", "pacman", "gdb"),
	tool("gdb-multiarch", "gdb-multiarch", "dnf", "gdb", "pacman", "gdb"),
	tool("lldb", "lldb"),
	tool("strace", "strace"),
	tool("valgrind", "valgrind"),
	tool("ltrace", "ltrace"),
	tool("perf", "linux-perf", ubuntu, "linux-tools-generic", "dnf", "perf", "apk", "perf", "pacman", "perf"),
	tool("rr", "rr"),
	tool("pldd", "libc-bin", "dnf", "glibc-common", "apk", "musl-utils", "pacman", "glibc"),
	tool("eu-stack", "elfutils"),
	tool("eu-elflint", "elfutils"),
	tool("eu-strip", "elfutils"),
	tool("objcopy", "binutils"),
	tool("llvm-strip", "llvm"),
	tool("llvm-objcopy", "llvm"),
	tool("patchelf", "patchelf"),
	tool("dwz", "dwz"),
	tool("ldd", "libc-bin", "dnf", "glibc-common", "apk", "musl-utils", "pacman", "glibc"),
	tool("rustc", "rustc", "dnf", "rust", "apk", "rust", "pacman", "rust"),
	{"glibc's symbols", "/usr/lib/debug/.build-id", // what libthread_db asks debuggers for
		map[string]string{"apt-get": "libc6-dbg", "dnf": "glibc-debuginfo", "apk": "musl-dbg", "pacman": "glibc"}},
	{"glibc for i386", "/lib/ld-linux.so.2",
		map[string]string{"apt-get": "libc6-i386", "dnf": "glibc.i686", "apk": "gcompat", "pacman": "lib32-glibc"}},
	tool("ccache", "ccache"),
	tool("distcc", "distcc"),
	tool("distccd", "distcc"),
	tool("cmake", "cmake"),
	tool("meson", "meson"),
	tool("ninja", "ninja-build", "apk", "samurai", "pacman", "ninja"),
	tool("pkg-config", "pkg-config", "dnf", "pkgconf-pkg-config", "apk", "pkgconf", "pacman", "pkgconf"),
	tool("cargo", "cargo"),
	tool("bzip2", "bzip2"),
	tool("xz", "xz-utils", "dnf", "xz", "apk", "xz", "pacman", "xz"),
	tool("file", "file"),
	tool("tar", "tar"),
	tool("tclsh", "tcl"),
	tool("git", "git"),
	tool("qemu-aarch64", "qemu-user", "apk", "qemu-aarch64"),
	tool("qemu-x86_64", "qemu-user", "apk", "qemu-x86_64"),
}

// installers are the package managers known here, in the order of looking.
var installers = []struct {
	name string
	args []string
}{
	{"apt-get", []string{"install", "--yes", "--no-install-recommends"}},
	{"dnf", []string{"install", "-y"}},
	{"apk", []string{"add"}},
	{"pacman", []string{"-S", "--noconfirm", "--needed"}},
}

// missing gives what the machine lacks.
func missing(needs []requirement, has func(string) bool) []requirement {
	return slices.DeleteFunc(slices.Clone(needs), func(r requirement) bool { return has(r.has) })
}

// onMachine says whether a program is in PATH or a file exists, whose path may be a pattern.
func onMachine(name string) bool {
	if strings.HasPrefix(name, "/") {
		found, _ := filepath.Glob(name)
		return len(found) > 0
	}
	_, err := exec.LookPath(name)
	return err == nil
}

// installLine is the command that installs what is missing, or nil if no package manager is known.
func installLine(lacks []requirement, has func(string) bool) []string {
	for _, i := range installers {
		if !has(i.name) {
			continue
		}
		line := append([]string{i.name}, i.args...)
		for _, r := range lacks {
			pkg := r.packages[i.name]
			if other := r.packages[ubuntu]; other != "" && i.name == "apt-get" && has(ubuntu) {
				pkg = other
			}
			if !slices.Contains(line, pkg) {
				line = append(line, pkg)
			}
		}
		return line
	}
	return nil
}

// ensure installs what is missing, as root, or says the line to type.
func ensure(ctx context.Context, p *progress, needs []requirement) error {
	lacks := missing(needs, onMachine)
	if len(lacks) == 0 {
		return nil
	}
	line := installLine(lacks, onMachine)
	if line == nil || os.Geteuid() != 0 {
		return lackError(lacks, line)
	}
	err := p.do("install "+names(lacks), func() error { return install(ctx, line) })
	if err != nil {
		return err
	}
	if lacks = missing(lacks, onMachine); len(lacks) > 0 {
		return fmt.Errorf("%s still missing after: %s", names(lacks), join(line))
	}
	return nil
}

// lackError names what is missing and the line that brings it.
func lackError(lacks []requirement, line []string) error {
	if line == nil {
		return fmt.Errorf("missing: %s; install them with this machine's package manager", names(lacks))
	}
	return fmt.Errorf("missing: %s; type:\n\n    sudo %s", names(lacks), join(line))
}

// install runs the line; a fresh machine has no package lists yet, so it gets a second try.
func install(ctx context.Context, line []string) error {
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	cmd := command{env: env, argv: line}
	err := cmd.quiet(ctx)
	if err == nil || line[0] != "apt-get" {
		return err
	}
	if err := (command{env: env, argv: []string{"apt-get", "-q", "update"}}).quiet(ctx); err != nil {
		return err
	}
	return cmd.quiet(ctx)
}

func names(list []requirement) string {
	var all []string
	for _, r := range list {
		all = append(all, r.what)
	}
	return strings.Join(all, ", ")
}

func join(words []string) string { return strings.Join(words, " ") }
