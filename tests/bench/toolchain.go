package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"relinterp/internal/arch"
)

// Arch is what differs between machines.
type Arch struct {
	arch.Arch
	Syscall []byte // the instruction that enters the kernel
}

// syscalls is keyed by musl's name of the machine.
var syscalls = map[string][]byte{
	"x86_64":  {0x0f, 0x05},
	"aarch64": {0x01, 0x00, 0x00, 0xd4},
}

// Toolchain is a built toolchain folder and the compiler behind it.
type Toolchain struct {
	Arch   Arch
	MuslCC string
	Patch  string // relinterp-patch
	Lib    string // folder of libc.so and the entry objects
	CC     string // the real compiler, absolute
	env    []string
}

func findToolchain(dist, cc string) (*Toolchain, error) {
	host, _ := arch.Host()
	instruction, ok := syscalls[host.Name]
	if !ok {
		return nil, fmt.Errorf("bench does not know %s; add a row to syscalls in tests/bench", runtime.GOARCH)
	}
	dist, err := filepath.Abs(dist)
	if err != nil {
		return nil, err
	}
	muslCC := filepath.Join(dist, "bin", "musl-cc")
	if _, err := os.Stat(muslCC); err != nil {
		return nil, fmt.Errorf("no toolchain in %s (%w); run: go tool mage build", dist, err)
	}
	found, err := exec.LookPath(cc)
	if err != nil {
		return nil, fmt.Errorf("no compiler %s; name one with -cc, or run: apt-get install gcc", cc)
	}
	if found, err = filepath.Abs(found); err != nil {
		return nil, err
	}
	return &Toolchain{
		Arch:   Arch{host, instruction},
		MuslCC: muslCC,
		Patch:  filepath.Join(dist, "bin", "relinterp-patch"),
		Lib:    filepath.Join(dist, host.Folder(), "lib"),
		CC:     found,
		env:    append(os.Environ(), "MUSL_CC_DRIVER="+found),
	}, nil
}

// compile runs musl-cc around the real compiler that the toolchain was found with.
func (t *Toolchain) compile(args ...string) error {
	return command(t.env, t.MuslCC, args...)
}
