package stub

import (
	"bytes"
	"os"
	"testing"

	"relinterp/patcher"
)

// The kernel lets indirect jumps into a program with PT_GNU_PROPERTY land on `bti` alone: the
// loader's into the stub, and the stub's into the program.
func TestEnforcedBranchTargets(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		app := k.build(t, "guarded.c", "-nostartfiles", "-mbranch-protection=standard", "-Wl,-z,force-bti")
		dir := k.retrofit(t, app, patcher.Options{})
		cpu := []string{"-cpu", "max"}
		if r := k.with(t, cpu, nil, dir+"/app"); r.out != "started\n" || r.status != 0 {
			t.Errorf("%+v", r)
		}
		if r := k.with(t, cpu, nil, dir+"/app", "jump"); r.status == 0 {
			t.Errorf("nothing is enforced: %+v", r)
		}
		withoutLanding(t, dir+"/app")
		if r := k.with(t, cpu, nil, dir+"/app"); r.status == 0 {
			t.Errorf("without a landing in the stub: %+v", r)
		}
	}, "aarch64")
}

// withoutLanding makes each `bti c` of the file's stub a nop.
func withoutLanding(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := stubIn(t, "aarch64", data)
	without := bytes.ReplaceAll(s.Code, []byte("\x5f\x24\x03\xd5"), []byte("\x1f\x20\x03\xd5"))
	if bytes.Equal(s.Code, without) {
		t.Fatal("no landing in it")
	}
	writeFile(t, file, bytes.Replace(data, s.Code, without, 1))
}
