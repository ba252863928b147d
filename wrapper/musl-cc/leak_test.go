package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"relinterp/internal/need"
)

// hostFile matches what a compile for musl must never open: the host's headers, and libraries
// and start files that a linker would link. (The compiler's own libraries are loaded by the
// host's ld.so and lie there too: see ownFiles.)
var hostFile = regexp.MustCompile(`^(/usr)?/(local/)?include/|^(/usr)?(/local)?/lib(64|32)?/([^/]*-linux-gnu/)?(lib[^/]*\.(a|so)|[^/]*crt[1in]\.o)|^/etc/ld\.so\.conf`)

var openLine = regexp.MustCompile(`open(?:at)?\((?:AT_FDCWD, )?"([^"]+)", [A-Z_|]+[^)]*\) = (\d+|-1 E[A-Z]+)`)

// opened gives the files that a command and its children opened.
func opened(t *testing.T, dir string, argv ...string) []string {
	t.Helper()
	need.Tool(t, "strace", "strace")
	log := filepath.Join(dir, "strace.log")
	cmd := exec.Command("strace", append([]string{"-f", "-o", log, "-s", "4096", "-e", "trace=open,openat"}, argv...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	text, err := os.ReadFile(log)
	require.NoError(t, err)
	var files []string
	for _, m := range openLine.FindAllStringSubmatch(string(text), -1) {
		if !strings.HasPrefix(m[2], "-1") {
			files = append(files, m[1])
		}
	}
	return files
}

// ownLibrary is a file that ld.so opens to start a program.
var ownLibrary = regexp.MustCompile(`\.so(\.[0-9.]+)?$|/ld\.so\.cache$`)

// ownFiles are the libraries that compiler and linker need to run: what is opened where there is
// nothing to include and nothing to link.
func ownFiles(t *testing.T, dir, driver, linker string) map[string]bool {
	t.Helper()
	own := map[string]bool{}
	for _, line := range []string{"-c -x c /dev/null -o nothing.o", "-fuse-ld=" + linker + " -Wl,--version"} {
		for _, f := range opened(t, dir, append([]string{driver}, strings.Fields(line)...)...) {
			own[f] = ownLibrary.MatchString(f)
		}
	}
	return own
}

func hostFiles(files []string, own map[string]bool) (found []string) {
	for _, f := range files {
		if hostFile.MatchString(filepath.Clean(f)) && !own[f] {
			found = append(found, f)
		}
	}
	return found
}

// leakProgram uses many headers, and a library that needs a library called like one of the host.
func leakProgram(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"z.c":    "int z(void) { return 0; }\n",
		"dep.c":  "int z(void); int dep(void) { return z(); }\n",
		"main.c": "#include <stdio.h>\n#include <stdlib.h>\n#include <math.h>\n#include <pthread.h>\n#include <limits.h>\n#include <stdatomic.h>\n#include <linux/fs.h>\nint dep(void); int main(void) { return dep() + (int)sin(0); }\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

func TestNoFileOfTheHostIsOpened(t *testing.T) {
	bin := filepath.Join(dist(t), "bin")
	for _, cc := range []string{"musl-gcc", "musl-clang"} {
		for _, linker := range []string{"bfd", "gold", "lld", "mold"} {
			t.Run(cc+" "+linker, func(t *testing.T) {
				need.Tool(t, "ld."+linker, map[string]string{"bfd": "binutils", "gold": "binutils", "lld": "lld", "mold": "mold"}[linker])
				dir, driver := leakProgram(t), filepath.Join(bin, cc)
				own := ownFiles(t, dir, driver, linker)
				for _, line := range []string{
					"-shared -fPIC -Wl,-soname,libz.so.1 z.c -o libz.so.1",
					"-shared -fPIC dep.c ./libz.so.1 -o libdep.so",
					"-relinterp main.c -L. -ldep -lm -lpthread -Wl,--allow-shlib-undefined -o app",
					"-static main.c dep.c z.c -lm -o app",
				} {
					files := opened(t, dir, append([]string{driver, "-fuse-ld=" + linker}, strings.Fields(line)...)...)
					assert.NotEmpty(t, files)
					assert.Empty(t, hostFiles(files, own), line)
				}
			})
		}
	}
}

// The same trace of the host's own compiler finds the host's files: the net has no hole.
func TestTheTraceSeesTheHostsFiles(t *testing.T) {
	need.Tool(t, "gcc", "gcc")
	dir := leakProgram(t)
	files := opened(t, dir, "gcc", "main.c", "dep.c", "z.c", "-lm", "-o", "app")
	found := strings.Join(hostFiles(files, ownFiles(t, dir, "gcc", "bfd")), "\n")
	assert.Contains(t, found, "/include/stdio.h")
	assert.Contains(t, found, "libc.so")
	assert.Contains(t, found, "Scrt1.o")
}

func TestALibraryOfTheHostIsNotFound(t *testing.T) {
	if _, err := os.Stat("/usr/include/zlib.h"); err != nil {
		need.Missing(t, "zlib.h", "apt-get install zlib1g-dev")
	}
	dir := leakProgram(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "zlib.c"), []byte("#include <zlib.h>\n"), 0o644))
	for _, cc := range []string{"musl-gcc", "musl-clang"} {
		driver := filepath.Join(dist(t), "bin", cc)
		for _, line := range []string{"-E zlib.c", "z.c -lz -shared", "z.c -lstdc++ -shared", "z.c -latomic -shared"} {
			cmd := exec.Command(driver, strings.Fields(line)...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "LIBRARY_PATH=/usr/lib:/usr/lib/x86_64-linux-gnu")
			out, err := cmd.CombinedOutput()
			assert.Error(t, err, line)
			assert.Regexp(t, "not found|No such file|unable to find", string(out), line)
		}
	}
}
