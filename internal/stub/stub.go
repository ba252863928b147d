// Package stub holds the retrofit's stubs: for each architecture two flat blocks of position-independent code and
// texts, made from crt/stub.c by `go tool mage stub`. Package build makes them. One maps a loader's file as is cheapest
// for musl's, the other as is cheapest for glibc's; each starts the other's as well.
//
// The parameters of one program lie directly behind the code; crt/stub.c has their layout.
package stub

import (
	"debug/elf"
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"relinterp/internal/arch"
)

//go:embed *.bin manifest.json
var files embed.FS

// Stub is the code for one kind of program.
type Stub struct {
	Arch    string // musl's name
	Musl    bool   // made for musl's loader
	Machine elf.Machine
	Class   elf.Class
	Data    elf.Data
	Code    []byte // a multiple of 16 long; to be mapped readable and executable, 16-aligned, at any address
	// Entry and DebugState are offsets in Code as e_entry and st_value have them: an odd one is Thumb code.
	// Entry is where the kernel begins, DebugState the function that is called when the loader has
	// come back; debuggers look for it under the name _dl_debug_state.
	Entry, DebugState uint64
}

// Align is what the address of Code must be a multiple of, in bytes.
const Align = 16

// For gives the stub for programs whose ELF header has these three, and whose loader is musl's or another.
func For(machine elf.Machine, class elf.Class, data elf.Data, musl bool) (*Stub, bool) {
	for _, s := range All() {
		if s.Machine == machine && s.Class == class && s.Data == data && s.Musl == musl {
			return s, true
		}
	}
	return nil, false
}

// All gives every stub, in the order of the table of machines, of each the one for musl last. They are shared: write to none.
func All() []*Stub { return stubs() }

// What is embedded is proved by a test, so what does not fit together here is a bug of ours.
var stubs = sync.OnceValue(func() []*Stub {
	var all []*Stub
	for _, b := range Current().Blobs {
		code, err := files.ReadFile(b.File())
		machine, known := arch.Lookup(b.Arch)
		if err != nil || !known {
			panic(fmt.Sprintf("internal/stub: %s: %v; run: go tool mage stub", b.Arch, err))
		}
		all = append(all, &Stub{
			Arch: b.Arch, Musl: b.Musl, Machine: machine.Machine, Class: machine.Class, Data: machine.Data,
			Code: code, Entry: b.Entry, DebugState: b.DebugState,
		})
	}
	return all
})

// Current gives the embedded manifest.
var Current = sync.OnceValue(func() Manifest {
	var m Manifest
	text, err := files.ReadFile("manifest.json")
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		panic(fmt.Sprintf("internal/stub: manifest.json: %v; run: go tool mage stub", err))
	}
	return m
})
