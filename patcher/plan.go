package patcher

import "io"

// Plan is all that will be done to a file, decided before anything is written.
type Plan struct {
	// Unchanged says that the file is already patched with the same options; Output is the file as it is.
	Unchanged   bool     `json:"unchanged"`
	Arch        string   `json:"arch"`
	Interpreter string   `json:"interpreter,omitempty"` // of the original
	Loader      string   `json:"loader,omitempty"`
	Fallback    string   `json:"fallback,omitempty"`
	RunpathTag  string   `json:"runpath_tag"`
	Runpath     []string `json:"runpath"`
	Dropped     []string `json:"dropped,omitempty"` // entries of the old RUNPATH that are not in the new one
	RunpathSlot string   `json:"runpath_slot"`      // what gave its place in .dynamic
	Segment     *Segment `json:"segment,omitempty"` // the new PT_LOAD
	SegmentSlot string   `json:"segment_slot,omitempty"`
	OldEntry    uint64   `json:"old_entry"`
	NewEntry    uint64   `json:"new_entry"`
	StackSize   uint64   `json:"stack_size,omitempty"`
	Payload     *Range   `json:"payload,omitempty"` // in the output
	InputSize   int64    `json:"input_size"`
	OutputSize  int64    `json:"output_size"`
	Notes       []string `json:"notes,omitempty"` // what else the user should know

	out *Output
}

// MakePlan decides how the file of size bytes in r becomes one that finds its loader as o says. A
// file that was patched before is planned from its original. r must not change until the plan's
// Output is written. An error is a Refusal, that of reading, or says that it is a bug of this program.
func MakePlan(r io.ReaderAt, size int64, o Options) (*Plan, error) { return nil, errNotYet }

// RestorePlan gives the original of a patched file, after having compared its checksum.
func RestorePlan(r io.ReaderAt, size int64) (*Output, error) { return nil, errNotYet }

// Output is the file that the plan makes. It was parsed and checked when the plan was made.
func (p *Plan) Output() *Output { return p.out }

// String is the plan for a person, several lines, each ended.
func (p *Plan) String() string { return "" }
