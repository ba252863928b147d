// Package stub holds the retrofit's stubs: for each architecture and kind of loader one flat block of position-independent
// code and texts, made from crt/stub.c by `go tool mage stub`. Package build makes them.
//
// The parameters of one program lie directly behind the code; crt/stub.c has their layout.
package stub

import (
	"debug/elf"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"relinterp/internal/arch"
)

//go:embed *.bin manifest.json
var files embed.FS

// Stub is the code for one kind of program.
type Stub struct {
	Arch    string // musl's name
	Kind    Kind
	Machine elf.Machine
	Class   elf.Class
	Data    elf.Data
	Code    []byte // a multiple of 16 long; to be mapped readable and executable, 16-aligned, at any address
	// Entry and DebugState are offsets in Code as e_entry and st_value have them: an odd one is Thumb code.
	// Entry is where the kernel begins, DebugState the function that is called when the loader has
	// come back; debuggers look for it under the name _dl_debug_state.
	Entry, DebugState uint64
}

// Kind says for which loaders a stub was made. Each starts the others' as well, only less cheaply.
type Kind string

// The kinds of stubs.
const (
	Any   Kind = "any"   // reads the header and reserves the place of the segments
	Musl  Kind = "musl"  // the same, and a RUNPATH with another $ than $ORIGIN is nothing to it, as to musl's loader
	Whole Kind = "whole" // maps the file and lays the segments over that: two system calls less, where they fit (patcher.LaidWhole)
)

// Kinds gives every kind.
func Kinds() []Kind { return []Kind{Any, Musl, Whole} }

// Align is what the address of Code must be a multiple of, in bytes.
const Align = 16

// For gives the stub of a kind for programs whose ELF header has these three.
func For(machine elf.Machine, class elf.Class, data elf.Data, kind Kind) (*Stub, bool) {
	for _, s := range All() {
		if s.Machine == machine && s.Class == class && s.Data == data && s.Kind == kind {
			return s, true
		}
	}
	return nil, false
}

// Machines gives those that have stubs, in the order of the table of machines.
func Machines() []arch.Arch {
	return slices.DeleteFunc(arch.All(), func(a arch.Arch) bool {
		_, has := For(a.Machine, a.Class, a.Data, Any)
		return !has
	})
}

// All gives every stub, in the order of the table of machines. They are shared: write to none.
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
			Arch: b.Arch, Kind: b.Kind, Machine: machine.Machine, Class: machine.Class, Data: machine.Data,
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
