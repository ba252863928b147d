package wrapper

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// host is a made-up machine: programs on PATH=/bin, each with the file that it leads to, and a
// toolchain folder /dist.
func host(name string, programs map[string]string, vars ...string) *Env {
	return &Env{
		Name:       name,
		Self:       "/dist/bin/musl-cc",
		Vars:       append([]string{"PATH=/none::/bin"}, vars...),
		TmpDir:     "/tmp/one",
		ReadFile:   files(nil),
		Executable: func(path string) bool { _, ok := programs[strings.TrimPrefix(path, "/bin/")]; return ok },
		Exists:     func(path string) bool { return strings.HasPrefix(path, "/dist/"+hostArch()+"-linux-musl/") },
		RealPath: func(path string) (string, error) {
			if real, ok := programs[strings.TrimPrefix(path, "/bin/")]; ok {
				return real, nil
			}
			return "", os.ErrNotExist
		},
	}
}

var both = map[string]string{"gcc": "/bin/gcc-12", "clang": "/lib/clang-14", "ld": "/bin/ld.bfd", "ccache": "/bin/ccache", "cc": "/lib/clang-14"}

func TestTheNameChoosesTheCompiler(t *testing.T) {
	for name, want := range map[string]string{
		"musl-cc": "gcc", "musl-gcc": "gcc", "musl-clang": "clang", "cc": "gcc", "anything": "gcc",
		hostArch() + "-linux-musl-cc": "gcc", hostArch() + "-linux-musl-clang": "clang",
	} {
		tc, err := Detect(host(name, both), "")
		require.NoError(t, err, name)
		assert.Equal(t, []string{want}, tc.Compiler, name)
		assert.Equal(t, "/bin/"+want, tc.Path)
		assert.Equal(t, want == "clang", tc.Family == Clang)
		assert.Equal(t, "/dist/"+hostArch()+"-linux-musl", tc.Sysroot)
	}
}

func TestMuslCCTakesClangWhereThereIsNoGCC(t *testing.T) {
	tc, err := Detect(host("musl-cc", map[string]string{"clang": "/lib/clang-14"}), "")
	require.NoError(t, err)
	assert.Equal(t, Clang, tc.Family)
}

func TestTheVariableChoosesTheCompiler(t *testing.T) {
	for value, want := range map[string]Family{
		"gcc": GCC, "ccache gcc": GCC, "ccache clang": Clang, "'gcc' -m64": GCC, "cc": Clang, "ccache cc": Clang, "/bin/gcc": GCC,
	} {
		tc, err := Detect(host("musl-cc", both, "MUSL_CC_DRIVER="+value), "")
		require.NoError(t, err, value)
		assert.Equal(t, want, tc.Family, value)
		assert.Equal(t, strings.Fields(strings.ReplaceAll(value, "'", "")), tc.Compiler)
	}
}

func TestALinkCalledGCCThatLeadsToUsIsPassedOver(t *testing.T) {
	_, err := Detect(host("musl-cc", map[string]string{"gcc": "/dist/bin/musl-cc"}), "")
	assert.ErrorContains(t, err, "neither gcc nor clang")
}

func TestWhatIsMissingIsNamedWithItsMend(t *testing.T) {
	for want, env := range map[string]*Env{
		"neither gcc nor clang is on PATH":      host("musl-cc", nil),
		"gcc is not on PATH":                    host("musl-gcc", map[string]string{"clang": "/c"}),
		"clang is not on PATH":                  host("musl-clang", map[string]string{"gcc": "/g"}),
		"nocc is not on PATH":                   host("musl-cc", both, "MUSL_CC_DRIVER=nocc -m64"),
		"MUSL_CC_DRIVER='gcc;rm x' at byte 3":   host("musl-cc", both, "MUSL_CC_DRIVER=gcc;rm x"),
		"MUSL_CC_DRIVER='gcc \"'":               host("musl-cc", both, "MUSL_CC_DRIVER=gcc \""),
		"no musl at /dist/sparc-linux-musl":     host("sparc-linux-musl-gcc", both),
		"MUSL_CC_DRIVER='ccache gcc | tee' at ": host("musl-cc", both, "MUSL_CC_DRIVER=ccache gcc | tee"),
	} {
		_, err := Detect(env, "")
		var user *Error
		require.True(t, errors.As(err, &user), want)
		assert.Contains(t, user.What, want)
		assert.NotEmpty(t, user.Hint)
	}
}

func TestTheLinkerIsKnownByItsFile(t *testing.T) {
	for file, want := range map[string]string{
		"/bin/x86_64-linux-gnu-ld.bfd": "bfd", "/bin/ld.gold": "gold", "/lib/llvm/bin/lld": "lld", "/bin/mold": "mold", "/bin/ld": "bfd",
	} {
		tc, err := Detect(host("musl-cc", map[string]string{"gcc": "/g", "ld": file}), "")
		require.NoError(t, err)
		assert.Equal(t, want, tc.Linker, file)
	}
}

func TestTheCompilerDoesNotSeeTheHostsLibraryPath(t *testing.T) {
	env := host("musl-cc", both, "A=1", "LIBRARY_PATH=/usr/lib", "CPATH=/x")
	assert.Equal(t, []string{"PATH=/none::/bin", "A=1", "CPATH=/x"}, env.childVars(), "the order stays")
}
