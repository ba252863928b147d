package wrapper

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, line string) *Invocation {
	t.Helper()
	inv, err := Parse(Scan(words(line), files(nil)))
	require.NoError(t, err)
	return inv
}

func TestOnlyADynamicExecutableHasAnInterpreter(t *testing.T) {
	for line, want := range map[string][2]bool{ // gcc, clang
		"a.c":                       {true, true},
		"a.c -no-pie":               {true, true},
		"-pie a.o -lx":              {true, true},
		"-xc -":                     {true, true},
		"-Wl,a.o":                   {true, true},
		"-l x":                      {true, true},
		"a.c -c":                    {false, false},
		"a.c -S":                    {false, false},
		"a.c -E":                    {false, false},
		"a.c -M":                    {false, false},
		"a.c -MM":                   {false, false},
		"a.c -MD -MF d":             {true, true},
		"a.c -fsyntax-only":         {false, false},
		"a.c --compile":             {false, false},
		"a.c -shared":               {false, false},
		"a.c -shared -pie":          {true, false}, // gcc reads the last one
		"a.c -pie -shared":          {false, false},
		"a.c -static":               {false, false},
		"a.c --static":              {false, false},
		"a.c -static -pie":          {false, false},
		"a.c -static-pie":           {false, false},
		"a.c -static-pie -no-pie":   {true, false},
		"a.c -r":                    {false, false},
		"a.c -static-libgcc":        {true, true},
		"a.c -o -shared":            {true, true},
		"a.c -Xlinker -r":           {true, true},
		"":                          {false, false},
		"-v":                        {false, false},
		"a.c --version":             {false, false},
		"a.c -print-file-name=libc": {false, false},
		"a.c -dumpversion":          {false, false},
	} {
		inv := parse(t, line)
		assert.Equal(t, want, [2]bool{inv.Executable(GCC), inv.Executable(Clang)}, line)
	}
}

func TestTheUsersOwnRunpathIsSeenInEveryForm(t *testing.T) {
	for line, want := range map[string]bool{
		"-Wl,-rpath,/x":              true,
		"-Wl,-rpath=/x":              true,
		"-Wl,--rpath,/x":             true,
		"-Wl,--rpath=/x":             true,
		"-Wl,-rpath -Wl,/x":          true,
		"-Wl,-z,now,-rpath,/x":       true,
		"-Xlinker -rpath -Xlinker x": true,
		"-Xlinker -rpath=/x":         true,
		"-Wl,-R,/x":                  true,
		"-Wl,-R/x":                   true,
		"-rpath /x":                  true,
		"-Wl,-rpath-link,/x":         false,
		"-Wl,-rpath-link=/x":         false,
		"-Wl,--no-rosegment":         false,
		"-L -rpath":                  false,
	} {
		assert.Equal(t, want, parse(t, "a.c "+line).UserRunpath, line)
	}
}

func TestTheUsersOwnScriptIsSeenInEveryForm(t *testing.T) {
	for line, want := range map[string]bool{
		"-T x.ld": true, "-Tx.ld": true, "-Wl,-T,x.ld": true, "-Wl,-Tx.ld": true, "-Wl,--script=x": true,
		"-Ttext 0": false, "-Wl,-Ttext=0": false, "-Wl,-Ttext-segment=0": false, "-Tbss 1": false, "-Wl,-t": false,
	} {
		assert.Equal(t, want, parse(t, "a.c "+line).Script, line)
	}
}

func TestTheLastModeWins(t *testing.T) {
	for line, want := range map[string]Mode{
		"":                                  Off,
		"-relinterp":                        InPlace,
		"-relinterp -relinterp=portable":    Portable,
		"-relinterp=portable -relinterp":    InPlace,
		"-relinterp -relinterp=no":          Off,
		"-relinterp=no -relinterp=portable": Portable,
		"-relinterp-runpath=/x":             Off,
	} {
		assert.Equal(t, want, parse(t, line).Mode, line)
	}
}

func TestTheEntryObjectAmongTheInputsIsSeen(t *testing.T) {
	assert.True(t, parse(t, "-nostdlib a.c /d/lib/relinterp.o").HandsEntry())
	assert.False(t, parse(t, "-nostdlib a.c -o relinterp.o").HandsEntry())
}
