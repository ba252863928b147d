package patchcmd

import (
	"context"

	"golang.org/x/sys/unix"
)

// A batch of outputs takes its places at once: ext4 looks at every inode that was given up in the last
// seconds before it makes a new one, so first all are made, and then the old ones given up.
const (
	batchFiles = 256
	batchSize  = 64 << 20 // bytes, as all of them need room beside the old ones
)

// batch collects what one worker has ready.
type batch struct {
	ctx   context.Context
	done  func(i int, r *result) // nil for a file that was not done
	share int                    // how many workers share the limits
	list  []numbered
	size  int64
}

// limits gives a worker's share of files, each of which has two descriptors open, and of bytes.
func (b *batch) limits() (files int, size int64) {
	files = batchFiles
	var open unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &open) == nil {
		files = int(min(open.Cur/4, batchFiles))
	}
	return files / b.share, batchSize / int64(b.share)
}

type numbered struct {
	i int
	r result
}

// add takes the result of file i.
func (b *batch) add(i int, r result) {
	if r.ready == nil {
		if r.Status == failed && b.ctx.Err() != nil { // it failed because the run is to end
			b.done(i, nil)
			return
		}
		b.done(i, &r)
		return
	}
	b.list = append(b.list, numbered{i, r})
	b.size += r.ready.size
	if files, size := b.limits(); len(b.list) >= files || b.size >= size {
		b.commit()
	}
}

// commit gives everything its place, or drops it if the run is to end; ok says that all have it.
func (b *batch) commit() (ok bool) {
	ok = true
	for _, one := range b.list {
		if b.ctx.Err() != nil {
			one.r.ready.file.Discard()
			b.done(one.i, nil)
			ok = false
			continue
		}
		if err := one.r.ready.commit(); err != nil {
			ok = false
			one.r.Notes = nil
			one.r.unwritten(one.r.ready.place, err)
		}
		one.r.ready = nil
		b.done(one.i, &one.r)
	}
	b.list, b.size = nil, 0
	return ok
}
