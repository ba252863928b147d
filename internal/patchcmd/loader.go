package patchcmd

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"relinterp/internal/atomicfile"
	"relinterp/internal/cli"
	"relinterp/patcher"
)

// noLoader is the kind of a program whose loader is not in the folder: one that the command finds, not
// package patcher, which looks at nothing but the program.
const noLoader patcher.Kind = "no-loader"

// ident is what must be the same in a program and its loader: class, byte order and machine (gABI, chapter 4).
type ident struct {
	class, data byte
	machine     elf.Machine
	kind        elf.Type
}

// identOf reads the first bytes of an ELF file.
func identOf(r io.ReaderAt) (ident, bool) {
	var b [20]byte
	if _, err := r.ReadAt(b[:], 0); err != nil || string(b[:4]) != elf.ELFMAG {
		return ident{}, false
	}
	half := func(i int) uint16 {
		if elf.Data(b[elf.EI_DATA]) == elf.ELFDATA2MSB {
			return uint16(b[i])<<8 | uint16(b[i+1])
		}
		return uint16(b[i]) | uint16(b[i+1])<<8
	}
	return ident{b[elf.EI_CLASS], b[elf.EI_DATA], elf.Machine(half(18)), elf.Type(half(16))}, true
}

func (a ident) sameMachine(b ident) bool {
	return a.class == b.class && a.data == b.data && a.machine == b.machine
}

func (a ident) String() string {
	bits := map[elf.Class]string{elf.ELFCLASS32: "32-bit ", elf.ELFCLASS64: "64-bit "}[elf.Class(a.class)]
	return bits + strings.TrimPrefix(a.machine.String(), "EM_")
}

// loaderFile is a loader's place as seen from here.
type loaderFile struct {
	path   string // for messages: as the user wrote the folder
	source string // PT_INTERP of the program, on this machine
}

// check says why the file is no loader for a program, or nil.
func (l loaderFile) check(program io.ReaderAt) *patcher.Refusal {
	no := func(what, hint string) *patcher.Refusal {
		return &patcher.Refusal{Kind: noLoader, What: what, Hint: hint}
	}
	f, err := openSource(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		if target, err := os.Readlink(l.path); err == nil {
			return no(fmt.Sprintf("its loader %s is a symbolic link to %s, where nothing is", l.path, target), "rm "+cli.Quote(l.path)+" && "+l.copyLine())
		}
		dir, _ := split(l.path)
		if _, err := os.Stat(dir); err != nil {
			return no(fmt.Sprintf("its loader's folder %s is not there", dir), l.orCopy("mkdir -p "+cli.Quote(dir)+" && "+l.copyLine()))
		}
		return no(fmt.Sprintf("its loader %s is not there", l.path), l.orCopy(l.copyLine()))
	}
	if errors.Is(err, unix.ENOTDIR) {
		dir, name := split(l.path)
		parent, _ := split(dir)
		return no(fmt.Sprintf("its loader's folder %s is a file", dir), "--loader-dir "+cli.Quote(parent)+" if it lies there as "+name)
	}
	if err != nil {
		return no(fmt.Sprintf("its loader %s: %s", l.path, reason(err)), "put the loader's file there: "+l.copyLine())
	}
	defer f.Close()
	return suits(l.path, f, program, "put the loader's file there: "+l.copyLine())
}

// suits says why an open file is no loader for a program, or nil; hint is for what is no ELF file.
func suits(path string, f *source, program io.ReaderAt, hint string) *patcher.Refusal {
	no := func(what, hint string) *patcher.Refusal {
		return &patcher.Refusal{Kind: noLoader, What: what, Hint: hint}
	}
	want, _ := identOf(program)
	got, ok := identOf(f)
	switch {
	case !ok:
		return no(path+" is no ELF file", hint)
	case !got.sameMachine(want):
		return no(fmt.Sprintf("its loader %s is for %s, the program for %s", path, got, want), "give each machine a folder of its own")
	case got.kind != elf.ET_DYN:
		return no(path+" is a program and no loader", "--loader NAME names the loader's file in that folder")
	case f.state.Size() > loaderSize:
		return no(fmt.Sprintf("%s has %d bytes, which no loader has", path, f.state.Size()), hint)
	}
	return nil
}

// laidWhole is patcher.LaidWhole of the file, or of what will be copied there.
func (l loaderFile) laidWhole(copied bool) bool {
	f, err := openSource(l.path)
	if err != nil && copied {
		f, err = openSource(l.source)
	}
	if err != nil {
		return false // check says it
	}
	defer f.Close()
	return patcher.LaidWhole(f, f.state.Size())
}

// loaderSize is what no loader exceeds by far, in bytes: a file that is read because a program names it may be anything.
const loaderSize = 64 << 20

// copyLine is what brings the loader to its place.
func (l loaderFile) copyLine() string {
	return "cp " + cli.Quote(l.source) + " " + cli.Quote(l.path)
}

// orCopy adds the option that does the same, where it can.
func (l loaderFile) orCopy(line string) string {
	if _, err := os.Stat(l.source); err != nil {
		return line + " (from the machine that the program was made for: this one has no " + l.source + ")"
	}
	return line + ", or add --copy-loader"
}

// copier puts loaders into their places, each once however many programs ask for it.
type copier struct {
	mu   sync.Mutex
	done map[loaderFile]*copying
}

type copying struct {
	once  sync.Once
	fresh bool
	err   error
}

// put copies the loader unless something is there already. It says whether there is a new file.
func (c *copier) put(ctx context.Context, l loaderFile, program io.ReaderAt) (fresh bool, err error) {
	c.mu.Lock()
	if c.done == nil {
		c.done = map[loaderFile]*copying{}
	}
	one := c.done[l]
	if one == nil {
		one = &copying{}
		c.done[l] = one
	}
	c.mu.Unlock()
	one.once.Do(func() { one.fresh, one.err = l.put(ctx, program) })
	return one.fresh, one.err
}

// fit opens what would be copied, if it is a loader for the program: PT_INTERP may name any file, also
// one that only this user may read.
func (l loaderFile) fit(program io.ReaderAt) (*source, error) {
	src, err := openSource(l.source)
	if err != nil {
		return nil, err
	}
	if why := suits(l.source, src, program, "--loader-dir DIR names the folder of a loader that you trust"); why != nil {
		src.Close()
		return nil, why
	}
	return src, nil
}

func (l loaderFile) put(ctx context.Context, program io.ReaderAt) (fresh bool, err error) {
	if _, err := os.Lstat(l.path); err == nil {
		return false, nil
	}
	src, err := l.fit(program)
	if err != nil {
		return false, err
	}
	defer src.Close()
	dir, _ := split(l.path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return false, err
	}
	f, err := atomicfile.New(l.path)
	if err != nil {
		return false, err
	}
	defer f.Discard()
	if err := f.CopyRange(ctx, src, 0, 0, src.state.Size()); err != nil {
		return false, err
	}
	if err := f.Perm(fs.FileMode(src.state.Mode())); err != nil {
		return false, err
	}
	return true, f.Commit(false)
}

// glibcLoader says whether a loader's name is one of glibc's (sysdeps/*/shlib-versions: ld-linux*.so.N, ld.so.1, ld64.so.N).
func glibcLoader(name string) bool {
	return strings.HasPrefix(name, "ld-linux") || strings.HasPrefix(name, "ld.so") || strings.HasPrefix(name, "ld64.so") || strings.HasPrefix(name, "ld-2.")
}
