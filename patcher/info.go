package patcher

import (
	"errors"
	"io"
)

// Info is what a file is.
type Info struct {
	Class        string       `json:"class"`                 // "ELF32" or "ELF64"
	ByteOrder    string       `json:"byte_order"`            // "little" or "big"
	Machine      string       `json:"machine"`               // "x86_64", or ELF's word: "EM_SPARC"
	Type         string       `json:"type"`                  // "pie", "executable", "static", "static-pie", "library", "relocatable", "core"
	Interpreter  string       `json:"interpreter,omitempty"` // PT_INTERP; of a patched file the original's
	Soname       string       `json:"soname,omitempty"`
	Needed       []string     `json:"needed,omitempty"`
	RunpathTag   string       `json:"runpath_tag,omitempty"` // "DT_RUNPATH" or "DT_RPATH"
	Runpath      []string     `json:"runpath,omitempty"`
	Entry        uint64       `json:"entry"`
	StackSize    uint64       `json:"stack_size,omitempty"` // p_memsz of PT_GNU_STACK
	Segments     []Segment    `json:"segments,omitempty"`
	DynamicSpare int          `json:"dynamic_spare"` // DT_NULL slots behind the first
	Stripped     bool         `json:"stripped"`      // no .symtab
	Compiler     string       `json:"compiler,omitempty"`
	Size         int64        `json:"size"`
	Payload      *Range       `json:"payload,omitempty"` // bytes behind the image
	Patched      *PatchedInfo `json:"patched,omitempty"`
	Refusal      *Refusal     `json:"refusal,omitempty"` // why it cannot be patched, if so
}

// Segment is one row of the program header table.
type Segment struct {
	Type       string `json:"type"`  // "PT_LOAD"
	Flags      string `json:"flags"` // "R-X"
	Offset     uint64 `json:"offset"`
	Address    uint64 `json:"address"`
	FileSize   uint64 `json:"file_size"`
	MemorySize uint64 `json:"memory_size"`
	Align      uint64 `json:"align"`
}

// Range is a stretch of a file, in bytes.
type Range struct {
	Offset int64 `json:"offset"`
	Size   int64 `json:"size"`
}

// PatchedInfo is what a patched file's stub was told.
type PatchedInfo struct {
	Version       uint32 `json:"version"`
	Loader        string `json:"loader"`
	Fallback      string `json:"fallback,omitempty"`
	OriginalEntry uint64 `json:"original_entry"`
	OriginalSize  int64  `json:"original_size"`
	Segment       Range  `json:"segment"` // in the file
}

var errNotYet = errors.New("patcher: not written yet")

// Inspect says what the file of size bytes in r is. An error is a Refusal (not an ELF file, damaged)
// or that of reading.
func Inspect(r io.ReaderAt, size int64) (*Info, error) { return nil, errNotYet }
