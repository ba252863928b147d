package wrapper

import (
	"fmt"
	"strings"

	"relinterp/specs"
)

// Plan is what will be done. Plan.String is what -### prints.
type Plan struct {
	Print    string   // an answer of our own, for stdout; nothing runs
	Warnings []string // for stderr
	Show     bool     // -###: print the plan, let the compiler print its own, make nothing
	Sysroot  string
	TmpDir   string // made before the steps and removed after them, "" for none
	Files    []File // written into TmpDir first
	Steps    []Step
}

// File is a temporary file.
type File struct {
	Path string
	Text string
}

// Step is a program to run, or an edit of a program that was just linked.
type Step struct {
	Path string // the file to execute
	Argv []string
	Main bool // the call that the user asked for
	// Ask is the file that the compiler is asked for; its answer must not be a file of the host.
	Ask string
	// DropInterp names a program that loses its PT_INTERP: gold always writes one.
	DropInterp string
}

// NewPlan decides. It reads nothing but its arguments; tmpDir is a name for a folder.
func NewPlan(inv *Invocation, tc *Toolchain, tmpDir string) (*Plan, error) {
	if answer := inv.answer(tc); answer != "" {
		return &Plan{Print: answer}, nil
	}
	if inv.Profile && inv.Links() && !inv.NoStartFiles && !inv.Relocatable && !inv.AnyShared {
		return nil, &Error{"cannot link with -pg: musl has no profiling runtime (gcrt1.o, gmon)",
			"leave -pg out of the link; perf profiles a program without any option"}
	}
	plan := &Plan{Show: inv.ShowPlan, Sysroot: tc.Sysroot}
	var e entry
	if inv.wantsEntry(tc.Family, plan) {
		e = newEntry(inv, tc, tmpDir, plan)
	}
	front := musl(tc)
	if inv.Linker == "" {
		front = append(front, tc.LinkWith...)
	}
	back := e.back
	if inv.Short { // the compiler must see that a value is missing
		back = nil
	}
	plan.Steps = append(plan.Steps, Step{
		Path: tc.Path,
		Argv: concat(tc.Compiler, front, e.front, Without(inv.Args, tc.drops), back),
		Main: true,
		Ask:  inv.asksFile(tc),
	})
	if e.keepsInterp {
		plan.Steps = append(plan.Steps, Step{DropInterp: inv.OutputFile()})
	}
	return plan, nil
}

// drops says whether an argument is not for the compiler: ours, or a --target= in whose place the
// machine's own stands. (gcc does not know that option.)
func (tc *Toolchain) drops(a *Arg) bool {
	return a.own() || a.Row != nil && a.Row.Means == Target && tc.TookTarget
}

// musl gives the arguments that make the compiler a musl compiler.
func musl(tc *Toolchain) []string {
	if tc.Family == GCC {
		return []string{"-specs=" + tc.Lib() + "/" + specs.GCC, "-B" + tc.Lib() + "/", "--sysroot=" + tc.Sysroot}
	}
	// The lines of the configuration file. As with the file itself, clang must not warn about
	// those that a mere compile does not use.
	return concat([]string{"--start-no-unused-arguments"},
		specs.Config(specs.Clang, tc.Arch, tc.Lib()), []string{"--end-no-unused-arguments"})
}

// wantsEntry says whether this link gets the entry object, and warns where the user might think
// that it does.
func (inv *Invocation) wantsEntry(family Family, plan *Plan) bool {
	if inv.Mode == Off || !inv.Executable(family) {
		return false
	}
	if inv.NoStartFiles && !inv.HandsEntry() {
		plan.Warnings = append(plan.Warnings, "-nostdlib and -nostartfiles leave out the entry object, which is a start file: "+
			"this program will not find its loader by itself (add $(musl-cc -print-file-name="+entryObject+") to the link)")
		return false
	}
	return true
}

func concat(parts ...[]string) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// String gives the plan as lines that a shell could run.
func (p *Plan) String() string {
	var b strings.Builder
	for _, f := range p.Files {
		fmt.Fprintf(&b, " # writes %s: %s\n", quote(f.Path), strings.TrimSpace(f.Text))
	}
	for _, s := range p.Steps {
		if s.DropInterp != "" {
			fmt.Fprintf(&b, " # drops PT_INTERP from %s\n", quote(s.DropInterp))
			continue
		}
		for _, w := range s.Argv {
			b.WriteString(" " + quote(w))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// quote quotes a word for a shell where it needs it.
func quote(w string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./=+,:@%#", c)
	}
	if w != "" && strings.TrimFunc(w, plain) == "" {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}
