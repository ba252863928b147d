package elfimg

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"relinterp/internal/fakeelf"
)

// zeros is a large file whose start is data: tables that claim to be large must not be believed.
type zeros struct {
	data []byte
	size int64
}

func (z zeros) ReadAt(b []byte, off int64) (int, error) {
	n := int(max(0, min(int64(len(b)), z.size-off)))
	clear(b[:n])
	if off < int64(len(z.data)) {
		copy(b[:n], z.data[off:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func FuzzParse(f *testing.F) {
	for _, p := range fakeelf.Every(sample) {
		f.Add(p.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			var format *FormatError
			if !errors.Is(err, ErrNotELF) && !errors.As(err, &format) {
				t.Fatalf("an error that is no FormatError: %v", err)
			}
		} else {
			m.Check()
			m.Interp()
			if rope, err := m.Encode(); err == nil && text(t, rope) != string(data) {
				t.Fatal("Encode(Parse(x)) is not x")
			} else if err != nil {
				t.Fatalf("what was parsed cannot be encoded: %v", err)
			}
		}
		if m, err := Parse(zeros{data, 1 << 33}, 1<<33); err == nil {
			m.Check()
		}
	})
}
