package main

import (
	"embed"
	"os"
	"path/filepath"
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
	loader := filepath.Join(dir, t.Arch.Loader)
	return loader, copyFile(loader, filepath.Join(t.Lib, "libc.so"))
}

// buildPrograms compiles programs/NAME.c in every way into the loader's folder.
func buildPrograms(t *Toolchain, loader, name string) (Programs, error) {
	dir := filepath.Dir(loader)
	source := filepath.Join(dir, name+".c")
	text, err := programSources.ReadFile("programs/" + name + ".c")
	if err != nil {
		return Programs{}, err
	}
	if err := os.WriteFile(source, text, 0o644); err != nil {
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
	for _, args := range [][]string{
		{"-o", p.PTInterp, "-Xlinker", "-dynamic-linker", "-Xlinker", loader},
		{"-o", p.Relinterp, "-relinterp"},
		{"-o", p.Static, "-static"},
		{"-o", p.Ordinary},
	} {
		if err := t.compile(append([]string{"-O2", "-s", source}, args...)...); err != nil {
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
