// Package arch runs what the toolchain makes for every machine but this one: under qemu-user, and
// natively where this machine's kernel can (i386 on x86_64).
//
// qemu-user gives a program the stack, auxiliary vector and system calls of a kernel for its machine.
// It answers for /proc/self/exe itself: a start without /proc is real only natively.
package arch

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/need"
	"relinterp/internal/stub"
)

// shared holds the programs that several tests use.
var shared string

func TestMain(m *testing.M) {
	os.Exit(all(m))
}

func all(m *testing.M) int {
	var err error
	if shared, err = os.MkdirTemp("", "relinterp-arch-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(shared)
	if err := os.Chmod(shared, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// machine is a machine, the compiler that makes programs for it, and how one is started here.
type machine struct {
	arch.Arch
	compiler string // gcc or clang
	runner   []string
}

// compilers are the drivers' last names.
var compilers = []string{"gcc", "clang"}

// each runs a test for every machine but the host and both compilers.
func each(t *testing.T, check func(t *testing.T, m machine)) {
	t.Helper()
	host, _ := arch.Host()
	for _, a := range arch.All() {
		if a.Name == host.Name || a.Extra && os.Getenv("RELINTERP_FULL") != "1" {
			continue
		}
		for _, compiler := range compilers {
			for name, runner := range runners(host, a) {
				t.Run(a.Name+"/"+compiler+"/"+name, func(t *testing.T) {
					t.Parallel()
					m := machine{a, compiler, runner}
					m.need(t)
					check(t, m)
				})
			}
		}
	}
}

// one is a machine by its name, with gcc, under qemu.
func one(t *testing.T, name string) machine {
	t.Helper()
	a, ok := arch.Lookup(name)
	if !ok {
		t.Fatalf("no machine %s", name)
	}
	m := machine{a, "gcc", []string{a.Qemu}}
	m.need(t)
	return m
}

// runners are the ways to start a machine's programs here.
func runners(host, a arch.Arch) map[string][]string {
	list := map[string][]string{"qemu": {a.Qemu}}
	if host.Name == "x86_64" && a.Name == "i386" {
		list["native"] = nil
	}
	return list
}

// emulated says whether this is qemu where the machine's programs also run natively.
func (m machine) emulated() bool {
	host, _ := arch.Host()
	_, real := runners(host, m.Arch)["native"]
	return real && m.runner != nil
}

// hasStub says whether its programs can be patched.
func (m machine) hasStub() bool {
	_, has := stub.For(m.Machine, m.Class, m.Data, stub.Any)
	return has
}

// look makes a kept result of go test depend on the C sources, which only a compiler reads.
func look(t *testing.T, folders ...string) {
	t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// need asks for all that a test of this machine drives.
func (m machine) need(t *testing.T) {
	t.Helper()
	need.Machine(t, m.Arch)
	look(t, "testdata", filepath.Join(need.Top(), "crt"))
	for _, program := range m.runner {
		need.Tool(t, program, "qemu-user")
	}
	if m.compiler == "gcc" {
		need.Tool(t, m.GNU+"-gcc", m.GCCPackage())
	} else {
		need.Tool(t, "clang", "clang")
		need.Tool(t, "ld.lld", "lld")
	}
}
