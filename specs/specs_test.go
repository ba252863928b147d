package specs

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFilesNameTheArchitecture(t *testing.T) {
	for name, text := range Files("aarch64") {
		assert.NotContains(t, string(text), "<ARCH>", name)
		assert.NotContains(t, string(text), "x86_64", name)
	}
	assert.Contains(t, string(Files("aarch64")[GCC]), "../../aarch64-linux-musl/include%s")
	assert.Contains(t, string(Share("aarch64")["musl-cc.meson"]), "cpu = 'aarch64'")
}

func TestFilesHoldNoAbsolutePath(t *testing.T) {
	for name, text := range Files("x86_64") {
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "/*") {
				continue
			}
			assert.NotRegexp(t, `(^|[ =,])/(usr|lib|opt|home|tmp)`, line, name)
		}
	}
}

func TestConfigFollowsTheFileItNames(t *testing.T) {
	args := Config(ClangRelinterp, "x86_64", "/d/lib")
	assert.Equal(t, "--target=x86_64-linux-musl", args[0], "musl.cfg comes first")
	assert.Contains(t, args, "--sysroot=/d/lib/..")
	assert.Contains(t, args, "-B/d/lib/relinterp")
	for _, a := range args {
		assert.NotContains(t, a, "<CFGDIR>")
		assert.NotContains(t, a, "#")
	}
}
