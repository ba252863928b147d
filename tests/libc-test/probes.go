package libctest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// probesDir gives the folder of the probes' sources.
func probesDir() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "probes")
}

// Probes gives our own programs, those that the toolchain's architecture and musl can have.
func Probes(t *Toolchain) ([]Program, error) { return ProbesIn(probesDir(), t) }

// ProbesIn gives those of another folder.
func ProbesIn(dir string, t *Toolchain) ([]Program, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.c"))
	if err != nil {
		return nil, err
	}
	var list []Program
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		p, wanted, err := parseProbe(path, string(text), t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if wanted {
			list = append(list, p)
		}
	}
	return list, nil
}

// probeFlags are what every probe is compiled with.
var probeFlags = []string{"-std=gnu11", "-O1", "-g", "-Wall"}

// parseProbe reads the lines "//: WORD ..." at the top of a probe:
//
//	cflags WORDS     for the probe's own source
//	ldflags WORDS    before its objects
//	ldlibs WORDS     behind them
//	library NAME SOURCE [WORDS]   a library beside it, of lib/SOURCE, that the program opens
//	links NAME SOURCE [WORDS]     one that it is linked with; WORDS go to the linker, but -D, -f and
//	                 -m words to the compiler; needs=NAME links it with one made before
//	dynamic REASON   it cannot be static
//	refuses-link REASON   it must not link
//	wrap WORDS       words before the program
//	args WORDS, env WORDS
//	stack BYTES      RLIMIT_STACK
//	arch NAMES       only these
//	compiler NAMES   only these
//	musl VERSION     this or newer
//	kernel VERSION   this or newer
//	no-retrofit REASON  not in programs that relinterp-patch has made
//	native REASON    not through a runner such as qemu-user
//	native-on ARCH REASON   the same on one architecture
//	differs REASON   what it prints may differ between modes
//
// SOURCES in a word stands for the folder lib/.
func parseProbe(path, text string, t *Toolchain) (p Program, wanted bool, err error) {
	p = Program{Name: "probes/" + strings.TrimSuffix(filepath.Base(path), ".c"), About: about(text),
		Dynamic: true, Static: true, SameOutput: true}
	flags := slices.Clone(probeFlags)
	wanted = true
	for _, line := range strings.Split(text, "\n") {
		rest, ok := strings.CutPrefix(line, "//: ")
		if !ok {
			continue
		}
		words := strings.Fields(rest)
		word, words := words[0], words[1:]
		for i, w := range words {
			words[i] = strings.ReplaceAll(w, "SOURCES", filepath.Join(filepath.Dir(path), "lib"))
		}
		if len(words) == 0 {
			return p, false, fmt.Errorf("%q lacks words", line)
		}
		switch word {
		case "cflags":
			flags = append(flags, words...)
		case "ldflags":
			p.LDFlags = append(p.LDFlags, words...)
		case "ldlibs":
			p.LDLibs = append(p.LDLibs, words...)
		case "library", "links":
			l, err := probeLibrary(filepath.Join(filepath.Dir(path), "lib"), words)
			if err != nil {
				return p, false, err
			}
			l.Linked = word == "links"
			p.Libraries = append(p.Libraries, l)
			p.Static = false
		case "dynamic":
			p.Static = false
		case "refuses-link":
			p.RefusesLink = true
		case "wrap":
			p.Wrap = words
		case "args":
			p.Args = words
		case "env":
			p.Env = words
		case "stack":
			if p.Stack, err = strconv.ParseUint(words[0], 10, 64); err != nil {
				return p, false, err
			}
		case "arch":
			wanted = wanted && slices.Contains(words, t.Arch)
		case "compiler":
			wanted = wanted && slices.Contains(words, t.Name)
		case "no-retrofit":
			p.NoRetrofit = true
		case "native":
			wanted = wanted && len(t.Runner) == 0
		case "native-on":
			wanted = wanted && (len(t.Runner) == 0 || words[0] != t.Arch)
		case "kernel":
			wanted = wanted && !olderThan(kernel(), words[0])
		case "musl":
			wanted = wanted && !olderThan(t.Musl, words[0])
		case "differs":
			p.SameOutput = false
		default:
			return p, false, fmt.Errorf("%q: no word %q", line, word)
		}
	}
	if len(p.Libraries) > 0 {
		p.LDFlags = append(p.LDFlags, suiteRunpath...)
	}
	p.Sources = []Source{{path, flags}}
	return p, wanted, nil
}

// about gives the comment at the top of a probe, in one line.
func about(text string) string {
	comment, _, _ := strings.Cut(strings.TrimPrefix(text, "/*"), "*/")
	return strings.Join(strings.Fields(comment), " ")
}

func probeLibrary(dir string, words []string) (l Library, err error) {
	if len(words) < 2 {
		return l, fmt.Errorf("library %q lacks a source", words)
	}
	l.Name = words[0]
	// clang takes a library's own definitions for the last word unless it is told otherwise.
	flags := append(slices.Clone(probeFlags), "-fsemantic-interposition")
	for _, w := range words[2:] {
		switch {
		case strings.HasPrefix(w, "needs="):
			l.Needs = append(l.Needs, strings.TrimPrefix(w, "needs="))
		case strings.HasPrefix(w, "-D"), strings.HasPrefix(w, "-f") && !strings.HasPrefix(w, "-fuse-ld"), strings.HasPrefix(w, "-m"):
			flags = append(flags, w)
		default:
			l.LDFlags = append(l.LDFlags, w)
		}
	}
	l.Sources = []Source{{filepath.Join(dir, words[1]), flags}}
	return l, nil
}

// olderThan compares versions of the form 1.2.3; one that is not known is new.
func olderThan(have, want string) bool {
	if have == "" {
		return false
	}
	return slices.Compare(numbers(have), numbers(want)) < 0
}

// numbers reads a version, of 6.1.0-13-amd64 the part before the dash.
func numbers(version string) (list []int) {
	version, _, _ = strings.Cut(version, "-")
	for _, part := range strings.Split(version, ".") {
		n, _ := strconv.Atoi(part)
		list = append(list, n)
	}
	return list
}

// kernel gives the running kernel's version, or "".
func kernel() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}
