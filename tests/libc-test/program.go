// Package libctest builds C programs in every mode in which a program can find its loader, runs
// them and compares what happened: musl's own libc-test where there is a checkout of it, and the
// probes beside this file.
//
// Data flow: a checkout or probes/ -> []Program; with a Toolchain -Build-> a tree a mode;
// -Run-> Report; -Judge-> what differs, what was not expected; -> text, JUnit XML, JSON, docs.
package libctest

import "path"

// Program is one test: what it is made of and how it is run.
type Program struct {
	Name      string   // folder/name, unique; also its place in a tree
	About     string   // what it asserts; probes have it
	Sources   []Source // in the order of linking
	LDFlags   []string
	LDLibs    []string
	Libraries []Library // made beside the program, before it
	// Static says in which of the two ways it can be linked.
	Static, Dynamic bool
	// NoRetrofit says that it asserts what relinterp-patch does not give.
	NoRetrofit bool
	// StaticExtra is linked in where there are no shared libraries.
	StaticExtra []Source
	// RefusesLink says that it must not link: the test is that, and nothing runs.
	RefusesLink bool

	Wrap  []string // words before the program, as of setarch(8)
	Args  []string
	Env   []string
	Stack uint64 // RLIMIT_STACK in bytes, 0 = as it is
	// TreeAs is the name, in the folder where it runs, of a link to the tree of its mode; or "".
	TreeAs string
	// SameOutput says that standard output must be the same in every mode.
	SameOutput bool
}

// Source is a file and what it is compiled with.
type Source struct {
	Path   string // absolute
	CFlags []string
}

// Library is a shared library that lies beside the programs of its folder.
type Library struct {
	Name    string // file name
	Sources []Source
	LDFlags []string
	// Needs are libraries of the same folder that it is linked with, by file name.
	Needs []string
	// Linked says that the program is linked with it; else it is there for dlopen.
	Linked bool
}

// folder is the program's folder in a tree.
func (p Program) folder() string { return path.Dir(p.Name) }
