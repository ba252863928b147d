package patcher

import (
	"io"

	"relinterp/internal/elfimg"
)

// Piece is a stretch of an output file: Size bytes of the input from Offset on, or else Data.
type Piece = elfimg.Piece

// Output is a file to be written, as ranges of the input and new bytes.
type Output struct{ rope *elfimg.Rope }

// Size is the output's size in bytes.
func (o *Output) Size() int64 { return o.rope.Size() }

// Pieces are the output's pieces in order, for those who copy ranges of the input inside the kernel.
// They may not be changed.
func (o *Output) Pieces() []Piece { return o.rope.Pieces() }

// ReadAt implements io.ReaderAt: the output without a file.
func (o *Output) ReadAt(b []byte, off int64) (int, error) { return o.rope.ReadAt(b, off) }

// WriteTo writes the whole output to w. It implements io.WriterTo.
func (o *Output) WriteTo(w io.Writer) (int64, error) { return o.rope.WriteTo(w) }
