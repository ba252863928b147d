package wrapper

import (
	"fmt"
	"strings"

	"relinterp/specs"
)

// entry is what a link needs beyond an ordinary one, so that its program finds its own loader.
type entry struct {
	front       []string // before the user's words
	back        []string // behind them: the list of folders, so that the user's come first
	keepsInterp bool     // the linker writes PT_INTERP all the same
}

// newEntry decides how this compiler and this linker get there. With gcc the specs file does the
// work; clang, and a link without start files, get the same as words for the linker.
func newEntry(inv *Invocation, tc *Toolchain, tmpDir string, plan *Plan) entry {
	linker := tc.Linker
	if inv.Linker != "" {
		linker = linkerOf(inv.Linker)
	}
	list := runpath(inv, tc, plan)
	e := entry{keepsInterp: linker == "gold"}
	switch {
	case tc.Family == GCC && !inv.NoStartFiles:
		e.front = []string{"-relinterp", "-relinterp-runpath=" + list}
		if mark := gccMark(linker, inv.Script); mark != "" {
			e.front = append(e.front, mark)
		}
	default:
		if tc.Family == Clang {
			e.front = []string{"-B" + tc.Lib() + "/relinterp"}
		}
		e.front = append(e.front, forLinker(dropInterp(linker, inv.Script, tc))...)
		e.front = append(e.front, forLinker([]string{"--enable-new-dtags"})...)
		if list != "" {
			e.back = forLinker([]string{"-rpath", list})
		}
	}
	if inv.Loader != "" || inv.Fallback != "" {
		e.front = append(e.front, forLinker([]string{addNames(inv, tc, tmpDir, plan)})...)
	}
	return e
}

// gccMark tells the specs file about a linker that they cannot see: the default one, and a script
// given as -Wl,-T.
func gccMark(linker string, script bool) string {
	switch {
	case linker == "lld" || linker == "mold":
		return "-relinterp-empty-interp"
	case linker == "gold":
		return "-relinterp-keep-interp"
	case script:
		return "-relinterp-no-script"
	}
	return ""
}

// dropInterp gives the words that make a linker leave PT_INTERP out and keep undefined weak
// symbols dynamic. --no-dynamic-linker would bind them to zero; it is what remains beside a
// script of the user's own.
func dropInterp(linker string, script bool, tc *Toolchain) []string {
	switch {
	case linker == "lld" || linker == "mold":
		return []string{"--dynamic-linker="}
	case linker == "gold":
		return nil
	case script:
		return []string{"--no-dynamic-linker"}
	}
	return []string{"-T", tc.Lib() + "/" + specs.DropInterp}
}

// runpath gives the list of folders that we add. The user's own -rpath takes the place of the
// default list; a list given to -relinterp-runpath= comes behind it.
// Plain -relinterp adds the toolchain's lib folder at the end in both cases: a libtool that names
// only the folder of the later installation must not keep `make check` from starting programs.
func runpath(inv *Invocation, tc *Toolchain, plan *Plan) string {
	list := inv.Runpath
	if list == "" && !inv.UserRunpath {
		list = DefaultRunpath
	}
	if inv.Mode != InPlace {
		return list
	}
	if strings.Contains(tc.Lib(), ":") {
		plan.Warnings = append(plan.Warnings, "the toolchain folder "+tc.Sysroot+" has a colon in its name, which no list of folders can hold: "+
			"the program will not find musl there")
		return list
	}
	if list == "" {
		return tc.Lib()
	}
	return list + ":" + tc.Lib()
}

// forLinker wraps words for the linker; unlike -Wl, it lets them hold commas.
func forLinker(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, "-Xlinker", w)
	}
	return out
}

// addNames adds the step that compiles the loader's name and the fallback, and gives its object.
// The strong symbols take the place of the entry object's weak ones.
func addNames(inv *Invocation, tc *Toolchain, tmpDir string, plan *Plan) string {
	var text string
	for _, v := range []struct{ symbol, value string }{
		{"__relinterp_loader", inv.Loader}, {"__relinterp_fallback", inv.Fallback},
	} {
		if v.value != "" {
			text += fmt.Sprintf("__attribute__((visibility(\"hidden\"))) const char %s[] = %s;\n", v.symbol, cString(v.value))
		}
	}
	source, object := tmpDir+"/names.c", tmpDir+"/names.o"
	plan.TmpDir = tmpDir
	plan.Files = append(plan.Files, File{source, text})
	plan.Steps = append(plan.Steps, Step{
		Path: tc.Path,
		Argv: concat(tc.Compiler, musl(tc), []string{"-fPIC", "-c", source, "-o", object}),
	})
	return object
}

// cString writes a string for C; three octal digits end by themselves.
func cString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?' {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
