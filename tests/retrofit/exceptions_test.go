package retrofit

import (
	"path/filepath"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
	"relinterp/patcher"
)

// The unwinder finds its tables through the program headers, also of a library that got one more.
func TestExceptionsThroughLibrariesWithRunpath(t *testing.T) {
	t.Parallel()
	gxx := need.Tool(t, "g++", "g++")
	dir := glibc.folder(t, glibc.programBy(t, gxx, "throw.cc"))
	for _, name := range []string{"libstdc++.so.6", "libgcc_s.so.1", "libm.so.6"} {
		path := filepath.Join(dir, "lib", name)
		trial.Clone(t, glibc.file(t, name), path)
		patch(t, path, patcher.Options{RunpathOnly: true, Runpath: []string{"$ORIGIN"}})
	}
	retrofit(t, dir+"/app")
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "caught\nagain\n")
	if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != "caught\nagain\n" {
		t.Errorf("in an empty root: %+v", r)
	}
}
