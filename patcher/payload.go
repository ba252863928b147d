package patcher

import (
	"fmt"
	"slices"

	"relinterp/internal/elfimg"
)

func (d *draft) checkPayload() error {
	n, err := d.tail.payload()
	if err != nil || n == 0 {
		return err
	}
	what := fmt.Sprintf("%d bytes that others appended lie behind the program", n)
	switch d.opts.Payload {
	case RefusePayload:
		return refuse(HasPayload, what, "--payload=keep-end keeps them at the end of the file")
	case KeepOffset:
		d.fixed = true
		d.note("everything goes into unused bytes of the file, so that what is behind the program stays where it is; debuggers do not hear of libraries")
	}
	return nil
}

// fill places the segment into bytes of the file that nothing uses, where nothing may move.
func (d *draft) fill(size uint64) error {
	noRoom := refuse(HasPayload, "bytes that others appended lie behind the program, and there is no room in front of them", "--payload=keep-end keeps them at the end of the file")
	if d.moveDynamic || d.moreHeaders > 0 {
		return noRoom
	}
	for _, h := range holes(d.old) {
		h.start = alignUp(h.start, paramsAlign)
		if h.end < h.start || h.end-h.start < size {
			continue
		}
		b, err := d.old.Bytes(h.start, size)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) {
			continue
		}
		b = slices.Clone(b) // it may be the file's memory
		d.segOff, d.segment = h.start, b
		d.extra = append(d.extra, elfimg.Edit{Offset: int64(h.start), Data: b})
		return d.findAddresses()
	}
	return noRoom
}
