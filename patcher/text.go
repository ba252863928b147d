package patcher

import (
	"fmt"
	"strings"
)

// String is the plan for a person, several lines, each ended.
func (p *Plan) String() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s "+format+"\n", append([]any{name}, args...)...)
	}
	if p.Unchanged {
		line("unchanged", "it is patched in this way already")
	}
	line("machine", "%s", p.Arch)
	if p.Interpreter != "" {
		line("interpreter", "%s", p.Interpreter)
	}
	if p.Loader != "" {
		line("loader", "%s, looked for in the RUNPATH and beside the program", p.Loader)
	}
	if p.Fallback != "" {
		line("fallback", "%s", p.Fallback)
	}
	line(strings.ToLower(strings.TrimPrefix(p.RunpathTag, "DT_")), "%s", strings.Join(p.Runpath, ":"))
	for _, entry := range p.Dropped {
		line("dropped", "%s", entry)
	}
	line("its slot", "%s", p.RunpathSlot)
	if s := p.Segment; s != nil {
		line("segment", "%s %#x bytes at offset %#x, address %#x, in the slot: %s", s.Flags, s.FileSize, s.Offset, s.Address, p.SegmentSlot)
	}
	if p.OldEntry != p.NewEntry {
		line("entry", "%#x, then %#x", p.NewEntry, p.OldEntry)
	}
	if p.StackSize != 0 {
		line("stack size", "%d bytes a thread, with musl", p.StackSize)
	}
	if p.Payload != nil {
		line("payload", "%d bytes behind the program, now at offset %#x", p.Payload.Size, p.Payload.Offset)
	}
	line("size", "%d bytes, before %d", p.OutputSize, p.InputSize)
	for _, part := range p.Added {
		line("", "%+d %s", part.Bytes, part.What)
	}
	for _, note := range p.Notes {
		line("note", "%s", note)
	}
	return b.String()
}
