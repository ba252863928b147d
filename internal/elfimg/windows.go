package elfimg

import (
	"io"
	"sync"
)

// windows reads a file, small parts of it through a few larger ones that are kept: a plan looks at the
// same tables again and again.
type windows struct {
	r    io.ReaderAt
	size int64

	mu   sync.Mutex
	kept map[int64][]byte // by number
}

// Viewer is an io.ReaderAt that has its bytes in memory. What it gives is read at once and never changed nor kept.
type Viewer interface {
	// View gives n bytes from offset off on, or nil if they are not in memory.
	View(off, n int64) []byte
}

// View implements Viewer.
func (w *windows) View(off, n int64) []byte {
	v, ok := w.r.(Viewer)
	if !ok || off < 0 || n > w.size-off {
		return nil
	}
	return v.View(off, n)
}

const (
	windowSize = 16 << 10 // bytes
	maxWindows = 16
)

// ReadAt implements io.ReaderAt.
func (w *windows) ReadAt(b []byte, off int64) (int, error) {
	if v := w.View(off, int64(len(b))); v != nil {
		return copy(b, v), nil
	}
	if _, ok := w.r.(*Rope); ok || len(b) >= windowSize || off < 0 { // a rope has windows of its own
		return w.r.ReadAt(b, off)
	}
	done := 0
	for done < len(b) {
		at := off + int64(done)
		if at >= w.size {
			return done, io.EOF
		}
		data, err := w.window(at / windowSize)
		if err != nil {
			return done, err
		}
		done += copy(b[done:], data[at%windowSize:])
	}
	return done, nil
}

func (w *windows) window(i int64) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if data := w.kept[i]; data != nil {
		return data, nil
	}
	off := i * windowSize
	data := make([]byte, min(windowSize, w.size-off))
	if n, err := w.r.ReadAt(data, off); n < len(data) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	if w.kept == nil || len(w.kept) >= maxWindows {
		w.kept = map[int64][]byte{}
	}
	w.kept[i] = data
	return data, nil
}
