package stub

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"relinterp/internal/stub"
	"relinterp/patcher"
)

// idle is an instruction that does nothing on each machine where debuggers are told of libraries
// opened later, and what is then said of the jump in the loader.
var idle = map[string]struct {
	code string
	jump *regexp.Regexp
}{
	"x86_64":  {"\xfc", regexp.MustCompile("^48b8.... opened\n$")},
	"i386":    {"\xfc", regexp.MustCompile("^e9...... opened\n$")},
	"aarch64": {"\x1f\x20\x03\xd5", regexp.MustCompile("^......1[4-7] opened\n$")},
}

// A debugger's breakpoint in the stub's _dl_debug_state changes its first instruction. Here the file is
// changed, to another that does nothing.
func TestTheLoaderIsChangedForADebuggerAlone(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		dir := k.retrofit(t, k.build(t, "announced.c", "-ldl"), patcher.Options{})
		before := k.run(t, dir+"/app", k.files[0])
		changeDebugState(t, k.Name, dir+"/app", idle[k.Name].code)
		after := k.run(t, dir+"/app", k.files[0])
		jump := idle[k.Name].jump
		if _, far := strings.CutPrefix(before.out, "far "); far {
			if k.qemu == nil || after.out != before.out {
				t.Errorf("out of a jump's reach\nbefore %+v\nafter %+v", before, after)
			}
			return
		}
		if !strings.HasSuffix(before.out, " opened\n") || jump.MatchString(before.out) || !jump.MatchString(after.out) {
			t.Errorf("before %+v\nafter %+v", before, after)
		}
	}, "x86_64", "i386", "aarch64")
}

// stubIn finds the stub in a patched file.
func stubIn(t *testing.T, machine string, file []byte) (s *stub.Stub, at int) {
	t.Helper()
	for _, s := range stub.All() {
		if at := bytes.Index(file, s.Code); s.Arch == machine && at >= 0 {
			return s, at
		}
	}
	t.Fatal("no stub in it")
	return nil, 0
}

// changeDebugState puts an instruction over the first one of the stub's _dl_debug_state.
func changeDebugState(t *testing.T, machine, file, code string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, at := stubIn(t, machine, data)
	copy(data[uint64(at)+s.DebugState:], code)
	writeFile(t, file, data)
}
