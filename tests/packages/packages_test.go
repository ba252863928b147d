// Package packages builds real packages of the distribution's sources with musl-cc -relinterp,
// each with its own build system, and runs what came of it where it was not built.
package packages

import (
	"debug/elf"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	status := m.Run()
	for _, s := range suites.open {
		if s != nil {
			s.Close()
		}
	}
	os.Exit(status)
}

func TestPackages(t *testing.T) {
	for _, s := range sources {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.test(t, "musl-cc")
		})
	}
}

func TestPackageBuiltByClang(t *testing.T) {
	t.Parallel()
	for _, s := range sources {
		if s.name == "lua5.4" {
			s.test(t, "musl-clang")
		}
	}
}

func (s source) test(t *testing.T, compiler string) {
	bundle := s.bundle(t, compiler)
	t.Run("files", func(t *testing.T) { s.checkFiles(t, bundle) })
	t.Run("moved", func(t *testing.T) {
		p := moved(t, bundle, s.program)
		s.use(p)
		if _, err := os.Stat("/lib/" + loader); err != nil {
			p.refusesOrdinary()
		}
	})
	t.Run("empty root", func(t *testing.T) {
		p := emptyRoot(t, bundle, s.program)
		s.use(p)
		p.refusesOrdinary()
	})
}

// refusesOrdinary starts the same program linked without -relinterp: the kernel finds no interpreter.
func (p *place) refusesOrdinary() {
	p.t.Helper()
	r := p.start(p.inside + "/ordinary/" + p.name)
	if r.Started || !strings.Contains(r.Output, "no such file or directory") {
		p.t.Errorf("the ordinary program: %+v, want it not to start", r)
	}
}

// checkFiles says that the program names no place of this machine, and that all its libraries are there.
func (s source) checkFiles(t *testing.T, bundle string) {
	f := open(t, filepath.Join(bundle, "bin", s.program))
	if hasInterp(f) || !hasInterp(open(t, filepath.Join(bundle, "ordinary", s.program))) {
		t.Error("the ordinary program alone must have PT_INTERP")
	}
	runpath, err := f.DynString(elf.DT_RUNPATH)
	if err != nil || len(runpath) != 1 || slices.ContainsFunc(strings.Split(runpath[0], ":"), func(e string) bool { return !strings.HasPrefix(e, "$ORIGIN") }) {
		t.Errorf("RUNPATH %q, %v; want entries of $ORIGIN alone", runpath, err)
	}
	libraries, _ := filepath.Glob(filepath.Join(bundle, "lib", "*.so*"))
	for _, path := range append(libraries, filepath.Join(bundle, "bin", s.program)) {
		needed, err := open(t, path).ImportedLibraries()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range needed {
			if _, err := os.Stat(filepath.Join(bundle, "lib", name)); err != nil && name != "libc.so" {
				t.Errorf("%s needs %s, which the bundle lacks", path, name)
			}
		}
	}
}

func open(t *testing.T, path string) *elf.File {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func hasInterp(f *elf.File) bool {
	return slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
}

func TestVersionWithoutPinSaysWhereToAddIt(t *testing.T) {
	err := unpinned("gawk", []string{"1:9.9-1"})
	if want := "no pin for gawk 1:9.9-1; add the sha256 of its .orig tarball to tests/packages/table_test.go"; err.Error() != want {
		t.Errorf("got %v", err)
	}
}
