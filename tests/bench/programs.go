package main

import (
	"embed"
	"os"
	"path/filepath"
	"slices"
)

//go:embed programs/*.c
var programSources embed.FS

// Programs is one source built in every way that is compared. All lie in one folder beside the
// only loader, which is also the only libc, so that nothing but the way to it differs.
type Programs struct {
	Loader     string
	PTInterp   string // names Loader absolutely
	PTInterp2  string // a copy
	Relinterp  string // finds Loader in the first place that it looks at
	Relinterp2 string // a copy
	Static     string
	Ordinary   string // names the loader's usual place, for its size only
}

// installLoader copies the toolchain's libc into dir as the loader of all programs there.
func installLoader(t *Toolchain, dir string) (string, error) {
	loader := filepath.Join(dir, t.Arch.Musl)
	return loader, copyFile(loader, filepath.Join(t.Lib, "libc.so"))
}

// writeSource puts programs/NAME.c into dir.
func writeSource(dir, name string) (string, error) {
	text, err := programSources.ReadFile("programs/" + name + ".c")
	if err != nil {
		return "", err
	}
	source := filepath.Join(dir, name+".c")
	return source, os.WriteFile(source, text, 0o644)
}

// buildLibrary compiles programs/answer.c as a library into the loader's folder, and gives the
// arguments for a program that needs it and finds it there.
func buildLibrary(t *Toolchain, loader string) ([]string, error) {
	dir := filepath.Dir(loader)
	source, err := writeSource(dir, "answer")
	if err != nil {
		return nil, err
	}
	args := []string{"-L" + dir, "-lanswer", "-Wl,-rpath,$ORIGIN"}
	return args, t.compile("-O2", "-s", "-shared", "-fPIC", source, "-o", filepath.Join(dir, "libanswer.so"))
}

// buildPrograms compiles programs/NAME.c in every way into the loader's folder; with extra
// arguments only in the dynamic ones.
func buildPrograms(t *Toolchain, loader, name string, extra ...string) (Programs, error) {
	dir := filepath.Dir(loader)
	source, err := writeSource(dir, name)
	if err != nil {
		return Programs{}, err
	}
	// File names of one length: the kernel copies them to every program's stack.
	p := Programs{
		Loader:     loader,
		PTInterp:   filepath.Join(dir, name+"-int"),
		PTInterp2:  filepath.Join(dir, name+"-in2"),
		Relinterp:  filepath.Join(dir, name+"-rel"),
		Relinterp2: filepath.Join(dir, name+"-re2"),
		Static:     filepath.Join(dir, name+"-sta"),
		Ordinary:   filepath.Join(dir, name+"-ord"),
	}
	ways := [][]string{
		{"-o", p.PTInterp, "-Xlinker", "-dynamic-linker", "-Xlinker", loader},
		{"-o", p.Relinterp, "-relinterp=portable"}, // as it is shipped: without the path of the toolchain's own folder
		{"-o", p.Ordinary},
	}
	if len(extra) == 0 {
		ways = append(ways, []string{"-o", p.Static, "-static"})
	}
	for _, args := range ways {
		if err := t.compile(slices.Concat([]string{"-O2", "-s", source}, args, extra)...); err != nil {
			return p, err
		}
	}
	if err := copyFile(p.PTInterp2, p.PTInterp); err != nil {
		return p, err
	}
	return p, copyFile(p.Relinterp2, p.Relinterp)
}

func copyFile(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o755)
}
