package elfimg

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"sort"
)

// Piece is a stretch of a Rope: Size bytes of the base from Offset on, or else Data.
type Piece struct {
	Data   []byte // nil for a copy of the base
	Offset int64
	Size   int64
}

// Rope is a file made of ranges of another file, the base, and new bytes. It reads the base only
// when it is read itself.
type Rope struct {
	base   *windows
	pieces []Piece
	starts []int64 // of each piece, in the rope
	size   int64
}

// Edit changes a file: Data goes in front of the byte at Offset, or replaces as many bytes as it has.
type Edit struct {
	Offset int64
	Insert bool
	Data   []byte
}

// NewRope is the base itself, size bytes of it.
func NewRope(base io.ReaderAt, size int64) *Rope {
	r := &Rope{base: &windows{r: base, size: size}}
	r.add(Piece{Size: size})
	return r
}

// FromPieces is the rope of these pieces of r's base.
func (r *Rope) FromPieces(pieces []Piece) *Rope {
	out := r.empty(len(pieces))
	for _, p := range pieces {
		out.add(p)
	}
	return out
}

// empty is a rope of r's base with room for n pieces.
func (r *Rope) empty(n int) *Rope {
	return &Rope{base: r.base, pieces: make([]Piece, 0, n), starts: make([]int64, 0, n)}
}

// Size in bytes.
func (r *Rope) Size() int64 { return r.size }

// Pieces in order; they may not be changed.
func (r *Rope) Pieces() []Piece { return r.pieces }

// add appends p, as part of the last piece where that says the same.
func (r *Rope) add(p Piece) {
	if p.Size == 0 {
		return
	}
	if n := len(r.pieces); n > 0 && p.Data == nil {
		if last := &r.pieces[n-1]; last.Data == nil && last.Offset+last.Size == p.Offset {
			last.Size += p.Size
			r.size += p.Size
			return
		}
	}
	r.pieces = append(r.pieces, p)
	r.starts = append(r.starts, r.size)
	r.size += p.Size
}

// cut gives the part of p from its byte from on, n bytes.
func (p Piece) cut(from, n int64) Piece {
	if p.Data != nil {
		return Piece{Data: p.Data[from : from+n], Size: n}
	}
	return Piece{Offset: p.Offset + from, Size: n}
}

// copyTo appends the bytes off..off+n of r to to.
func (r *Rope) copyTo(to *Rope, off, n int64) {
	for i := r.find(off); n > 0; i++ {
		from := off - r.starts[i]
		part := min(n, r.pieces[i].Size-from)
		to.add(r.pieces[i].cut(from, part))
		off, n = off+part, n-part
	}
}

// find gives the index of the piece that holds the byte at off.
func (r *Rope) find(off int64) int {
	return sort.Search(len(r.starts), func(i int) bool { return r.starts[i] > off }) - 1
}

// Apply gives a new rope with the edits done, whose offsets all are those of r. Insertions at one
// offset keep their order and come in front of what replaces there.
func (r *Rope) Apply(edits []Edit) (*Rope, error) {
	edits = Sorted(edits)
	out, pos := r.empty(2*len(edits)+len(r.pieces)), int64(0)
	for _, e := range edits {
		if e.Offset < pos || e.Offset > r.size || (!e.Insert && int64(len(e.Data)) > r.size-e.Offset) {
			return nil, fmt.Errorf("elfimg: an edit of %d bytes at %d overlaps another, or the end", len(e.Data), e.Offset)
		}
		r.copyTo(out, pos, e.Offset-pos)
		pos = e.Offset
		out.add(Piece{Data: e.Data, Size: int64(len(e.Data))})
		if !e.Insert {
			pos += int64(len(e.Data))
		}
	}
	r.copyTo(out, pos, r.size-pos)
	return out, nil
}

// Sorted gives edits in the order in which Apply does them.
func Sorted(edits []Edit) []Edit {
	if slices.IsSortedFunc(edits, CompareEdits) {
		return edits
	}
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, CompareEdits)
	return edits
}

// CompareEdits gives the order in which Apply does edits: by offset, insertions first.
func CompareEdits(a, b Edit) int {
	if a.Offset != b.Offset {
		return cmp.Compare(a.Offset, b.Offset)
	}
	switch {
	case a.Insert && !b.Insert:
		return -1
	case b.Insert && !a.Insert:
		return 1
	}
	return 0
}

// ReadAt implements io.ReaderAt.
func (r *Rope) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("elfimg: negative offset %d", off)
	}
	done := 0
	for done < len(b) {
		if off >= r.size {
			return done, io.EOF
		}
		i := r.find(off)
		from := off - r.starts[i]
		p := r.pieces[i].cut(from, min(int64(len(b)-done), r.pieces[i].Size-from))
		if p.Data != nil {
			copy(b[done:], p.Data)
		} else if n, err := r.base.ReadAt(b[done:done+int(p.Size)], p.Offset); n < int(p.Size) {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return done + n, err
		}
		done += int(p.Size)
		off += p.Size
	}
	return done, nil
}

// View implements Viewer: for bytes that lie in one piece, which is new or in memory.
func (r *Rope) View(off, n int64) []byte {
	if off < 0 || n <= 0 || n > r.size-off {
		return nil
	}
	i := r.find(off)
	from := off - r.starts[i]
	if p := &r.pieces[i]; n > p.Size-from {
		return nil
	} else if p.Data != nil {
		return p.Data[from : from+n : from+n]
	} else {
		return r.base.View(p.Offset+from, n)
	}
}

// WriteTo writes the whole rope to w. It implements io.WriterTo.
func (r *Rope) WriteTo(w io.Writer) (int64, error) {
	var done int64
	for _, p := range r.pieces {
		var n int64
		var err error
		if p.Data != nil {
			var k int
			k, err = w.Write(p.Data)
			n = int64(k)
		} else if n, err = io.Copy(w, io.NewSectionReader(r.base, p.Offset, p.Size)); err == nil && n != p.Size {
			err = io.ErrUnexpectedEOF
		}
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// Changes gives the edits that turn old into new, byte spans of equal length at offset off; spans
// that are nearer to each other than near bytes are one.
func Changes(off int64, old, new []byte, near int) []Edit {
	if bytes.Equal(old, new) {
		return nil
	}
	var list []Edit
	start, end := -1, 0
	for i := range new {
		if old[i] == new[i] {
			continue
		}
		if start >= 0 && i-end >= near {
			list = append(list, Edit{Offset: off + int64(start), Data: new[start:end]})
			start = -1
		}
		if start < 0 {
			start = i
		}
		end = i + 1
	}
	if start >= 0 {
		list = append(list, Edit{Offset: off + int64(start), Data: new[start:end]})
	}
	return list
}

// Resolve gives the pieces of other, whose base is r, as pieces of r's base.
func (r *Rope) Resolve(other *Rope) []Piece {
	out := r.empty(len(other.pieces) + len(r.pieces))
	for _, p := range other.pieces {
		if p.Data != nil {
			out.add(p)
		} else {
			r.copyTo(out, p.Offset, p.Size)
		}
	}
	return out.pieces
}

// Same says whether p, a piece of r's base, is what r has at off, without reading either.
func (r *Rope) Same(off int64, p Piece) bool {
	if off < 0 || p.Data != nil || off+p.Size > r.size || p.Size == 0 {
		return false
	}
	i := r.find(off)
	own := r.pieces[i]
	from := off - r.starts[i]
	return own.Data == nil && own.Offset+from == p.Offset && p.Size <= own.Size-from
}
