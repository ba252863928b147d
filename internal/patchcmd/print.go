package patchcmd

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"relinterp/internal/cli"
	"relinterp/patcher"
)

// printer words results: what was done on standard output, what was not on standard error.
type printer struct {
	q     *request
	name  string
	out   *sink
	err   io.Writer
	notes map[message]bool
}

func (p *printer) result(r *result) {
	switch r.Status {
	case refused:
		p.out.flush() // so that lines of both come in order
		fmt.Fprint(p.err, cli.Lines(p.name, r.File+": "+r.Refusal.What, r.Refusal.Hint))
	case failed:
		p.out.flush()
		fmt.Fprint(p.err, cli.Lines(p.name, r.File+": "+r.Error.What, r.Error.Hint))
	case inspected:
		fmt.Fprint(p.out, infoText(r.File, r.Info))
	case verified:
		fmt.Fprint(p.out, verifyText(r))
	case restored:
		p.line("%s: %s", r.File, p.did("restored", "would be restored")+p.where(r))
	case linked:
		p.line("%s: linked", r.File)
	case unchanged:
		p.line("%s: unchanged, it was patched so before%s", r.File, p.where(r))
	case patched:
		p.line("%s: %s%s: %s", r.File, p.did("patched", "would be patched"), p.where(r), planLine(r))
		if p.q.dryRun {
			fmt.Fprint(p.out, indent(planText(*r.Plan))) // has what was dropped, and the plan's notes
		}
	}
	if r.Plan != nil && len(r.Plan.Dropped) > 0 && !p.q.dryRun && (r.Status == patched || r.Status == unchanged) {
		p.line("  dropped from RUNPATH: %s (--keep-runpath keeps them)", strings.Join(r.Plan.Dropped, " "))
	}
	p.print(r.Notes)
}

// line prints one line, whatever names are in it.
func (p *printer) line(format string, args ...any) {
	fmt.Fprintln(p.out, cli.Plain(fmt.Sprintf(format, args...)))
}

// print prints notes below their file. One that is about the folder, not the file, is said once.
func (p *printer) print(notes []message) {
	for _, n := range notes {
		if p.notes[n] {
			continue
		}
		if p.notes == nil {
			p.notes = map[message]bool{}
		}
		p.notes[n] = true
		p.line("  note: %s", n.What)
		if n.Hint != "" {
			p.line("  hint: %s", n.Hint)
		}
	}
}

func (p *printer) did(done, planned string) string {
	if p.q.dryRun {
		return planned
	}
	return done
}

func (p *printer) where(r *result) string {
	if r.Output == "" {
		return ""
	}
	return " as " + r.Output
}

// planLine is the plan in one line.
func planLine(r *result) string {
	var words []string
	if r.Loader != "" {
		words = append(words, "loader "+r.Loader)
	}
	tag := strings.TrimPrefix(r.Plan.RunpathTag, "DT_")
	words = append(words, fmt.Sprintf("%s %s (in %s)", tag, strings.Join(r.Plan.Runpath, ":"), r.Plan.RunpathSlot))
	return strings.Join(append(words, fmt.Sprintf("%+d bytes", r.Plan.OutputSize-r.Plan.InputSize)), ", ")
}

// planText is the plan in words, without line ends in names.
func planText(plan patcher.Plan) string {
	all := func(list []string) []string {
		list = slices.Clone(list)
		for i := range list {
			list[i] = cli.Plain(list[i])
		}
		return list
	}
	plan.Interpreter, plan.Loader, plan.Fallback = cli.Plain(plan.Interpreter), cli.Plain(plan.Loader), cli.Plain(plan.Fallback)
	plan.Runpath, plan.Dropped, plan.Notes = all(plan.Runpath), all(plan.Dropped), all(plan.Notes)
	return plan.String()
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + cli.Plain(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}

// order is that of the statuses in the last line.
var order = []status{patched, unchanged, restored, linked, inspected, verified, refused, failed}

// end prints the last line, where there was more than one file.
func (p *printer) end(d *document, files int) {
	if d.Error != nil {
		fmt.Fprint(p.err, cli.Lines(p.name, d.Error.What, d.Error.Hint))
	}
	if files < 2 && !p.q.recursive || p.q.action == doInspect && d.Summary[skipped] == 0 {
		return
	}
	var words []string
	for _, s := range order {
		if n := d.Summary[s]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, s))
		}
	}
	if n := d.Summary[skipped]; n > 0 {
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(d.Skipped)) {
			kinds = append(kinds, fmt.Sprintf("%d %s", d.Skipped[kind], kindWords(patcher.Kind(kind))))
		}
		words = append(words, fmt.Sprintf("%d skipped (%s)", n, strings.Join(kinds, ", ")))
	}
	if len(words) == 0 {
		words = []string{"no file found"}
	}
	if p.q.dryRun {
		words = append(words, "nothing was written")
	}
	fmt.Fprintln(p.out, strings.Join(words, ", "))
}

// kindWords are the kinds of skipped files as the last line has them.
func kindWords(k patcher.Kind) string {
	switch k {
	case patcher.NotELF:
		return "not ELF"
	case patcher.NotPatched:
		return "not patched"
	}
	return strings.ReplaceAll(string(k), "-", " ")
}
