package wrapper

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/mattn/go-shellwords"

	"relinterp/internal/arch"
)

// Family is the grammar that a compiler speaks.
type Family uint8

// The families.
const (
	GCC Family = iota
	Clang
)

// Toolchain is the compiler behind us, and the musl folder beside us.
type Toolchain struct {
	Arch     arch.Arch
	Sysroot  string   // absolute: <dist>/<arch>-linux-musl
	Compiler []string // the words of the call: "ccache", "gcc"
	Path     string   // the file to execute for the first word
	Family   Family
	Linker   string // bfd, gold, lld or mold: what the compiler takes without -fuse-ld
	// TookTarget says that --target= chose this machine, and so is not for the compiler.
	TookTarget bool
	// LinkWith is what makes the compiler take that linker, where it would take another machine's.
	LinkWith []string
}

// Lib gives the folder of start files and libraries.
func (tc *Toolchain) Lib() string { return tc.Sysroot + "/lib" }

// DriverVar names the variable that chooses the compiler, with launchers and options.
const DriverVar = "MUSL_CC_DRIVER"

// Detect finds the musl folder from our own place, and the compiler from our name, MUSL_CC_DRIVER
// and PATH. target is the value of --target=, which names the machine where it is one with Linux and
// musl. It starts no process.
func Detect(env *Env, target string) (*Toolchain, error) {
	machine, kind := readName(env.Name)
	a, took := arch.OfTriple(target)
	if took {
		machine = a
	}
	dist := filepath.Dir(filepath.Dir(env.Self))
	tc := &Toolchain{Arch: machine, Sysroot: filepath.Join(dist, machine.Folder())}
	if !env.Exists(tc.Lib() + "/libc.so") {
		build := "go tool mage build"
		if machine.Name != hostArch() {
			build = "ARCH=" + machine.Name + " " + build
		}
		return nil, &Error{"no musl at " + tc.Sysroot + ": lib/libc.so is missing",
			"run '" + build + "' in the source folder and call its dist/bin/" + env.Name + ", or link to that; a copied driver finds nothing"}
	}
	words, err := chooseCompiler(env, machine, kind)
	if err != nil {
		return nil, err
	}
	tc.Compiler = words
	path, ok := env.Look(words[0])
	if !ok {
		return nil, &Error{fmt.Sprintf("no compiler: %s is not on PATH", words[0]), "install it, as in 'apt-get install gcc', or name another one in " + DriverVar}
	}
	tc.Path = path
	tc.Family = familyOf(env, words)
	// A gcc that the user named may be made for any machine: it shall complain itself.
	tc.TookTarget = took && (tc.Family == Clang || strings.TrimSpace(env.Get(DriverVar)) == "")
	tc.Linker = defaultLinker(env)
	if machine.Name != hostArch() {
		tc.findLinker(env)
	}
	return tc, nil
}

// findLinker chooses the linker for another machine. gcc made for it brings its own; clang would
// take this machine's.
func (tc *Toolchain) findLinker(env *Env) {
	tc.Linker = "bfd"
	if tc.Family == GCC {
		return
	}
	if tc.Arch.BFD { // whose linker lies in the folder of gcc's files
		return
	}
	if _, ok := env.Look("ld.lld"); ok { // which the configuration file names
		tc.Linker = "lld"
	} else if path, ok := env.Look(tc.Arch.GNU + "-ld"); ok {
		tc.LinkWith = []string{"--ld-path=" + path}
	}
}

// readName takes the architecture and the kind of compiler ("cc", "gcc", "clang") from the name
// that we were called by. Any other name means musl-cc.
func readName(name string) (machine arch.Arch, kind string) {
	machine, ok := arch.Lookup(hostArch())
	if !ok {
		machine.Name = hostArch()
	}
	kind = "cc"
	if i := strings.LastIndexByte(name, '-'); i > 0 && strings.Contains(name[:i], "-linux-musl") {
		if machine, ok = arch.OfTriple(name[:i]); !ok {
			machine.Name, _, _ = strings.Cut(name, "-")
		}
		name = name[i+1:]
	}
	switch strings.TrimPrefix(name, "musl-") {
	case "gcc":
		kind = "gcc"
	case "clang":
		kind = "clang"
	}
	return machine, kind
}

// hostArch is musl's name for the architecture that we run on.
func hostArch() string {
	if a, ok := arch.Host(); ok {
		return a.Name
	}
	return runtime.GOARCH
}

// chooseCompiler gives the words of the compiler's call.
func chooseCompiler(env *Env, machine arch.Arch, kind string) ([]string, error) {
	if value := env.Get(DriverVar); strings.TrimSpace(value) != "" {
		return parseDriver(value)
	}
	gcc, pkg := "gcc", "gcc"
	if machine.Name != hostArch() {
		gcc, pkg = machine.GNU+"-gcc", machine.GCCPackage()
	}
	if kind == "clang" {
		return []string{"clang"}, nil
	}
	_, haveGCC := env.Look(gcc)
	if kind == "gcc" || haveGCC {
		return []string{gcc}, nil
	}
	if _, ok := env.Look("clang"); ok {
		return []string{"clang"}, nil
	}
	return nil, &Error{"no compiler: neither " + gcc + " nor clang is on PATH", "install one, as in 'apt-get install " + pkg + "', or name one in " + DriverVar}
}

// parseDriver splits the value of MUSL_CC_DRIVER like a shell. The parser stops without an error
// at what a shell would act on (; & | < >), and so the place where it stopped is looked at.
func parseDriver(value string) ([]string, error) {
	parser := shellwords.NewParser()
	words, err := parser.Parse(value)
	if err == nil && parser.Position == -1 && len(words) > 0 {
		return words, nil
	}
	where := ""
	if err == nil && parser.Position >= 0 {
		where = fmt.Sprintf(" at byte %d", parser.Position)
	}
	return nil, &Error{fmt.Sprintf("cannot read %s='%s'%s", DriverVar, value, where),
		`give a compiler with its launchers and options, as in MUSL_CC_DRIVER="ccache gcc"; it is not run by a shell`}
}

// familyOf tells gcc from clang by name: by the words themselves (ccache gcc), else by the file
// that the first word leads to (cc).
func familyOf(env *Env, words []string) Family {
	for _, w := range words {
		base := filepath.Base(w)
		switch {
		case strings.HasPrefix(base, "-"):
		case strings.Contains(base, "clang"):
			return Clang
		case strings.Contains(base, "gcc"):
			return GCC
		}
	}
	last := words[0]
	for _, w := range words {
		if !strings.HasPrefix(w, "-") {
			last = w
		}
	}
	if path, ok := env.Look(last); ok {
		if real, err := env.RealPath(path); err == nil && strings.Contains(filepath.Base(real), "clang") {
			return Clang
		}
	}
	return GCC
}

// defaultLinker says what `ld` is on this machine.
func defaultLinker(env *Env) string {
	path, ok := env.Look("ld")
	if !ok {
		return "bfd"
	}
	if real, err := env.RealPath(path); err == nil {
		path = real
	}
	return linkerOf(path)
}

// linkerOf tells a linker by the name of its file or by the value of -fuse-ld.
func linkerOf(name string) string {
	base := filepath.Base(name)
	for _, l := range []string{"gold", "lld", "mold"} {
		if strings.Contains(base, l) {
			return l
		}
	}
	return "bfd"
}
