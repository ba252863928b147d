package patcher

import (
	"bytes"
	"io"

	"relinterp/internal/elfimg"
)

// Plan is all that will be done to a file, decided before anything is written.
type Plan struct {
	// Unchanged says that the file is already patched with the same options; Output is the file as it is.
	Unchanged   bool     `json:"unchanged"`
	Arch        string   `json:"arch"`
	Interpreter string   `json:"interpreter,omitempty"` // of the original
	Loader      string   `json:"loader,omitempty"`
	Fallback    string   `json:"fallback,omitempty"`
	Stub        string   `json:"stub,omitempty"` // for which loaders it was made: any, musl, whole (LaidWhole)
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
	Added       []Part   `json:"added,omitempty"` // what the file gets longer by
	Notes       []string `json:"notes,omitempty"` // what else the user should know

	out *Output
}

// Part is a part of what a file gets longer by.
type Part struct {
	What  string `json:"what"`
	Bytes int64  `json:"bytes"`
}

// MakePlan decides how the file of size bytes in r becomes one that finds its loader as o says. A
// file that was patched before is planned from its original. r must not change until the plan's
// Output is written. An error is a Refusal, that of reading, or says that it is a bug of this program.
func MakePlan(r io.ReaderAt, size int64, o Options) (*Plan, error) {
	p, err := makePlan(r, size, o)
	return p, typed(err)
}

func makePlan(r io.ReaderAt, size int64, o Options) (*Plan, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	input := elfimg.NewRope(r, size)
	m, err := open(input)
	if err != nil {
		return nil, err
	}
	was, err := findParams(m)
	if err != nil {
		return nil, err
	}
	if was != nil {
		source, err := original(m, was)
		if err != nil {
			return nil, err
		}
		if m, err = open(source); err != nil {
			return nil, err
		}
	}
	p, err := planOriginal(m, o)
	if err != nil || was == nil {
		return p, err
	}
	if p.InputSize = size; p.OutputSize == size {
		p.Unchanged, err = equal(p.out.rope, input)
	}
	if p.Unchanged {
		p.out = &Output{input}
	}
	return p, err
}

// planOriginal plans a file that is not patched.
func planOriginal(m *elfimg.Image, o Options) (*Plan, error) {
	d, err := newDraft(m, o)
	if err != nil {
		return nil, err
	}
	rope, err := d.assemble()
	if err != nil {
		return nil, err
	}
	p := d.plan
	p.out, p.OutputSize = &Output{rope}, rope.Size()
	p.Added = d.added(rope.Size() - m.Size())
	if n, _ := d.tail.payload(); n > 0 {
		p.Payload = &Range{rope.Size() - int64(n), int64(n)}
	}
	return p, nil
}

// equal compares two files of one size.
func equal(a, b *elfimg.Rope) (bool, error) {
	first, second := buffers.Get().(*[]byte), buffers.Get().(*[]byte)
	defer buffers.Put(first)
	defer buffers.Put(second)
	one, two := *first, *second
	for off := int64(0); off < a.Size(); off += int64(len(one)) {
		n := min(int64(len(one)), a.Size()-off)
		if _, err := a.ReadAt(one[:n], off); err != nil {
			return false, err
		}
		if _, err := b.ReadAt(two[:n], off); err != nil {
			return false, err
		}
		if !bytes.Equal(one[:n], two[:n]) {
			return false, nil
		}
	}
	return true, nil
}

// RestorePlan gives the original of a patched file, after having compared its checksum.
func RestorePlan(r io.ReaderAt, size int64) (*Output, error) {
	o, err := restorePlan(r, size)
	return o, typed(err)
}

func restorePlan(r io.ReaderAt, size int64) (*Output, error) {
	m, err := open(elfimg.NewRope(r, size))
	if err != nil {
		return nil, err
	}
	f, err := findParams(m)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, refuse(NotPatched, "it was never patched", "leave it as it is")
	}
	rope, err := original(m, f)
	if err != nil {
		return nil, err
	}
	return &Output{rope}, nil
}

// Output is the file that the plan makes. It was parsed and checked when the plan was made.
func (p *Plan) Output() *Output { return p.out }
