package retrofit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// goBuild builds a Go program in a folder.
func goBuild(t *testing.T, cc, ldflags, source string) string {
	t.Helper()
	app := filepath.Join(shop.Folder(t), "app")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", app, "-ldflags="+ldflags, ".")
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1", "CC="+cc, "GOFLAGS=-mod=mod", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, text)
	}
	return app
}

func TestCgoProgram(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		app := goBuild(t, l.cc(t), "-linkmode=external -extldflags=-Wl,--dynamic-linker="+nowhere+"/"+l.loader, "../packages/testdata/cgo")
		dir := l.folder(t, app)
		retrofit(t, dir+"/app")
		trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "[0 3 6 9 12 15 18 21]\n")
		if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != "[0 3 6 9 12 15 18 21]\n" {
			t.Errorf("in an empty root: %+v", r)
		}
	})
}

// Go's own linker leaves no spare slot, and puts .interp and .dynamic where no other linker does.
func TestGoProgramOfGosOwnLinker(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	trial.Write(t, source+"/go.mod", []byte("module user\n"))
	trial.Write(t, source+"/main.go", []byte("package main\n\nimport (\n\t\"fmt\"\n\t\"net\"\n)\n\nfunc main() {\n\t_, err := net.LookupPort(\"tcp\", \"no such service\")\n\tfmt.Println(\"go\", err != nil)\n}\n"))
	app := goBuild(t, glibc.cc(t), "-linkmode=internal -I="+nowhere+"/"+glibc.loader, source)
	dir := glibc.folder(t, app)
	trial.Clone(t, glibc.file(t, "libresolv.so.2"), dir+"/lib/libresolv.so.2")
	retrofit(t, dir+"/app")
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "go true\n")
	if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != "go true\n" {
		t.Errorf("in an empty root: %+v", r)
	}
}

func TestRustProgram(t *testing.T) {
	t.Parallel()
	rustc := need.Tool(t, "rustc", "rustc")
	app := shop.Compile(t, "testdata", "app", rustc, "-Clink-arg=-Wl,--dynamic-linker="+nowhere+"/"+glibc.loader, "main.rs")
	dir := glibc.folder(t, app)
	for _, name := range []string{"libgcc_s.so.1", "libpthread.so.0", "libdl.so.2"} {
		trial.Clone(t, glibc.file(t, name), filepath.Join(dir, "lib", name))
	}
	retrofit(t, dir+"/app")
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "rust 348 true\n")
	if r := trial.InEmptyRoot(t, dir, true, nil, "/app"); r.Output != "rust 348 true\n" {
		t.Errorf("in an empty root: %+v", r)
	}
}
