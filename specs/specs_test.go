package specs

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"relinterp/internal/arch"
)

// of gives a row of the table.
func of(t *testing.T, name string) arch.Arch {
	t.Helper()
	a, ok := arch.Lookup(name)
	assert.True(t, ok, name)
	return a
}

// A word in angle brackets that nothing replaces would be handed to a compiler.
func TestNothingIsLeftOpen(t *testing.T) {
	for _, a := range arch.All() {
		for name, text := range Files(a) {
			assert.NotRegexp(t, `<[A-Z_]+>`, strings.ReplaceAll(string(text), "<CFGDIR>", ""), name)
		}
		for name, text := range Share(a) {
			assert.NotRegexp(t, `<[A-Z_]+>`, string(text), name)
		}
	}
}

func TestForeignProgramsRunUnderQemu(t *testing.T) {
	name := "aarch64"
	if host, _ := arch.Host(); host.Name == name {
		name = "x86_64"
	}
	files := Share(of(t, name))
	assert.Contains(t, string(files["musl-cc.cmake"]), "qemu-"+name+";-L;")
	assert.Contains(t, string(files["musl-cc.meson"]), "exe_wrapper = 'qemu-"+name+"'")
	assert.Contains(t, Config(Clang, of(t, name), "/d"), "-fuse-ld=lld")
	host, _ := arch.Host()
	assert.NotContains(t, Config(Clang, host, "/d"), "-fuse-ld=lld")
}

func TestFilesNameTheArchitecture(t *testing.T) {
	for name, text := range Files(of(t, "aarch64")) {
		assert.NotContains(t, string(text), "<ARCH>", name)
		assert.NotContains(t, string(text), "x86_64", name)
	}
	assert.Contains(t, string(Files(of(t, "aarch64"))[GCC]), "../../aarch64-linux-musl/include%s")
	assert.Contains(t, string(Share(of(t, "aarch64"))["musl-cc.meson"]), "cpu = 'aarch64'")
}

func TestFilesHoldNoAbsolutePath(t *testing.T) {
	for name, text := range Files(of(t, "x86_64")) {
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "/*") {
				continue
			}
			assert.NotRegexp(t, `(^|[ =,])/(usr|lib|opt|home|tmp)`, line, name)
		}
	}
}

func TestConfigFollowsTheFileItNames(t *testing.T) {
	args := Config(ClangRelinterp, of(t, "x86_64"), "/d/lib")
	assert.Equal(t, "--target=x86_64-linux-musl", args[0], "musl.cfg comes first")
	assert.Contains(t, args, "--sysroot=/d/lib/..")
	assert.Contains(t, args, "-B/d/lib/relinterp")
	for _, a := range args {
		assert.NotContains(t, a, "<CFGDIR>")
		assert.NotContains(t, a, "#")
	}
}
