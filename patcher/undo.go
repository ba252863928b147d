package patcher

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"sync"

	"relinterp/internal/elfimg"
)

// The undo record makes the original from the patched file. First what is new is cut out; then guess mends
// the tables of what is left, by what the patched file tells itself; last comes what it could not know:
//
//	uint32   CRC-32C of the original, and then of all bytes of the patched file that are not the
//	         original's, in order, these four as zeros; little-endian
//	uvarint  number of cuts, and for each
//	  uvarint  bytes of the original between the end of the last one and this
//	  uvarint  bytes of the patched file that are cut out
//	uvarint  number of corrections, and for each
//	  uvarint  bytes between the end of the last one and this
//	  uvarint  twice its length, and its bytes follow; or one more than that: they are zeros
//
// The original is as long as the patched file without the cuts.

// sumSize is the size of the checksum in bytes.
const sumSize = 4

// cheap is how many equal bytes between two corrections cost less than a second correction.
const cheap = 3

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// buffers are as large as a processor's cache likes; a fresh one a file would cost more than its checksum.
var buffers = sync.Pool{New: func() any { b := make([]byte, 128<<10); return &b }}

// checksum continues a CRC-32C with a stretch of a file.
func checksum(sum uint32, r *elfimg.Rope, off, end int64) (uint32, error) {
	pooled := buffers.Get().(*[]byte)
	defer buffers.Put(pooled)
	buf := *pooled
	for off < end {
		part := buf[:min(int64(len(buf)), end-off)]
		n, err := len(part), error(nil)
		if view := r.View(off, int64(n)); view != nil {
			part = view
		} else {
			n, err = r.ReadAt(part, off)
		}
		sum = crc32.Update(sum, castagnoli, part[:n])
		if off += int64(n); off < end && (err != nil || n == 0) {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
	}
	return sum, nil
}

// wholeSum continues the checksum of the original with the bytes of the patched file that original has no
// copy of. field is where the checksum itself stands.
func wholeSum(sum uint32, patched, original *elfimg.Rope, field int64) (uint32, error) {
	var err error
	add := func(from, to int64) {
		if err == nil && from < to {
			sum, err = checksum(sum, patched, from, to)
		}
	}
	fresh := func(from, to int64) {
		if field < from || field+sumSize > to {
			add(from, to)
			return
		}
		add(from, field)
		sum = crc32.Update(sum, castagnoli, zero[:sumSize])
		add(field+sumSize, to)
	}
	pos := int64(0)
	for _, p := range original.Pieces() {
		if p.Data == nil {
			fresh(pos, p.Offset)
			pos = max(pos, p.Offset+p.Size)
		}
	}
	fresh(pos, patched.Size())
	return sum, err
}

// cut is a stretch of a patched file that the original does not have.
type cut struct {
	at   uint64 // in the original
	size uint64
}

type cuts []cut

// original gives the place in the original of the byte at off of the patched file; that of a byte which is
// cut out is the one behind the cut.
func (c cuts) original(off uint64) uint64 {
	at, _ := c.find(off)
	return at
}

// inside says whether the byte at off of the patched file is cut out.
func (c cuts) inside(off uint64) bool {
	_, inside := c.find(off)
	return inside
}

func (c cuts) find(off uint64) (at uint64, inside bool) {
	gone := uint64(0)
	for _, one := range c {
		if off < one.at+gone {
			break
		}
		if off-one.at-gone < one.size {
			return one.at, true
		}
		gone += one.size
	}
	return off - gone, false
}

// without gives the patched file without the cuts.
func (c cuts) without(patched *elfimg.Rope) *elfimg.Rope {
	pieces := make([]Piece, 0, len(c)+1)
	pos, gone := int64(0), int64(0)
	for _, one := range c {
		to := int64(one.at) + gone
		pieces = append(pieces, Piece{Offset: pos, Size: to - pos})
		pos, gone = to+int64(one.size), gone+int64(one.size)
	}
	return patched.FromPieces(append(pieces, Piece{Offset: pos, Size: patched.Size() - pos}))
}

// undoRecord gives the record, its checksum still zeros.
func undoRecord(c cuts, corrections []elfimg.Edit) []byte {
	b := make([]byte, sumSize, 64)
	b = binary.AppendUvarint(b, uint64(len(c)))
	pos := uint64(0)
	for _, one := range c {
		b = binary.AppendUvarint(binary.AppendUvarint(b, one.at-pos), one.size)
		pos = one.at
	}
	b = binary.AppendUvarint(b, uint64(len(corrections)))
	end := int64(0)
	for _, e := range corrections {
		b = binary.AppendUvarint(b, uint64(e.Offset-end))
		end = e.Offset + int64(len(e.Data))
		if !slices.ContainsFunc(e.Data, func(c byte) bool { return c != 0 }) {
			b = binary.AppendUvarint(b, uint64(len(e.Data))<<1|1)
			continue
		}
		b = append(binary.AppendUvarint(b, uint64(len(e.Data))<<1), e.Data...)
	}
	return b
}

// Limits of a record: what a file claims costs memory, and no record of ours is near them.
const (
	maxRecord = 1 << 20 // bytes
	maxCuts   = 16
)

var errUndo = errors.New("the undo record makes no sense")

// record is an undo record, read.
type record struct {
	sum         uint32
	cuts        cuts
	corrections []elfimg.Edit
	size        int // in bytes
}

// parseRecord reads the record of a patched file of size bytes, and not what is behind it.
func parseRecord(b []byte, size int64) (*record, error) {
	bad, whole := len(b) < sumSize, len(b)
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > math.MaxInt64 || bad {
			bad = true
			return 0
		}
		b = b[n:]
		return v
	}
	r := &record{}
	if !bad {
		r.sum, b = binary.LittleEndian.Uint32(b), b[sumSize:]
	}
	pos, left := uint64(0), uint64(size) // in the original, and of the patched file behind it
	count := number()
	bad = bad || count > maxCuts
	for range min(count, maxCuts) {
		gap := number()
		n := number()
		if bad = bad || gap > left || n > left-gap || n == 0; bad {
			return nil, errUndo
		}
		pos, left = pos+gap, left-gap-n
		r.cuts = append(r.cuts, cut{pos, n})
	}
	original, end, blank := pos+left, uint64(0), uint64(0)
	for range min(number(), uint64(len(b))) {
		gap := number()
		n := number()
		zero := n&1 == 1
		if n >>= 1; zero {
			blank += n
		}
		// A sparse file may claim any number of zeros.
		if bad = bad || gap > original-end || n > original-end-gap || !zero && n > uint64(len(b)) || blank > elfimg.MaxBytes; bad {
			return nil, errUndo
		}
		e := elfimg.Edit{Offset: int64(end + gap)}
		if zero {
			e.Data = zeros(int64(n))
		} else {
			e.Data, b = b[:n:n], b[n:]
		}
		r.corrections = append(r.corrections, e)
		end += gap + n
	}
	if bad {
		return nil, errUndo
	}
	r.size = whole - len(b)
	return r, nil
}

// undo gives the original that the record of a patched file describes. No checksum is compared here.
func undo(m *elfimg.Image, f *found) (*elfimg.Rope, *record, error) {
	r, err := parseRecord(f.undo, m.Size())
	if err != nil {
		return nil, nil, err
	}
	rope, err := guess(m, f, r.cuts)
	if err != nil {
		return nil, nil, err
	}
	if rope, err = rope.Apply(r.corrections); err != nil {
		return nil, nil, errUndo
	}
	return rope, r, nil
}

// corrections gives the edits that make old of back, which is made of pieces of rope as rope is of pieces of
// old. Only what is new in either is read.
func corrections(old, back, rope *elfimg.Rope) ([]elfimg.Edit, error) {
	if back.Size() != old.Size() {
		return nil, bug("the patched file is not the original with what was added")
	}
	var list []elfimg.Edit
	pos := int64(0)
	for _, p := range rope.Resolve(back) {
		if p.Data == nil && old.Same(pos, p) {
			pos += p.Size
			continue
		}
		was, err := stretch(old, pos, p.Size)
		if err != nil {
			return nil, err
		}
		now, err := stretch(back, pos, p.Size)
		if err != nil {
			return nil, err
		}
		list = append(list, elfimg.Changes(pos, now, was, cheap)...)
		pos += p.Size
	}
	return list, nil
}

// stretch gives n bytes from off on, which may not be changed.
func stretch(r *elfimg.Rope, off, n int64) ([]byte, error) {
	if b := r.View(off, n); b != nil {
		return b, nil
	}
	b := make([]byte, n)
	_, err := r.ReadAt(b, off)
	return b, err
}

var zero [64]byte

// zeros gives n zero bytes that may not be changed.
func zeros(n int64) []byte {
	if n <= int64(len(zero)) {
		return zero[:n:n]
	}
	return make([]byte, n)
}
