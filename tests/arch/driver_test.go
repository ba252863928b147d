package arch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
)

// driver runs a driver of the toolchain folder in testdata/ and gives its output.
func driver(t *testing.T, name string, words ...string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(need.Dist(t), "bin", name), words...)
	cmd.Dir = "testdata"
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, text)
	}
	return string(text)
}

func TestTargetOptionChoosesTheMachine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		vendor := strings.Replace(m.Triple, "-linux", "-unknown-linux", 1)
		for _, words := range [][]string{{"--target=" + m.Triple}, {"--target=" + vendor}, {"-target", m.Triple}} {
			app := filepath.Join(t.TempDir(), "app")
			driver(t, "musl-"+m.compiler, append(words, "-relinterp", "hello.c", "-o", app)...)
			works(t, m.run(t, start{argv: []string{app}}), "hello\n") // in place: the toolchain's own loader
			if got := driver(t, "musl-"+m.compiler, append(words, "-dumpmachine")...); got != m.Triple+"\n" {
				t.Errorf("%v: -dumpmachine says %q", words, got)
			}
		}
	})
}

func TestEitherLinkerIsFound(t *testing.T) {
	t.Parallel()
	need.Tool(t, "mold", "mold")
	need.Tool(t, "ld.lld", "lld")
	each(t, func(t *testing.T, m machine) {
		for _, linker := range []string{"lld", "mold"} {
			if m.BFD || m.Name == "powerpc64le" && linker == "mold" { // mold 1.10 does not know R_PPC64_REL32
				continue
			}
			works(t, m.app(t, m.folder(t, m.program(t, "hello.c", "-fuse-ld="+linker))), "hello\n")
		}
	})
}

// The stack protector of i386 calls a function of the program's own.
func TestStackProtectorLinks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m machine) {
		for _, words := range [][]string{{"-fstack-protector-all"}, {"-fstack-protector-all", "-static"}} {
			works(t, m.app(t, m.folder(t, m.program(t, "hello.c", words...))), "hello\n")
		}
	})
}

const cmakeLists = `cmake_minimum_required(VERSION 3.16)
project(own C)
try_run(RAN COMPILED ${CMAKE_BINARY_DIR}/t ${CMAKE_SOURCE_DIR}/hello.c RUN_OUTPUT_VARIABLE SAID)
if(NOT RAN EQUAL 0 OR NOT SAID STREQUAL "hello\n")
  message(FATAL_ERROR "it ran: ${RAN}, said ${SAID}")
endif()
add_executable(app hello.c)
`

// The checks of a cross build run their programs under qemu.
func TestCMakeToolchainFile(t *testing.T) {
	t.Parallel()
	need.Tool(t, "cmake", "cmake")
	need.Tool(t, "make", "make")
	m := one(t, "aarch64")
	dir := t.TempDir()
	clone(t, "testdata/hello.c", filepath.Join(dir, "hello.c"))
	if err := os.WriteFile(filepath.Join(dir, "CMakeLists.txt"), []byte(cmakeLists), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(need.Dist(t), m.Folder(), "share/relinterp/musl-cc.cmake")
	for _, words := range [][]string{{"-S", dir, "-B", dir + "/out", "-DCMAKE_TOOLCHAIN_FILE=" + file, "-DRELINTERP=ON"}, {"--build", dir + "/out"}} {
		if text, err := exec.Command("cmake", words...).CombinedOutput(); err != nil {
			t.Fatalf("cmake %v: %v\n%s", words, err, text)
		}
	}
	works(t, m.run(t, start{argv: []string{dir + "/out/app"}}), "hello\n")
}
