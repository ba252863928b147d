package wrapper

import (
	"path/filepath"
	"strings"
)

// Mode is what -relinterp asked for; the last one wins.
type Mode uint8

// The modes of -relinterp.
const (
	Off      Mode = iota // an ordinary musl program
	InPlace              // -relinterp: finds its loader, on the build machine also in the toolchain folder
	Portable             // -relinterp=portable: to ship
)

// Phase is where the compiler stops.
type Phase uint8

// The phases, the earliest last: the earliest asked for wins.
const (
	Link Phase = iota
	CompileOnly
	PreprocessOnly
	QueryOnly
)

// DefaultRunpath is where a program looks for its loader and its libraries.
const DefaultRunpath = "$ORIGIN:$ORIGIN/lib:$ORIGIN/../lib"

// Invocation is a checked command line.
type Invocation struct {
	Args   []Arg
	Phase  Phase
	Inputs []string
	Output string
	// Kind is the last of -shared, -pie, -no-pie and -static-pie, as gcc reads them.
	Kind         Meaning
	AnyShared    bool // clang: -shared counts wherever it stands
	AnyStaticPIE bool
	Static       bool
	Relocatable  bool
	NoStartFiles bool
	Profile      bool
	Script       bool
	UserRunpath  bool
	ToLinker     bool // words or libraries for the linker, which gcc counts as inputs
	Linker       string
	Target       string  // the value of --target=
	Asks         Meaning // a question whose answer is ours: DumpMachine to PrintFile
	Asked        string
	ShowPlan     bool
	Short        bool // the last option lacks its value

	Mode     Mode
	Runpath  string // "" for none given
	Loader   string
	Fallback string
}

// Parse reads the arguments that the plan depends on and checks our own. All others pass.
func Parse(args []Arg) (*Invocation, error) {
	inv := &Invocation{Args: args}
	var linker []string
	for i := range args {
		arg := &args[i]
		inv.Short = inv.Short || arg.Short
		if arg.Input() {
			inv.Inputs = append(inv.Inputs, arg.Value)
		}
		if arg.Row == nil {
			continue
		}
		if arg.own() {
			if err := inv.readOwn(arg); err != nil {
				return nil, err
			}
			continue
		}
		inv.read(arg, &linker)
	}
	inv.readLinker(linker)
	return inv, nil
}

func (inv *Invocation) read(arg *Arg, linker *[]string) {
	switch m := arg.Row.Means; m {
	case Output:
		inv.Output = arg.Value
	case Compile:
		inv.stopAt(CompileOnly)
	case Preprocess:
		inv.stopAt(PreprocessOnly)
	case Query:
		inv.stopAt(QueryOnly)
	case DumpMachine, PrintSysroot, PrintDirs, PrintFile:
		inv.stopAt(QueryOnly)
		inv.Asks, inv.Asked = m, arg.Value
	case Shared, PIE, NoPIE, StaticPIE:
		inv.Kind = m
		inv.AnyShared = inv.AnyShared || m == Shared
		inv.AnyStaticPIE = inv.AnyStaticPIE || m == StaticPIE
	case Static:
		inv.Static = true
	case Relocatable:
		inv.Relocatable = true
	case NoStartFiles:
		inv.NoStartFiles = true
	case Profile:
		inv.Profile = true
	case Script:
		inv.Script = true
	case Target:
		inv.Target = arg.Value
	case UseLinker:
		inv.Linker = arg.Value
	case OwnRunpath:
		inv.UserRunpath = true
	case Library:
		inv.ToLinker = true
	case LinkerWord:
		inv.ToLinker = true
		*linker = append(*linker, arg.Value)
	case LinkerWords:
		inv.ToLinker = true
		*linker = append(*linker, strings.Split(arg.Value, ",")...)
	case ShowPlan:
		inv.ShowPlan = true
	}
}

func (inv *Invocation) stopAt(p Phase) { inv.Phase = max(inv.Phase, p) }

// readLinker looks through the words for the linker, which may have come in any number of -Wl
// and -Xlinker, for a list of folders and for a script of the user's own.
func (inv *Invocation) readLinker(words []string) {
	for _, w := range words {
		name, _, _ := strings.Cut(w, "=")
		switch {
		case name == "-rpath", name == "--rpath", strings.HasPrefix(w, "-R"):
			inv.UserRunpath = true
		case name == "--script", name == "-script", isScript(w):
			inv.Script = true
		}
	}
}

// isScript tells -Tfile from -Ttext=address and its like.
func isScript(w string) bool {
	if !strings.HasPrefix(w, "-T") {
		return false
	}
	for _, section := range []string{"bss", "data", "text", "rodata-segment", "ldata-segment"} {
		if strings.HasPrefix(w[2:], section) {
			return false
		}
	}
	return true
}

// Links says whether the compiler goes on to the link.
func (inv *Invocation) Links() bool {
	return inv.Phase == Link && (len(inv.Inputs) > 0 || inv.ToLinker)
}

// Executable says whether the link makes a dynamic executable: the kind that has an interpreter.
func (inv *Invocation) Executable(family Family) bool {
	if !inv.Links() || inv.Static || inv.Relocatable {
		return false
	}
	if family == Clang {
		return !inv.AnyShared && !inv.AnyStaticPIE
	}
	return inv.Kind != Shared && inv.Kind != StaticPIE
}

// HandsEntry says whether the user put the entry object among the inputs himself.
func (inv *Invocation) HandsEntry() bool {
	for _, in := range inv.Inputs {
		if filepath.Base(in) == entryObject {
			return true
		}
	}
	return false
}

// OutputFile gives the file that the link writes.
func (inv *Invocation) OutputFile() string {
	if inv.Output == "" {
		return "a.out"
	}
	return inv.Output
}
