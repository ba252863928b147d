package patchcmd

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"relinterp/internal/cli"
	"relinterp/patcher"
)

func (w *worker) inspect(r *result, in *input) result {
	info, err := patcher.Inspect(in, in.state.Size())
	if err != nil {
		return r.problem(err)
	}
	r.Status, r.Info = inspected, info
	return *r
}

// infoText is what --inspect prints.
func infoText(file string, i *patcher.Info) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %s, %s, %s-endian\n", cli.Plain(file), i.Type, i.Machine, i.Class, i.ByteOrder)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", name, cli.Plain(value))
		}
	}
	if i.Patched != nil {
		what := "starts " + i.Patched.Loader
		if i.Patched.Loader == "" {
			what = "RUNPATH only"
		}
		if i.Patched.Changed == "" {
			what += fmt.Sprintf("; --restore gives the original %d bytes", i.Patched.OriginalSize)
		}
		if i.Patched.Version != patcher.Version {
			what = "by another version of relinterp-patch"
		}
		row("patched", fmt.Sprintf("yes (version %d): %s", i.Patched.Version, what))
		row("fallback", i.Patched.Fallback)
		row("changed", i.Patched.Changed)
	} else {
		row("patched", "no")
	}
	row("interpreter", i.Interpreter)
	row("soname", i.Soname)
	row("needed", strings.Join(i.Needed, " "))
	row(strings.ToLower(strings.TrimPrefix(i.RunpathTag, "DT_")), strings.Join(i.Runpath, ":"))
	row("entry", fmt.Sprintf("%#x", i.Entry))
	if i.StackSize != 0 {
		row("stack size", fmt.Sprintf("%d bytes", i.StackSize))
	}
	row("compiler", i.Compiler)
	row("stripped", map[bool]string{true: "yes", false: "no"}[i.Stripped])
	row("size", fmt.Sprintf("%d bytes", i.Size))
	if i.Payload != nil {
		row("payload", fmt.Sprintf("%d bytes at %#x, appended by somebody", i.Payload.Size, i.Payload.Offset))
	}
	if i.Refusal != nil {
		row("cannot be patched", i.Refusal.What)
		row("hint", i.Refusal.Hint)
	}
	segments(&b, i.Segments)
	return b.String()
}

func segments(b *strings.Builder, list []patcher.Segment) {
	if len(list) == 0 {
		return
	}
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "  segment\tflags\toffset\taddress\tin file\tin memory\talign")
	for _, s := range list {
		fmt.Fprintf(t, "  %s\t%s\t%#x\t%#x\t%d\t%d\t%#x\n", s.Type, s.Flags, s.Offset, s.Address, s.FileSize, s.MemorySize, s.Align)
	}
	t.Flush()
}
