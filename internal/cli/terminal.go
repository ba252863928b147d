package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Terminal says whether w is one.
func Terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// Progress is one line on a terminal that tells how far a long run is; elsewhere it says nothing. All
// other output goes through Around while it stands.
type Progress struct {
	w     io.Writer // nil for silence
	total int
	mu    sync.Mutex
	done  int
	shown bool
	last  time.Time
}

// NewProgress starts one; w is standard error.
func NewProgress(w io.Writer, total int) *Progress {
	if total < 2 || !Terminal(w) {
		w = nil
	}
	return &Progress{w: w, total: total, last: time.Now()}
}

// Step counts one more. The line shows after a moment, and not more often than an eye can follow.
func (p *Progress) Step(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if p.w == nil || time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.shown = time.Now(), true
	fmt.Fprintf(p.w, "\r\x1b[K%d of %d  %.60s", p.done, p.total, Plain(name))
}

// Around removes the line, and calls write.
func (p *Progress) Around(write func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
	write()
}
