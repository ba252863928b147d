package wrapper

import (
	"fmt"
	"strings"
)

const entryObject = "relinterp.o"

// own says whether the option is ours, and so not for the compiler.
func (a *Arg) own() bool { return a.Row != nil && a.Row.Means >= Relinterp }

// readOwn reads one of our own options and refuses a value that cannot work.
func (inv *Invocation) readOwn(arg *Arg) error {
	word := arg.Words[0].Text
	switch arg.Row.Means {
	case Relinterp:
		mode, ok := map[string]Mode{"": InPlace, "=portable": Portable, "=no": Off}[arg.Value]
		if !ok {
			return &Error{"unknown option " + word,
				"use -relinterp, -relinterp=portable, -relinterp=no, -relinterp-runpath=LIST, -relinterp-loader=NAME or -relinterp-fallback=/PATH"}
		}
		inv.Mode = mode
	case Runpath:
		inv.Runpath = arg.Value
		return checkRunpath(arg.Value)
	case Loader:
		inv.Loader = arg.Value
		return checkLoader(arg.Value)
	case Fallback:
		inv.Fallback = arg.Value
		return checkFallback(arg.Value)
	}
	return nil
}

// checkRunpath refuses what the loader would skip or what would follow the current directory.
func checkRunpath(list string) error {
	for _, entry := range strings.Split(list, ":") {
		rest := strings.ReplaceAll(strings.ReplaceAll(entry, "${ORIGIN}", ""), "$ORIGIN", "")
		switch {
		case entry == "":
			return &Error{fmt.Sprintf("-relinterp-runpath=%s has an empty entry, which would mean the current directory", list),
				"name each folder, as in '-relinterp-runpath=" + DefaultRunpath + "'"}
		case strings.Contains(rest, "$"):
			return &Error{fmt.Sprintf("-relinterp-runpath: %q holds a variable other than $ORIGIN; the loader would skip the whole list", entry),
				"use $ORIGIN or a folder's own name, and quote it for the shell"}
		case entry[0] != '/' && entry[0] != '$':
			return &Error{fmt.Sprintf("-relinterp-runpath: %q would depend on the current directory", entry),
				fmt.Sprintf("write '$ORIGIN/%s', in single quotes, or an absolute folder", entry)}
		}
	}
	return nil
}

const (
	nameMax = 255
	pathMax = 4095
)

func checkLoader(name string) error {
	const hint = "give the name alone, as in -relinterp-loader=ld-musl-x86_64.so.1; folders come from -relinterp-runpath="
	switch {
	case name == "" || name == "." || name == "..":
		return &Error{fmt.Sprintf("-relinterp-loader=%s names no file", name), hint}
	case strings.Contains(name, "/"):
		return &Error{fmt.Sprintf("-relinterp-loader=%s is a path", name), hint}
	case len(name) > nameMax:
		return &Error{fmt.Sprintf("-relinterp-loader: the name has %d bytes, more than %d", len(name), nameMax), hint}
	}
	return nil
}

func checkFallback(path string) error {
	const hint = "give the loader's whole path, as in -relinterp-fallback=/lib/ld-musl-x86_64.so.1"
	switch {
	case !strings.HasPrefix(path, "/"):
		return &Error{fmt.Sprintf("-relinterp-fallback=%s is not an absolute path", path), hint}
	case len(path) > pathMax:
		return &Error{fmt.Sprintf("-relinterp-fallback: the path has %d bytes, more than %d", len(path), pathMax), hint}
	}
	return nil
}
