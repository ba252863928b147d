package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// glibcProgram links one source file with the host's glibc and the entry object.
func glibcProgram(t *testing.T, source string, words ...string) string {
	t.Helper()
	gcc := need.Tool(t, "gcc", "gcc")
	names := filepath.Join(t.TempDir(), "names.c")
	trial.Write(t, names, []byte("__attribute__((visibility(\"hidden\"))) const char __relinterp_loader[] = \"ld-linux-x86-64.so.2\";\n"))
	file := func(name string) string {
		r := trial.Run(t, trial.Command(gcc, "-print-file-name="+name))
		return strings.TrimSpace(r.Out)
	}
	if !filepath.IsAbs(file("crti.o")) {
		need.Missing(t, "glibc's crti.o", "apt-get install libc6-dev")
	}
	args := []string{"-O1", "-g", "-nostartfiles", lib(t, "relinterp.o"), file("crti.o"), file("crtbeginS.o"), source, names,
		"-Wl,--no-dynamic-linker", "-Wl,--enable-new-dtags", "-Wl,-rpath,$ORIGIN/lib"}
	return compile(t, "app", gcc, append(append(args, words...), file("crtendS.o"), file("crtn.o"))...)
}

func glibcFolder(t *testing.T, app string) string {
	t.Helper()
	dir := bare(t, app)
	for _, name := range []string{"ld-linux-x86-64.so.2", "libc.so.6"} {
		trial.Clone(t, hostFile(t, name), filepath.Join(dir, "lib", name))
	}
	return dir
}

const ctorsSay = "constructor 1, argc 1, end\natexit\ndestructor\n"

func TestGlibcProgram(t *testing.T) {
	t.Parallel()
	dir := glibcFolder(t, glibcProgram(t, "ctors.c"))
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), ctorsSay)
	for _, proc := range []bool{false, true} {
		if r := trial.InEmptyRoot(t, dir, proc, nil, "/app"); r.Output != ctorsSay || r.Status != 0 {
			t.Errorf("/proc %v: %+v", proc, r)
		}
	}
	trial.Complains(t, trial.Run(t, trial.Command(bare(t, dir+"/app")+"/app")), "lib/ld-linux-x86-64.so.2: no such file")
}

func TestGlibcProgramWithItsLoaderStartedByHand(t *testing.T) {
	t.Parallel()
	dir := glibcFolder(t, glibcProgram(t, "ctors.c"))
	trial.Works(t, trial.Run(t, trial.Command(dir+"/lib/ld-linux-x86-64.so.2", dir+"/app")), ctorsSay)
}

func TestGlibcProgramWithThreads(t *testing.T) {
	t.Parallel()
	dir := glibcFolder(t, glibcProgram(t, "threads.c"))
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "early 41, main 42, threads 356\n")
}

func TestMuslProgramRunsConstructors(t *testing.T) {
	t.Parallel()
	trial.Works(t, trial.Run(t, trial.Command(folder(t, program(t, "ctors.c"))+"/app")), ctorsSay)
	trial.Works(t, trial.Run(t, trial.Command(folder(t, program(t, "ctors.c", "-no-pie"))+"/app")), ctorsSay)
}
