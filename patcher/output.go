package patcher

import "io"

// Piece is a stretch of an output file: Size bytes of the input from Offset on, or else Data.
type Piece struct {
	Data   []byte // nil for a copy
	Offset int64
	Size   int64
}

// Output is a file to be written, as pieces of the input and new bytes.
type Output struct {
	in     io.ReaderAt
	pieces []Piece
	size   int64
}

// Size is the output's size in bytes.
func (o *Output) Size() int64 { return o.size }

// Pieces are the output's pieces in order, for those who copy ranges of the input inside the kernel.
// They may not be changed.
func (o *Output) Pieces() []Piece { return o.pieces }

// WriteTo writes the whole output to w. It implements io.WriterTo.
func (o *Output) WriteTo(w io.Writer) (int64, error) {
	var done int64
	for _, p := range o.pieces {
		var n int64
		var err error
		if p.Data != nil {
			var k int
			k, err = w.Write(p.Data)
			n = int64(k)
		} else {
			n, err = io.Copy(w, io.NewSectionReader(o.in, p.Offset, p.Size))
			if err == nil && n != p.Size {
				err = io.ErrUnexpectedEOF
			}
		}
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}
