// Package arch is the one table of machines: what they are called by musl, Go, ELF, Debian, clang
// and qemu. A new machine is a row here and a header in crt/arch (docs/adding-an-architecture.md).
package arch

import (
	"debug/elf"
	"runtime"
	"slices"
	"strings"
)

// Arch is one machine with the ABI that is used on it.
type Arch struct {
	Name   string // musl's: the folder <Name>-linux-musl, crt/arch/<Name>.h
	GOARCH string // Go's
	// What the ELF header says (gABI chapter 4).
	Machine elf.Machine
	Class   elf.Class
	Data    elf.Data
	// Musl is the file name of musl's loader, Glibc the path of glibc's, as PT_INTERP has it.
	Musl  string
	Glibc string
	// MaxPage is the largest page, in bytes, that a Linux kernel for it uses: what its linkers align
	// segments to.
	MaxPage uint64
	Triple  string   // for --target= and -dumpmachine
	Aliases []string // other names of the machine in the first part of a triple
	GNU     string   // Debian's triple: its gcc is <GNU>-gcc, its libraries lie below /usr/<GNU>
	Debian  string   // Debian's name of the port
	Qemu    string   // qemu's user mode emulator
	Clang   []string // what clang needs besides --target=
	Object  []string // what compilers need for the entry object
	ABI     []string // what compilers need for everything, since musl wants it so
	BFD     bool     // lld does not know it yet, or not well: clang links with <GNU>-ld
	GOT     bool     // its code finds everything through the GOT, so its _start puts that right first
	Extra   bool     // tested on request (RELINTERP_FULL=1)
}

// table begins with the five that everything is tested on.
var table = []Arch{
	{
		Name: "x86_64", GOARCH: "amd64", Machine: elf.EM_X86_64, Class: elf.ELFCLASS64, Data: elf.ELFDATA2LSB,
		Musl: "ld-musl-x86_64.so.1", Glibc: "/lib64/ld-linux-x86-64.so.2", MaxPage: 4 << 10,
		Triple: "x86_64-linux-musl", Aliases: []string{"amd64"}, GNU: "x86_64-linux-gnu", Debian: "amd64", Qemu: "qemu-x86_64",
		Object: []string{"-mno-red-zone"}, // push and pop then make small constants
	},
	{
		Name: "i386", GOARCH: "386", Machine: elf.EM_386, Class: elf.ELFCLASS32, Data: elf.ELFDATA2LSB,
		Musl: "ld-musl-i386.so.1", Glibc: "/lib/ld-linux.so.2", MaxPage: 4 << 10,
		Triple: "i386-linux-musl", Aliases: []string{"i486", "i586", "i686"}, GNU: "i686-linux-gnu", Debian: "i386", Qemu: "qemu-i386",
	},
	{
		Name: "aarch64", GOARCH: "arm64", Machine: elf.EM_AARCH64, Class: elf.ELFCLASS64, Data: elf.ELFDATA2LSB,
		Musl: "ld-musl-aarch64.so.1", Glibc: "/lib/ld-linux-aarch64.so.1", MaxPage: 64 << 10,
		Triple: "aarch64-linux-musl", Aliases: []string{"arm64"}, GNU: "aarch64-linux-gnu", Debian: "arm64", Qemu: "qemu-aarch64",
		Object: []string{"-mbranch-protection=bti"}, // the kernel enforces it in a program without PT_INTERP
	},
	{
		// Hard float, as all distributions have it.
		Name: "arm", GOARCH: "arm", Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: elf.ELFDATA2LSB,
		Musl: "ld-musl-armhf.so.1", Glibc: "/lib/ld-linux-armhf.so.3", MaxPage: 64 << 10,
		Triple: "arm-linux-musleabihf", Aliases: []string{"armhf", "armv7", "armv7a", "armv7l"},
		GNU: "arm-linux-gnueabihf", Debian: "armhf", Qemu: "qemu-arm", Clang: []string{"-march=armv7-a", "-mfpu=vfpv3-d16"},
	},
	{
		Name: "riscv64", GOARCH: "riscv64", Machine: elf.EM_RISCV, Class: elf.ELFCLASS64, Data: elf.ELFDATA2LSB,
		Musl: "ld-musl-riscv64.so.1", Glibc: "/lib/ld-linux-riscv64-lp64d.so.1", MaxPage: 4 << 10,
		Triple: "riscv64-linux-musl", Aliases: []string{"riscv64gc"}, GNU: "riscv64-linux-gnu", Debian: "riscv64", Qemu: "qemu-riscv64",
	},
	{
		Name: "powerpc64le", GOARCH: "ppc64le", Machine: elf.EM_PPC64, Class: elf.ELFCLASS64, Data: elf.ELFDATA2LSB,
		Musl: "ld-musl-powerpc64le.so.1", Glibc: "/lib64/ld64.so.2", MaxPage: 64 << 10,
		Triple: "powerpc64le-linux-musl", Aliases: []string{"ppc64le"}, GNU: "powerpc64le-linux-gnu", Debian: "ppc64el", Qemu: "qemu-ppc64le",
		ABI: []string{"-mlong-double-64"}, Extra: true,
	},
	{
		Name: "s390x", GOARCH: "s390x", Machine: elf.EM_S390, Class: elf.ELFCLASS64, Data: elf.ELFDATA2MSB,
		Musl: "ld-musl-s390x.so.1", Glibc: "/lib/ld64.so.1", MaxPage: 4 << 10,
		Triple: "s390x-linux-musl", GNU: "s390x-linux-gnu", Debian: "s390x", Qemu: "qemu-s390x", BFD: true, Extra: true,
	},
	{
		Name: "mips64el", GOARCH: "mips64le", Machine: elf.EM_MIPS, Class: elf.ELFCLASS64, Data: elf.ELFDATA2LSB,
		Musl: "ld-musl-mips64el.so.1", Glibc: "/lib64/ld.so.1", MaxPage: 64 << 10,
		Triple: "mips64el-linux-musl", GNU: "mips64el-linux-gnuabi64", Debian: "mips64el", Qemu: "qemu-mips64el",
		BFD: true, // what lld 14 makes of -static-pie crashes before main, without anything of ours
		GOT: true, Extra: true,
	},
}

// All gives every machine, in the order of the table.
func All() []Arch { return slices.Clone(table) }

// Tested gives the machines that every change is tested on.
func Tested() []Arch {
	return slices.DeleteFunc(All(), func(a Arch) bool { return a.Extra })
}

// Lookup finds a machine by musl's name for it.
func Lookup(name string) (Arch, bool) {
	return find(func(a *Arch) bool { return a.Name == name })
}

// Host is the machine that this program was compiled for.
func Host() (Arch, bool) {
	return find(func(a *Arch) bool { return a.GOARCH == runtime.GOARCH && runtime.GOOS == "linux" })
}

// OfELF finds the machine of a file by its ELF header.
func OfELF(machine elf.Machine, class elf.Class, data elf.Data) (Arch, bool) {
	return find(func(a *Arch) bool { return a.Machine == machine && a.Class == class && a.Data == data })
}

// OfTriple finds the machine of a triple for Linux and musl, with a vendor or without:
// aarch64-linux-musl, arm64-unknown-linux-musl, armv7-linux-musleabihf.
func OfTriple(triple string) (Arch, bool) {
	first, rest, _ := strings.Cut(triple, "-")
	if vendor, after, ok := strings.Cut(rest, "-"); ok && vendor != "linux" {
		rest = after
	}
	return find(func(a *Arch) bool {
		_, musl, _ := strings.Cut(a.Triple, "-")
		return (rest == musl || rest == "linux-musl") && (first == a.Name || slices.Contains(a.Aliases, first))
	})
}

// MuslLoader says whether a loader's file name is one of musl's (musl, ldso/dynlink.c and configure: ld-musl-ARCH.so.1).
func MuslLoader(name string) bool { return strings.HasPrefix(name, "ld-musl-") }

func find(is func(*Arch) bool) (Arch, bool) {
	for i := range table {
		if is(&table[i]) {
			return table[i], true
		}
	}
	return Arch{}, false
}

// Names gives musl's names of all machines.
func Names() []string {
	var list []string
	for i := range table {
		list = append(list, table[i].Name)
	}
	return list
}

// Folder is the name of the folder of its musl: <name>-linux-musl.
func (a Arch) Folder() string { return a.Name + "-linux-musl" }

// GCCPackage is Debian's package of the gcc that compiles for it on any machine.
func (a Arch) GCCPackage() string { return "gcc-" + strings.ReplaceAll(a.GNU, "_", "-") }

// HeadersPackage is Debian's package of the kernel's headers for it, below /usr/<GNU>/include.
func (a Arch) HeadersPackage() string { return "linux-libc-dev-" + a.Debian + "-cross" }

// LibcPackage is Debian's package of glibc for it, below /usr/<GNU>/lib, with what links need.
func (a Arch) LibcPackage() string { return "libc6-dev-" + a.Debian + "-cross" }
