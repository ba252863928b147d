package wrapper

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"relinterp/internal/arch"
	"relinterp/specs"
)

var update = flag.Bool("update", false, "write testdata/plans.txt anew")

// plan gives what -### would print for a call on the made-up machine, or the error.
func plan(name, line string) string {
	env := host(name, both)
	inv, err := Parse(Scan(strings.Fields(strings.ReplaceAll(line, "ARCH", hostArch())), env.ReadFile))
	if err != nil {
		return err.Error() + "\n"
	}
	tc, err := Detect(env, inv.Target)
	if err != nil {
		return err.Error() + "\n"
	}
	p, err := NewPlan(inv, tc, env.TmpDir)
	if err != nil {
		return " error: " + err.Error() + "\n"
	}
	text := strings.ReplaceAll(p.String()+p.Print, hostArch(), "ARCH")
	for _, w := range p.Warnings {
		text += " warning: " + strings.ReplaceAll(w, hostArch(), "ARCH") + "\n"
	}
	return text
}

// testdata/plans.txt holds calls, each behind "$ ", and their plans. -update writes it anew.
func TestPlans(t *testing.T) {
	const golden = "testdata/plans.txt"
	text, err := os.ReadFile(golden)
	require.NoError(t, err)
	var now strings.Builder
	for _, block := range strings.SplitAfter(string(text), "\n") {
		call, ok := strings.CutPrefix(block, "$ ")
		switch {
		case ok:
			name, line, _ := strings.Cut(strings.TrimSpace(call), " ")
			now.WriteString(block + plan(name, line))
		case strings.HasPrefix(block, "#"), block == "\n":
			now.WriteString(block)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(now.String()), 0o644))
		return
	}
	assert.Equal(t, string(text), now.String(), "go test ./wrapper -run TestPlans -update")
}

func TestAPlanReadsBackAsShellWords(t *testing.T) {
	for word, want := range map[string]string{"a.c": "a.c", "": "''", "a b": "'a b'", "$ORIGIN": "'$ORIGIN'", "it's": `'it'\''s'`, "~": "'~'"} {
		assert.Equal(t, want, quote(word))
	}
}

func TestOurWordsNeverBecomeAMissingValue(t *testing.T) {
	for _, name := range []string{"musl-gcc", "musl-clang"} {
		text := plan(name, "-relinterp a.c -o")
		assert.True(t, strings.HasSuffix(text, " -o\n"), text)
	}
}

func TestAColonInTheToolchainFolderIsSaid(t *testing.T) {
	tc := &Toolchain{Arch: arch.Arch{Name: "x86_64"}, Sysroot: "/a:b/x86_64-linux-musl", Compiler: []string{"gcc"}, Linker: "bfd"}
	p, err := NewPlan(parse(t, "-relinterp a.c"), tc, "/tmp/one")
	require.NoError(t, err)
	assert.Contains(t, p.Warnings[0], "colon")
	assert.NotContains(t, p.String(), "lib:/a:b")
}

func TestCStringHoldsAnyBytes(t *testing.T) {
	assert.Equal(t, `"ld\134\042\077\0121\303\251"`, cString("ld\\\"?\n1é"))
}

// The file for plain clang and the driver say the same to clang and to GNU ld.
func TestTheConfigurationFileSaysWhatTheDriverSays(t *testing.T) {
	machine, _ := arch.Lookup("x86_64")
	tc := &Toolchain{Arch: machine, Sysroot: "/d", Compiler: []string{"clang"}, Family: Clang, Linker: "bfd"}
	p, err := NewPlan(parse(t, "-relinterp=portable a.c"), tc, "/tmp/one")
	require.NoError(t, err)
	drop := map[string]bool{"clang": true, "a.c": true, "--start-no-unused-arguments": true, "--end-no-unused-arguments": true}
	var driver []string
	for _, w := range plainWords(p.Steps[0].Argv) {
		if !drop[w] {
			driver = append(driver, w)
		}
	}
	assert.Equal(t, plainWords(specs.Config(specs.ClangRelinterp, machine, "/d/lib")), driver)
	assert.Contains(t, string(specs.Files(machine)[specs.GCC]), "-rpath "+DefaultRunpath+"}")
}

// plainWords takes the wrapping for the linker off.
func plainWords(argv []string) (out []string) {
	for _, w := range argv {
		if list, ok := strings.CutPrefix(w, "-Wl,"); ok {
			out = append(out, strings.Split(list, ",")...)
		} else if w != "-Xlinker" {
			out = append(out, w)
		}
	}
	return out
}
