// Package build makes the retrofit's stubs from crt/stub.c: one clang and lld for all architectures (GNU ld
// where lld does not know the machine), and the one section taken out of the file that they link. The same
// sources and the same tools give the same bytes, in any folder.
package build

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"relinterp/internal/arch"
	"relinterp/internal/crt"
	"relinterp/internal/stub"
)

// Built is a stub's code and what the manifest shall say of it.
type Built struct {
	stub.Blob
	Code []byte
}

// bases are the addresses at which each stub is linked: it must come out the same. They differ in all
// bits that stub.Align leaves, so nothing that knows its address or its page gets through.
var bases = []string{"0", "0x6543210"}

// defines are what tells crt/stub.c of what kind it is.
var defines = map[stub.Kind][]string{stub.Any: nil, stub.Musl: {"-DSTUB_MUSL=1"}, stub.Whole: {"-DSTUB_WHOLE=1"}}

// One compiles and links a stub of one machine; crtDir is the folder of the sources.
func One(ctx context.Context, crtDir string, a arch.Arch, kind stub.Kind) (Built, error) {
	var b Built
	tmp, err := os.MkdirTemp("", "relinterp-stub-*")
	if err != nil {
		return b, err
	}
	defer os.RemoveAll(tmp)
	object, deps := filepath.Join(tmp, "stub.o"), filepath.Join(tmp, "stub.d")
	args := slices.Concat(crt.StubArgs(object), defines[kind], flags(a))
	if err := run(ctx, crtDir, "clang", append(args, "-MMD", "-MF", deps)...); err != nil {
		return b, fmt.Errorf("%s: %w", a.Name, err)
	}
	for i, base := range bases {
		linked := filepath.Join(tmp, "stub."+base)
		if err := run(ctx, crtDir, linker(a), "-T", "stub.ld", "--defsym=base="+base, "-o", linked, object); err != nil {
			return b, fmt.Errorf("%s: %w", a.Name, err)
		}
		at, err := extract(linked, a)
		if err != nil {
			return b, fmt.Errorf("%s: %w", a.Name, err)
		}
		if i > 0 && !bytes.Equal(at.Code, b.Code) {
			return b, fmt.Errorf("%s: the stub knows its address: linked at %s and at %s it differs", a.Name, bases[0], base)
		}
		b = at
	}
	b.Arch, b.Kind, b.Size, b.SHA256 = a.Name, kind, len(b.Code), stub.Sum(b.Code)
	if b.Linker, err = Version(ctx, linker(a)); err != nil {
		return b, err
	}
	if b.Sources, err = sources(deps); err != nil {
		return b, err
	}
	b.SourcesSHA256, err = stub.SumSources(crtDir, b.Sources)
	return b, err
}

// sources reads a make rule: the files below the folder of the sources, and stub.ld.
func sources(deps string) ([]string, error) {
	text, err := os.ReadFile(deps)
	if err != nil {
		return nil, err
	}
	_, list, _ := strings.Cut(strings.ReplaceAll(string(text), "\\\n", " "), ":")
	names := []string{"stub.ld"}
	for _, name := range strings.Fields(list) {
		if !filepath.IsAbs(name) { // <stddef.h> and <stdint.h> are the compiler's own
			names = append(names, filepath.ToSlash(filepath.Clean(name)))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Version gives the first line of what a compiler or linker says of itself.
func Version(ctx context.Context, program string) (string, error) {
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w; run: go tool mage stub, which names the packages", program, err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line), nil
}

func run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}
