package wrapper

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"relinterp/internal/arch"
)

// other is a machine that this one is not.
func other() arch.Arch {
	name := "aarch64"
	if hostArch() == name {
		name = "x86_64"
	}
	a, _ := arch.Lookup(name)
	return a
}

// crossed is the made-up machine with another machine's musl.
func crossed(name string, programs ...string) *Env {
	list := map[string]string{}
	for _, p := range programs {
		list[p] = "/bin/" + p
	}
	env := host(name, list)
	env.Exists = func(path string) bool { return strings.HasPrefix(path, "/dist/") }
	return env
}

func TestTheMachineComesFromTheNameOrTheTarget(t *testing.T) {
	a := other()
	gcc := a.GNU + "-gcc"
	for _, c := range []struct{ name, target, want string }{
		{a.Folder() + "-cc", "", gcc},
		{a.Folder() + "-gcc", "", gcc},
		{a.Folder() + "-clang", "", "clang"},
		{"musl-cc", a.Triple, gcc},
		{"musl-gcc", a.Triple, gcc},
		{"musl-clang", a.Triple, "clang"},
		{"musl-clang", a.Name + "-unknown-linux-musl", "clang"},
	} {
		tc, err := Detect(crossed(c.name, gcc, "gcc", "clang", "ld.lld"), c.target)
		require.NoError(t, err, c.name)
		assert.Equal(t, []string{c.want}, tc.Compiler, "%+v", c)
		assert.Equal(t, "/dist/"+a.Folder(), tc.Sysroot, "%+v", c)
	}
}

func TestATargetOfAnotherKindChangesNothing(t *testing.T) {
	for _, target := range []string{"bpf", "aarch64-linux-gnu", "wasm32-unknown-unknown"} {
		tc, err := Detect(crossed("musl-clang", "clang"), target)
		require.NoError(t, err)
		assert.Equal(t, hostArch(), tc.Arch.Name, target)
	}
}

func TestATargetThatWasObeyedIsGone(t *testing.T) {
	a := other()
	triple := a.Name + "-unknown-linux-musl"
	for name, vars := range map[string][]string{"musl-gcc": nil, "musl-clang": nil, "musl-cc": {DriverVar + "=clang"}, "cc": {DriverVar + "=gcc"}} {
		env := crossed(name, a.GNU+"-gcc", "gcc", "clang", "ld.lld")
		env.Vars = append(env.Vars, vars...)
		tc, err := Detect(env, triple)
		require.NoError(t, err)
		p, err := NewPlan(parse(t, "--target="+triple+" -target "+triple+" -c a.c"), tc, "/tmp/one")
		require.NoError(t, err)
		assert.Equal(t, name == "cc", strings.Contains(p.String(), triple), name) // a gcc that the user named complains itself
	}
}

func TestClangLinksAnotherMachineWithALinkerThatKnowsIt(t *testing.T) {
	a := other()
	for linkers, want := range map[string]string{
		"ld ld.lld " + a.GNU + "-ld": "-Xlinker --dynamic-linker=",
		"ld " + a.GNU + "-ld":        "--ld-path=/bin/" + a.GNU + "-ld",
	} {
		tc, err := Detect(crossed(a.Folder()+"-clang", append(strings.Fields(linkers), "clang")...), "")
		require.NoError(t, err)
		p, err := NewPlan(parse(t, "-relinterp=portable a.c"), tc, "/tmp/one")
		require.NoError(t, err)
		assert.Contains(t, p.String(), want, linkers)
		p, err = NewPlan(parse(t, "-fuse-ld=mold a.c"), tc, "/tmp/one")
		require.NoError(t, err)
		assert.NotContains(t, p.String(), "--ld-path", "the user has chosen")
	}
}

func TestMuslOfAnotherMachineIsMissing(t *testing.T) {
	a := other()
	_, err := Detect(host(a.Folder()+"-gcc", both), "")
	require.ErrorContains(t, err, "no musl at /dist/"+a.Folder())
	assert.Contains(t, err.(*Error).Hint, "ARCH="+a.Name+" go tool mage build")
	_, err = Detect(crossed(a.Folder()+"-cc"), "")
	require.ErrorContains(t, err, "neither "+a.GNU+"-gcc nor clang")
	assert.Contains(t, err.(*Error).Hint, "apt-get install "+a.GCCPackage())
}
