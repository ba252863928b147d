package patcher

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"slices"
	"sync"

	"relinterp/internal/elfimg"
)

// The undo record makes the original from the patched file, read from its start to its end:
//
//	uvarint  size of the original in bytes
//	uint32   its CRC-32C, little-endian
//	then groups of three uvarints, up to that size and to the end of the patched file:
//	  copy   bytes of the patched file that are the original's too
//	  skip   bytes of the patched file that are new
//	  old    twice the bytes that were there, which follow; or one more than that: they were zeros
//
// Whatever is behind in the room for the record is zero.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// buffers are as large as a processor's cache likes; a fresh one a file would cost more than its checksum.
var buffers = sync.Pool{New: func() any { b := make([]byte, 128<<10); return &b }}

// checksum gives the CRC-32C of a whole file.
func checksum(r *elfimg.Rope, size int64) (uint32, error) {
	var sum uint32
	pooled := buffers.Get().(*[]byte)
	defer buffers.Put(pooled)
	buf := *pooled
	for off := int64(0); off < size; {
		part := buf[:min(int64(len(buf)), size-off)]
		n, err := len(part), error(nil)
		if view := r.View(off, int64(n)); view != nil {
			part = view
		} else {
			n, err = r.ReadAt(part, off)
		}
		sum = crc32.Update(sum, castagnoli, part[:n])
		if off += int64(n); off < size && (err != nil || n == 0) {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
	}
	return sum, nil
}

// undoRecord gives the record that takes edits of old, in the order of Apply, back.
func undoRecord(old *elfimg.Rope, sum uint32, edits []elfimg.Edit) ([]byte, error) {
	edits = elfimg.Sorted(edits)
	b := binary.AppendUvarint(make([]byte, 0, 1024), uint64(old.Size()))
	b = binary.LittleEndian.AppendUint32(b, sum)
	pos := int64(0)
	for _, e := range edits {
		b = binary.AppendUvarint(b, uint64(e.Offset-pos))
		b = binary.AppendUvarint(b, uint64(len(e.Data)))
		pos = e.Offset
		if e.Insert {
			b = binary.AppendUvarint(b, 0)
			continue
		}
		was := old.View(e.Offset, int64(len(e.Data)))
		if was == nil {
			was = make([]byte, len(e.Data))
			if _, err := old.ReadAt(was, e.Offset); err != nil {
				return nil, err
			}
		}
		b = appendOld(b, was)
		pos += int64(len(was))
	}
	if pos < old.Size() {
		b = binary.AppendUvarint(b, uint64(old.Size()-pos))
		b = append(b, 0, 0)
	}
	return b, nil
}

func appendOld(b, was []byte) []byte {
	if !slices.ContainsFunc(was, func(c byte) bool { return c != 0 }) {
		return binary.AppendUvarint(b, uint64(len(was))<<1|1)
	}
	return append(binary.AppendUvarint(b, uint64(len(was))<<1), was...)
}

var errUndo = errors.New("the undo record makes no sense")

// undo gives the original that a record describes and its checksum, which is not compared here.
func undo(patched *elfimg.Rope, record []byte) (*elfimg.Rope, uint32, error) {
	bad := false
	number := func() int64 {
		v, n := binary.Uvarint(record)
		if n <= 0 || v > 1<<62 {
			bad = true
			return 0
		}
		record = record[n:]
		return int64(v)
	}
	size := number()
	if bad || len(record) < 4 {
		return nil, 0, errUndo
	}
	sum := binary.LittleEndian.Uint32(record)
	record = record[4:]
	pieces := make([]Piece, 0, min(len(record)/4, 256))
	var made, pos, blank int64
	for made < size || pos < patched.Size() { // bytes that were appended since meet a group of zeros
		cp, skip, old := number(), number(), number()
		zero := old&1 == 1
		if old >>= 1; bad || cp > patched.Size()-pos || skip > patched.Size()-pos-cp || cp+skip+old == 0 ||
			zero && old > skip || !zero && old > int64(len(record)) {
			return nil, 0, errUndo
		}
		data := Piece{Size: old}
		if zero {
			blank += old
			if blank > elfimg.MaxBytes {
				return nil, 0, errUndo // a sparse file may claim any number of them
			}
			data.Data = zeros(old)
		} else {
			data.Data, record = record[:old:old], record[old:]
		}
		pieces = append(pieces, Piece{Offset: pos, Size: cp}, data)
		pos += cp + skip
		made += cp + old
	}
	if made != size {
		return nil, 0, errUndo
	}
	return patched.FromPieces(pieces), sum, nil
}

var zero [64]byte

// zeros gives n zero bytes that may not be changed.
func zeros(n int64) []byte {
	if n <= int64(len(zero)) {
		return zero[:n:n]
	}
	return make([]byte, n)
}
