package libctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// suiteStack is the stack that libc-test gives its programs, in bytes (src/common/runtest.c).
const suiteStack = 100 << 10

// Suite turns a checkout of libc-test into programs, by the rules of its Makefile: every file of
// functional, regression and math is a program, all of api is one, common is linked into each. What its
// .mk files add stands in suiteRules; a .mk file that we do not know is an error.
// The compiler is asked once, for the names of api/options.h, which are written into work.
func Suite(ctx context.Context, dir, work string, t *Toolchain) ([]Program, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := suite{src: filepath.Join(dir, "src")}
	config, err := os.ReadFile(filepath.Join(dir, "config.mak.def"))
	if err != nil {
		return nil, fmt.Errorf("%s is no checkout of libc-test: %w", dir, err)
	}
	s.cflags = append(assignments(config, "CFLAGS"), "-I"+filepath.Join(s.src, "common"))
	s.ldflags, s.ldlibs = assignments(config, "LDFLAGS"), assignments(config, "LDLIBS")
	if err := s.knowsRules(); err != nil {
		return nil, err
	}
	if s.common, err = s.files("common"); err != nil {
		return nil, err
	}
	s.common = slices.DeleteFunc(s.common, func(f Source) bool { return filepath.Base(f.Path) == "runtest.c" })
	programs, err := s.programs()
	if err != nil {
		return nil, err
	}
	api, err := s.api(ctx, work, t)
	return append(programs, api), err
}

type suite struct {
	src                     string
	cflags, ldflags, ldlibs []string
	common                  []Source
}

// assignments gives the words of every "NAME += words" of a makefile.
func assignments(text []byte, name string) (words []string) {
	for _, line := range strings.Split(string(text), "\n") {
		if left, right, ok := strings.Cut(line, "+="); ok && strings.TrimSpace(left) == name {
			words = append(words, strings.Fields(right)...)
		}
	}
	return words
}

// files gives the sources of a folder, sorted.
func (s *suite) files(folder string) (list []Source, err error) {
	paths, err := filepath.Glob(filepath.Join(s.src, folder, "*.c"))
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("no sources in %s; is it a whole checkout of libc-test?", filepath.Join(s.src, folder))
	}
	for _, path := range paths {
		list = append(list, Source{path, s.cflags})
	}
	return list, err
}

// programs are those of one source file each.
func (s *suite) programs() (list []Program, err error) {
	for _, folder := range []string{"functional", "math", "musl", "regression"} {
		files, err := s.files(folder)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			name := folder + "/" + strings.TrimSuffix(filepath.Base(f.Path), ".c")
			rule := suiteRules[name]
			if rule.part {
				continue
			}
			p := Program{Name: name, Dynamic: !rule.onlyStatic, Static: !rule.onlyDynamic, Stack: suiteStack,
				TreeAs: "src", LDFlags: slices.Concat(s.ldflags, rule.ldflags)}
			f.CFlags = slices.Concat(f.CFlags, rule.cflags)
			p.Sources = append([]Source{f}, s.common...)
			p.LDLibs = slices.Clone(s.ldlibs)
			if rule.shared != "" {
				p.Libraries = []Library{s.testLibrary(folder, rule)}
				if rule.linked {
					p.StaticExtra = []Source{s.source(folder, rule.shared)}
				}
			}
			list = append(list, p)
		}
	}
	return list, nil
}

func (s *suite) source(folder, name string) Source {
	return Source{filepath.Join(s.src, folder, name+".c"), s.cflags}
}

// testLibrary is linked with common, as the Makefile has it.
func (s *suite) testLibrary(folder string, rule suiteRule) Library {
	sources := append([]Source{s.source(folder, rule.shared)}, s.common...)
	return Library{Name: rule.shared + ".so", Sources: sources, LDFlags: s.ldlibs, Linked: rule.linked}
}

// api is the one program of api/: that the headers say what POSIX asks for.
func (s *suite) api(ctx context.Context, work string, t *Toolchain) (Program, error) {
	p := Program{Name: "api/main", Dynamic: true, Stack: suiteStack, LDFlags: s.ldflags, LDLibs: s.ldlibs}
	files, err := s.files("api")
	if err != nil {
		return p, err
	}
	in, err := os.Open(filepath.Join(s.src, "common", "options.h.in"))
	if err != nil {
		return p, err
	}
	defer in.Close()
	cmd := exec.CommandContext(ctx, t.Driver[0], append(slices.Clone(t.Driver[1:]), "-E", "-")...)
	cmd.Stdin = in
	cmd.Env = append(os.Environ(), t.Env...)
	said, err := cmd.Output()
	if err != nil {
		return p, errors.Join(fmt.Errorf("%v: %w", cmd, err))
	}
	dir := filepath.Join(work, "include")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return p, err
	}
	if err := os.WriteFile(filepath.Join(dir, "options.h"), optionsHeader(said), 0o644); err != nil {
		return p, err
	}
	for _, f := range files {
		f.CFlags = slices.Concat(f.CFlags, []string{"-I" + dir, "-pedantic-errors", "-Werror", "-Wno-unused", "-D_XOPEN_SOURCE=700"})
		p.Sources = append(p.Sources, f)
	}
	p.Sources = append(p.Sources, s.common...)
	return p, nil
}

// optionsHeader makes #define lines of what the preprocessor left of options.h.in: behind the mark, a
// name and its value, which may stand on the next line.
func optionsHeader(preprocessed []byte) []byte {
	_, rest, _ := strings.Cut(string(preprocessed), "optiongroups_unistd_end")
	_, rest, _ = strings.Cut(rest, "\n")
	var out bytes.Buffer
	name := ""
	for _, line := range strings.Split(rest, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if name == "" {
			if name = words[0]; len(words) == 1 {
				continue
			}
		}
		fmt.Fprintf(&out, "#define %s %s\n", name, words[len(words)-1])
		name = ""
	}
	return out.Bytes()
}
