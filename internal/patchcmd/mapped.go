package patchcmd

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"

	"relinterp/internal/atomicfile"
)

// few is up to how many bytes a file is read rather than mapped: changing a process's memory has a price, too.
const few = 64 << 10

// mapFile maps a file that is neither small nor larger than addresses allow; nil where that cannot be done.
func mapFile(f *source) []byte {
	size := f.state.Size()
	if size <= few || size > math.MaxInt32 {
		return nil
	}
	flags := unix.MAP_SHARED
	if size < large { // most of it will be read, and one call is cheaper than a fault for each few pages
		flags |= unix.MAP_POPULATE
	}
	b, err := unix.Mmap(f.fd, 0, int(size), unix.PROT_READ, flags)
	if err != nil {
		return nil
	}
	return b
}

// cutShort words the panic of a goroutine with debug.SetPanicOnFault that read a mapped file where it
// has no bytes any more, or cannot be read; nil for others.
func cutShort(bug any) error {
	if at, ok := bug.(interface{ Addr() uintptr }); ok && at.Addr() != 0 {
		return fmt.Errorf("%w, or cannot be read", atomicfile.ErrChanged)
	}
	return nil
}
