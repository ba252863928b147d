package libctest

import (
	"slices"
	"time"
)

// Outcome is what came of a program in a mode.
type Outcome struct {
	// Kind is the result in a word or two: pass, status N, signal N, timeout, left NAMES (see
	// supervise.Result), or one of those below. Empty: the program does not exist in the mode.
	Kind   string `json:"kind"`
	Output string `json:"output,omitempty"` // standard output
	Errors string `json:"errors,omitempty"` // standard error, or what a compiler said
	Tries  int    `json:"tries,omitempty"`  // more than 1 for what is known to be flaky
}

const (
	pass         = "pass"
	noLink       = "no link"      // compiler or linker refused
	linkedAnyway = "linked"       // a program that must not link
	notPatched   = "not patched"  // relinterp-patch refused
	otherOutput  = "other output" // passed, but said something else than with PT_INTERP
)

// Passed says whether all went well.
func (o Outcome) Passed() bool { return o.Kind == pass }

// Row is a program in every mode.
type Row struct {
	Program    string           `json:"test"`
	Outcomes   map[Mode]Outcome `json:"outcomes"`
	NoRetrofit bool             `json:"no_retrofit,omitempty"` // Program's
}

// Report is what one compiler's programs did.
type Report struct {
	Compiler string        `json:"compiler"`
	Version  string        `json:"version"`
	Arch     string        `json:"arch"`
	Musl     string        `json:"musl"`
	Modes    []Mode        `json:"modes"`
	Rows     []Row         `json:"tests"`
	Took     time.Duration `json:"-"`
}

// counts gives how many programs of a mode passed, and how many there are.
func (r Report) counts(m Mode) (passed, all int) {
	for _, row := range r.Rows {
		if o := row.Outcomes[m]; o.Kind != "" {
			all++
			if o.Passed() {
				passed++
			}
		}
	}
	return passed, all
}

// dynamic are the report's modes that have a loader.
func (r Report) dynamic() []Mode {
	return slices.DeleteFunc(slices.Clone(r.Modes), func(m Mode) bool { return m == Static })
}
