package libctest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"relinterp/internal/arch"
)

// Toolchain is how one compiler makes programs for one architecture.
type Toolchain struct {
	Name    string // gcc or clang
	Version string // the compiler's own first line
	Arch    string // musl's name of the architecture
	Musl    string // version of musl
	Loader  string // file name of the loader
	Libc    string // the file that becomes the loader
	Driver  []string
	// Relinterp is put before everything else where a program of that mode is linked; Plain is the
	// whole compiler of that mode.
	Relinterp []string
	Plain     []string
	// Patch is relinterp-patch, or nil where there is none.
	Patch []string
	// Runner is put before a program that is run, as qemu-user is.
	Runner []string
	// Env is added to every compiler's environment.
	Env []string
}

// NewToolchain gives the toolchain of a compiler in a folder as `go tool mage build` leaves it, for an
// architecture by musl's name. patch is relinterp-patch or "".
func NewToolchain(dist, compiler, name, patch string) (*Toolchain, error) {
	if compiler != "gcc" && compiler != "clang" {
		return nil, fmt.Errorf("no compiler %q; the compilers are gcc and clang", compiler)
	}
	dist, err := filepath.Abs(dist)
	if err != nil {
		return nil, err
	}
	a, known := arch.Lookup(name)
	if !known {
		return nil, fmt.Errorf("no machine %q; the machines are %s", name, strings.Join(arch.Names(), ", "))
	}
	d := filepath.Join(dist, a.Folder())
	t := &Toolchain{
		Name: compiler, Arch: a.Name, Loader: a.Musl, Libc: filepath.Join(d, "lib", "libc.so"),
		Driver: []string{filepath.Join(dist, "bin", a.Folder()+"-"+compiler)}, Relinterp: []string{"-relinterp=portable"},
		Plain: plainWords(compiler, a, d),
	}
	for _, path := range []string{t.Driver[0], t.Libc} {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("no toolchain for %s in %s (%w); run: ARCH=%s go tool mage build", name, dist, err, name)
		}
	}
	if patch != "" {
		t.Patch = []string{patch}
	}
	if t.Version = firstLine(exec.Command(t.Driver[0], "--version")); t.Version == "" {
		return nil, fmt.Errorf("no compiler behind %s; run: apt-get install %s", t.Driver[0], compiler)
	}
	t.Musl = muslVersion(t.Libc)
	return t, nil
}

// plainWords are the words of docs/without-go.md for a linked program.
func plainWords(compiler string, a arch.Arch, d string) []string {
	if compiler == "clang" {
		return []string{"clang", "--config", filepath.Join(d, "lib", "relinterp.cfg")}
	}
	gcc := "gcc"
	if host, _ := arch.Host(); a.Name != host.Name {
		gcc = a.GNU + "-gcc"
	}
	return []string{gcc, "-specs=" + filepath.Join(d, "lib", "relinterp.specs"), "-B" + filepath.Join(d, "lib") + "/", "--sysroot=" + d, "-relinterp"}
}

// compile gives the words that compile a source file. Its objects serve every mode.
func (t *Toolchain) compile(out string, s Source, pic bool) []string {
	words := append(slices.Clone(t.Driver), s.CFlags...)
	if pic {
		words = append(words, "-fPIC", "-DSHARED")
	}
	return append(words, "-c", "-o", out, s.Path)
}

// link gives the words before a program's own for a mode. tree is where the mode's programs lie.
func (t *Toolchain) link(m Mode, tree string) []string {
	switch m {
	case Interp:
		return append(slices.Clone(t.Driver), "-Wl,--dynamic-linker="+filepath.Join(tree, "lib", t.Loader))
	case Relinterp:
		return append(slices.Clone(t.Driver), t.Relinterp...)
	case Plain:
		return slices.Clone(t.Plain)
	case Static:
		return append(slices.Clone(t.Driver), "-static")
	}
	panic(fmt.Sprintf("mode %s is not linked", m))
}

// shared gives the words before a shared library's own.
func (t *Toolchain) shared() []string { return append(slices.Clone(t.Driver), "-shared") }
