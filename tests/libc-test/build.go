package libctest

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// builder makes the programs of one toolchain below a work folder:
//
//	obj/           objects, shared by all modes
//	MODE/lib/      the loader
//	MODE/FOLDER/   programs and the libraries beside them
type builder struct {
	t    *Toolchain
	work string
	objects
	libraries sync.Map // path -> func() error: several programs share one
}

func (b *builder) tree(m Mode) string { return filepath.Join(b.work, string(m)) }

func (b *builder) program(p Program, m Mode) string {
	return filepath.Join(b.tree(m), filepath.FromSlash(p.Name)+".exe")
}

// prepare makes the folders of a mode and puts the loader there.
func (b *builder) prepare(m Mode, programs []Program) error {
	for _, p := range programs {
		if err := os.MkdirAll(filepath.Join(b.tree(m), p.folder()), 0o755); err != nil {
			return err
		}
	}
	return copyFile(b.t.Libc, filepath.Join(b.tree(m), "lib", b.t.Loader))
}

// build links a program in a mode. The error of a compiler is in the outcome, with Kind noLink.
func (b *builder) build(ctx context.Context, p Program, m Mode) Outcome {
	err := b.link(ctx, p, m)
	switch {
	case err == nil && p.RefusesLink:
		return Outcome{Kind: linkedAnyway}
	case err != nil && !p.RefusesLink:
		return Outcome{Kind: noLink, Errors: err.Error()}
	case err != nil:
		return Outcome{Kind: pass}
	}
	return Outcome{}
}

func (b *builder) link(ctx context.Context, p Program, m Mode) error {
	objects, err := b.all(ctx, p.Sources, false)
	if err != nil {
		return err
	}
	folder := filepath.Dir(b.program(p, m))
	words := append(b.t.link(m, b.tree(m)), p.LDFlags...)
	words = append(words, "-o", b.program(p, m))
	words = append(words, objects...)
	if m == Static {
		extra, err := b.all(ctx, p.StaticExtra, false)
		if err != nil {
			return err
		}
		words = append(words, extra...)
	} else {
		words = append(words, "-L"+folder)
		for _, l := range p.Libraries {
			if err := b.sharedLibrary(ctx, l, folder); err != nil {
				return err
			}
			if l.Linked {
				words = append(words, "-l:"+l.Name)
			}
		}
	}
	return b.t.call(ctx, folder, append(words, p.LDLibs...))
}

// sharedLibrary links a shared library once; the objects are shared by all modes, the file is not.
func (b *builder) sharedLibrary(ctx context.Context, l Library, folder string) error {
	once, _ := b.libraries.LoadOrStore(filepath.Join(folder, l.Name), sync.OnceValue(func() error {
		return b.linkLibrary(ctx, l, folder)
	}))
	return once.(func() error)()
}

func (b *builder) linkLibrary(ctx context.Context, l Library, folder string) error {
	objects, err := b.all(ctx, l.Sources, true)
	if err != nil {
		return err
	}
	words := append(b.t.shared(), "-Wl,-soname,"+l.Name, "-o", filepath.Join(folder, l.Name))
	words = append(append(words, objects...), "-L"+folder)
	for _, name := range l.Needs {
		words = append(words, "-l:"+name)
	}
	return b.t.call(ctx, folder, append(words, l.LDFlags...))
}

// patch makes the retrofit tree out of the one with PT_INTERP: all files in one call. It gives what the
// command said about those that it refused.
func (b *builder) patch(ctx context.Context, programs []Program) (refused map[string]Outcome, err error) {
	if err := b.prepare(Retrofit, programs); err != nil {
		return nil, err
	}
	if err := copyTree(b.tree(Interp), b.tree(Retrofit)); err != nil {
		return nil, err
	}
	words := append(slices.Clone(b.t.Patch), "--loader-dir", "lib")
	var files []string
	for _, p := range programs {
		if path := b.program(p, Retrofit); p.has(Retrofit) && exists(path) {
			files = append(files, path)
		}
	}
	said := b.t.call(ctx, b.tree(Retrofit), append(words, files...))
	refused = map[string]Outcome{}
	for _, path := range files {
		if left, err := hasInterp(path); err != nil || left {
			refused[path] = Outcome{Kind: notPatched, Errors: fmt.Sprint(errors.Join(err, said))}
		}
	}
	if said != nil && len(refused) == 0 {
		return nil, said
	}
	return refused, nil
}

func hasInterp(path string) (bool, error) {
	f, err := elf.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// copyTree copies the files of a tree over another; lib/ stays as it is.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		if strings.HasPrefix(rel, "lib"+string(filepath.Separator)) {
			return nil
		}
		return copyFile(path, filepath.Join(to, rel))
	})
}

// copyFile copies a file that may be executed.
func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
