package arch

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"relinterp/internal/crt"
	"relinterp/internal/need"
)

// object compiles the entry object, as the build does, with the machine's compiler.
func (m machine) object(t *testing.T, more ...string) string {
	t.Helper()
	return m.objectFrom(t, filepath.Join(need.Top(), "crt"), more...)
}

func (m machine) objectFrom(t *testing.T, dir string, more ...string) string {
	t.Helper()
	cc := []string{m.GNU + "-gcc"}
	if m.compiler == "clang" {
		cc = append([]string{"clang", "--target=" + m.GNU}, m.Clang...)
	}
	out := filepath.Join(t.TempDir(), "relinterp.o")
	args := append(slices.Concat(cc[1:], m.Object, m.ABI), crt.ObjectArgs(m.compiler == "clang", "-Oz", dir, out)...)
	if text, err := exec.Command(cc[0], append(args, more...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, text)
	}
	return out
}

// byHand links a program with an entry object of the test's own in place of the toolchain's.
func (m machine) byHand(t *testing.T, object, source string, words ...string) string {
	t.Helper()
	words = append([]string{source, "-nostartfiles", object, m.lib(t, "crti.o"), m.lib(t, "crtn.o")}, words...)
	return m.compile(t, "app", append(words, "-relinterp=portable")...)
}

func TestObjectOfEitherCompiler(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		for _, size := range []string{"-Oz", "-O2", "-O0"} {
			works(t, m.app(t, m.folder(t, m.byHand(t, m.object(t, size), "hello.c"))), "hello\n")
		}
	})
}

// A program without .dynamic: the entry object sees it and goes on to libc.
func TestObjectInAStaticProgram(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		app := m.compile(t, "app", "hello.c", "-static", "-nostartfiles", m.object(t), m.lib(t, "crti.o"), m.lib(t, "crtn.o"))
		works(t, m.app(t, m.folder(t, app)), "hello\n")
	})
}

// arm has two instruction sets; the loader here is in Thumb.
func TestObjectInEitherInstructionSet(t *testing.T) {
	t.Parallel()
	for _, compiler := range compilers {
		for _, set := range []string{"-marm", "-mthumb"} {
			t.Run(compiler+set, func(t *testing.T) {
				t.Parallel()
				m := one(t, "arm")
				m.compiler = compiler
				m.need(t)
				works(t, m.app(t, m.folder(t, m.byHand(t, m.object(t, set), "hello.c"))), "hello\n")
			})
		}
	}
}
