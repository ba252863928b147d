package patchcmd

import (
	"os"
	"path/filepath"
	"strings"

	"relinterp/internal/cli"
	"relinterp/patcher"
)

// entry is a folder as RUNPATH will hold it.
type entry struct {
	typed string // what the user wrote
	fixed string // "$ORIGIN/..." or "/..." as written; "" if it depends on the file
	real  string // else: where it lies, absolute, links followed but for the last
}

// readFolder reads DIR, which may be relative, absolute, or begin with $ORIGIN. In each case RUNPATH
// will hold it as seen from the program.
func readFolder(option, typed string) (entry, error) {
	if typed == "" {
		return entry{}, cli.Usagef(option+" lib; a variable in your script may be empty", "%s is empty", option)
	}
	if e, ok := withOrigin(typed); ok {
		return e, nil
	}
	real, err := realFolder(typed)
	if err != nil {
		return entry{}, cli.Usagef("look at the path; "+option+" is seen from where you stand", "%s %s: %s", option, cli.Quote(typed), reason(err))
	}
	return entry{typed: typed, real: real}, nil
}

// readList reads LIST, whose absolute entries stay so.
func readList(option, list string) ([]entry, error) {
	var entries []entry
	for _, typed := range strings.Split(list, ":") {
		if typed == "" {
			return nil, cli.Usagef("write . for the folder where you stand, $ORIGIN for the program's", "%s %s has an empty entry, which would be the current folder of whoever runs the program", option, cli.Quote(list))
		}
		if filepath.IsAbs(typed) {
			entries = append(entries, entry{typed: typed, fixed: typed})
			continue
		}
		e, err := readFolder(option, typed)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// withOrigin recognises what is written as RUNPATH has it.
func withOrigin(typed string) (entry, bool) {
	for _, word := range []string{"$ORIGIN", "${ORIGIN}"} {
		if rest, ok := strings.CutPrefix(typed, word); ok && (rest == "" || rest[0] == '/') {
			return entry{typed: typed, fixed: "$ORIGIN" + rest}, true
		}
	}
	return entry{}, false
}

// realFolder follows the links on the way to a folder, which itself need not be there, and keeps its last name:
// lib -> lib-1.2 stays lib.
func realFolder(dir string) (string, error) {
	parent, name := split(dir)
	if name == "." || name == ".." || name == "/" {
		return realPath(dir)
	}
	real, err := realPath(parent)
	if err != nil && os.IsNotExist(err) { // --copy-loader makes all of it
		real, err = realFolder(parent)
	}
	return filepath.Join(real, name), err
}

// split parts the last name of a path from what is before. Unlike package filepath it does not take
// link/.. for the folder that holds link.
func split(path string) (parent, name string) {
	for len(path) > 1 && (path[len(path)-1] == '/' || strings.HasSuffix(path, "/.")) {
		path = path[:len(path)-1]
	}
	i := strings.LastIndexByte(path, '/')
	switch {
	case path == "/":
		return "/", "/"
	case i < 0:
		return ".", path
	case i == 0:
		return "/", path[1:]
	}
	return path[:i], path[i+1:]
}

// inFolder is a file's path in a folder, as short as is safe.
func inFolder(dir, name string) string {
	if strings.Contains(dir, "..") {
		return strings.TrimRight(dir, "/") + "/" + name
	}
	return filepath.Join(dir, name)
}

// realPath is the absolute path without symbolic links.
func realPath(path string) (string, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil || filepath.IsAbs(path) {
		return path, err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if here, err = filepath.EvalSymlinks(here); err != nil { // $PWD may go through links
		return "", err
	}
	return filepath.Join(here, path), nil
}

// seenFrom words the entry for a file that lies in the folder origin, a real path.
func (e entry) seenFrom(origin string) (string, *patcher.Refusal) {
	if e.fixed != "" {
		return e.fixed, nil
	}
	rel, err := filepath.Rel(origin, e.real)
	if err != nil {
		return "", &patcher.Refusal{Kind: patcher.BadOptions, What: err.Error(), Hint: "write it as $ORIGIN/..."}
	}
	if i := strings.IndexAny(rel, ":$"); i >= 0 {
		why := "separates entries"
		if rel[i] == '$' {
			why = "begins a variable"
		}
		return "", &patcher.Refusal{Kind: patcher.BadOptions, What: "the path to the folder, " + cli.Quote(rel) + ", cannot stand in RUNPATH, where '" + rel[i:i+1] + "' " + why,
			Hint: "rename the folder"}
	}
	if rel == "." {
		return "$ORIGIN", nil
	}
	return "$ORIGIN/" + rel, nil
}

// onDisk gives the folder that a RUNPATH entry of a program in the folder origin names.
func onDisk(runpath, origin string) string {
	for _, word := range []string{"$ORIGIN", "${ORIGIN}"} {
		runpath = strings.ReplaceAll(runpath, word, origin)
	}
	return runpath
}

// leavesTree says whether a program in origin reaches the folder only through the root, so that nothing
// smaller than the whole file system can be moved with both.
func (e entry) leavesTree(origin string) bool {
	if e.fixed != "" || origin == "/" || e.real == "/" {
		return false
	}
	first := func(path string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		return name
	}
	return first(origin) != first(e.real)
}
