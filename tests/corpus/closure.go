package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Library is one that a program needs: the name that is asked for, and the file that answers.
type Library struct {
	Name, Path string
	// Relative says that the program itself names its place, relative to $ORIGIN.
	Relative bool
}

// notHere is why a program cannot be run on this machine, patched or not.
type notHere string

func (n notHere) Error() string { return string(n) }

var loaded = regexp.MustCompile(`^\t(\S+)(?: => (.+?))? \(0x[0-9a-f]+\)$`)

// closure asks the program's own loader for all libraries that it would load. A notHere error says
// that the unpatched program does not start here either.
func closure(ctx context.Context, p Program) ([]Library, error) {
	cmd := exec.CommandContext(ctx, p.Interpreter, "--list", p.Path)
	cmd.Env = []string{"LC_ALL=C"}
	var out, text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &text
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, notHere("its own loader cannot load it here")
	}
	all, err := parseList(out.String(), p.Interpreter)
	for i, l := range all {
		all[i].Relative = strings.Contains(l.Name, "/") && slices.ContainsFunc(p.Needed, func(needed string) bool {
			return strings.HasPrefix(needed, "$ORIGIN/") && filepath.Base(needed) == filepath.Base(l.Path)
		})
	}
	return all, err
}

// parseList reads what `ld.so --list` prints.
func parseList(text, loader string) ([]Library, error) {
	var all []Library
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		m := loaded.FindStringSubmatch(line)
		switch {
		case strings.Contains(line, "=> not found"):
			return nil, notHere("a library that it needs is not here")
		case m == nil && strings.TrimSpace(line) == "statically linked":
		case m == nil:
			return nil, fmt.Errorf("what %s --list says is not understood: %q", loader, line)
		case m[2] != "" && filepath.Base(m[2]) != filepath.Base(loader):
			all = append(all, Library{Name: m[1], Path: filepath.Clean(m[2])})
		case m[2] == "" && strings.Contains(m[1], "/") && filepath.Base(m[1]) != filepath.Base(loader):
			all = append(all, Library{Name: m[1], Path: filepath.Clean(m[1])})
		}
	}
	return all, nil
}
