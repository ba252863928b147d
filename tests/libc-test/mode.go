package libctest

import (
	"fmt"
	"slices"
	"strings"
)

// Mode is a way in which a program finds its loader.
type Mode string

// The modes, in the order of the table's columns.
const (
	Interp    Mode = "pt-interp" // the comparison: the kernel starts the loader
	Relinterp Mode = "relinterp" // musl-cc -relinterp=portable
	Plain     Mode = "plain"     // the specs or configuration file alone, without musl-cc
	Retrofit  Mode = "retrofit"  // pt-interp's executable, patched by relinterp-patch
	Static    Mode = "static"    // no loader at all: the control
)

// Modes are all of them.
var Modes = []Mode{Interp, Relinterp, Plain, Retrofit, Static}

// Link is how programs of the mode are linked: dynamic or static.
func (m Mode) Link() string {
	if m == Static {
		return "static"
	}
	return "dynamic"
}

// has says whether a program exists in the mode.
func (p Program) has(m Mode) bool {
	switch m {
	case Static:
		return p.Static
	case Retrofit:
		return p.Dynamic && !p.NoRetrofit
	}
	return p.Dynamic
}

// ParseModes reads a list as of -modes; the result is in the table's order.
func ParseModes(list string) ([]Mode, error) {
	names := strings.Split(list, ",")
	for _, name := range names {
		if !slices.Contains(Modes, Mode(name)) {
			return nil, fmt.Errorf("no mode %q; the modes are %v", name, Modes)
		}
	}
	return slices.DeleteFunc(slices.Clone(Modes), func(m Mode) bool { return !slices.Contains(names, string(m)) }), nil
}
