package arch

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func TestEveryRowIsWhole(t *testing.T) {
	for _, a := range All() {
		for what, value := range map[string]string{
			"GOARCH": a.GOARCH, "Musl": a.Musl, "Glibc": a.Glibc, "Triple": a.Triple, "GNU": a.GNU, "Debian": a.Debian, "Qemu": a.Qemu,
		} {
			if value == "" {
				t.Errorf("%s: no %s", a.Name, what)
			}
		}
		if a.Machine == 0 || a.Class == 0 || a.Data == 0 || a.MaxPage%4096 != 0 || a.MaxPage == 0 {
			t.Errorf("%+v", a)
		}
		if !strings.HasPrefix(a.Triple, a.Name+"-linux-musl") || !strings.HasPrefix(a.Glibc, "/lib") {
			t.Errorf("%s: triple %s, glibc's loader %s", a.Name, a.Triple, a.Glibc)
		}
	}
}

func TestNoTwoRowsAreTheSameMachine(t *testing.T) {
	seen := map[any]string{}
	for _, a := range All() {
		type header struct {
			elf.Machine
			elf.Class
			elf.Data
		}
		for _, key := range []any{a.Name, "go " + a.GOARCH, "triple " + a.Triple, header{a.Machine, a.Class, a.Data}} {
			if other, taken := seen[key]; taken {
				t.Errorf("%s and %s have the same %v", other, a.Name, key)
			}
			seen[key] = a.Name
		}
	}
}

func TestTriples(t *testing.T) {
	for triple, want := range map[string]string{
		"x86_64-linux-musl": "x86_64", "amd64-pc-linux-musl": "x86_64", "i686-linux-musl": "i386",
		"arm64-linux-musl": "aarch64", "aarch64-unknown-linux-musl": "aarch64",
		"arm-linux-musleabihf": "arm", "arm-linux-musl": "arm", "armv7-unknown-linux-musleabihf": "arm",
		"riscv64-linux-musl": "riscv64", "riscv64gc-unknown-linux-musl": "riscv64",
		"x86_64-linux-gnu": "", "arm-linux-musleabi": "", "vax-linux-musl": "", "bpf": "", "": "", "x86_64": "", "linux-musl": "",
	} {
		if a, _ := OfTriple(triple); a.Name != want {
			t.Errorf("%q is %q, want %q", triple, a.Name, want)
		}
	}
}

func TestHostIsThisMachine(t *testing.T) {
	a, ok := Host()
	if !ok {
		t.Skipf("%s/%s is not in the table", runtime.GOOS, runtime.GOARCH)
	}
	file, err := elf.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got, _ := OfELF(file.Machine, file.Class, file.Data); got.Name != a.Name {
		t.Errorf("this test was compiled for %q, and the host is %q", got.Name, a.Name)
	}
	if big := file.ByteOrder == binary.ByteOrder(binary.BigEndian); big != (a.Data == elf.ELFDATA2MSB) {
		t.Errorf("byte order of %s", a.Name)
	}
}

// The C headers and the table say the same: a machine with one of both is half a machine.
func TestEveryMachineHasItsHeader(t *testing.T) {
	const folder = "../../crt/arch"
	headers, err := filepath.Glob(filepath.Join(folder, "*.h"))
	if err != nil || len(headers) != len(All()) {
		t.Errorf("%d headers, %d rows (%v)", len(headers), len(All()), err)
	}
	machine := regexp.MustCompile(`(?m)^#define ARCH_MACHINE (\d+) /\* (EM_\w+) \*/$`)
	for _, a := range All() {
		text, err := os.ReadFile(filepath.Join(folder, a.Name+".h"))
		if err != nil {
			t.Error(err)
			continue
		}
		found := machine.FindStringSubmatch(string(text))
		if found == nil || found[2] != a.Machine.String() {
			t.Errorf("%s.h: ARCH_MACHINE is %v, want %v", a.Name, found, a.Machine)
		}
		if name := strings.TrimSuffix(strings.TrimPrefix(a.Musl, "ld-musl-"), ".so.1"); !strings.Contains(string(text), `ARCH_NAME "`+name+`"`) {
			t.Errorf("%s.h does not define ARCH_NAME %q", a.Name, name)
		}
	}
}
