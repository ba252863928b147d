package patchcmd

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"

	"relinterp/internal/atomicfile"
	"relinterp/internal/cli"
)

var errNotRegular = errors.New("neither a file nor a folder")

// reason words an error without the path, which stands in the message already.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	switch {
	case errors.Is(err, unix.ENOENT):
		return "no such file or folder"
	case errors.Is(err, unix.EISDIR):
		return "is a folder"
	}
	return err.Error()
}

// dangling words a symbolic link that leads nowhere; ok is false for anything else.
func dangling(path string, err error) (text string, ok bool) {
	if !errors.Is(err, unix.ENOENT) {
		return "", false
	}
	target, err := os.Readlink(path)
	return "is a symbolic link to " + target + ", where nothing is", err == nil
}

// readProblem words what went wrong in opening a file, and the mend.
func readProblem(path string, err error) (what, hint string) {
	if text, ok := dangling(path, err); ok {
		return text, "name the program itself"
	}
	return reason(err), readHint(path, err)
}

// readHint is the mend for a file that cannot be opened.
func readHint(path string, err error) string {
	switch {
	case errors.Is(err, unix.ENOENT) && !strings.Contains(path, "/"):
		if found, err := exec.LookPath(path); err == nil {
			return "give its path: " + cli.Quote(found)
		}
		return "look at the name; paths are seen from where you stand"
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENOTDIR):
		return "look at the path"
	case errors.Is(err, unix.EISDIR):
		return "--recursive takes every program below it"
	case errors.Is(err, unix.EACCES):
		return "chmod +r " + cli.Quote(path) + ", or become its owner"
	case errors.Is(err, unix.ELOOP):
		return "a symbolic link leads back to itself; name the program"
	}
	return "name a program's file"
}

// ways to write to another place.
const (
	anotherOutput = "write elsewhere: -o OUT"
	anotherFolder = "name another folder: --loader-dir DIR"
)

// writeProblem words what went wrong in writing the file dst, and the mend; elsewhere is how to have it in another place.
func writeProblem(dst, elsewhere string, err error) (what, hint string) {
	folder, _ := split(dst)
	dir := cli.Quote(folder)
	switch {
	case errors.Is(err, atomicfile.ErrChanged):
		return reason(err), "somebody else writes to it; run again when they are done"
	case errors.Is(err, atomicfile.ErrOwner):
		return err.Error(), "run as its owner or as root, or write a file of your own: -o OUT"
	}
	what = "not written: " + reason(err)
	switch {
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		hint = "make room in " + dir + "; the new file lies beside the old one until it is whole"
	case errors.Is(err, unix.EROFS):
		hint = dir + " is on a read-only file system; " + elsewhere
	case errors.Is(err, unix.EACCES):
		hint = dir + " must be writable, as the new file takes the old one's place there; or " + elsewhere
	case errors.Is(err, unix.EPERM):
		hint = "the file or its folder may be immutable (chattr -i), or the folder sticky and not yours; or " + elsewhere
	case errors.Is(err, unix.EFBIG):
		hint = "raise the limit of file size: ulimit -f unlimited"
	case errors.Is(err, unix.ENOENT) && isFolder(folder):
		hint = dir + " takes no new files; " + elsewhere
	case errors.Is(err, unix.ENOTDIR):
		hint = dir + " is not a folder; " + elsewhere
	case errors.Is(err, unix.ENOENT):
		hint = "make the folder first: mkdir -p " + dir
	case errors.Is(err, unix.EISDIR):
		hint = "name the file in it"
	default:
		hint = "the old file is as it was"
	}
	return what, hint
}

// unwritten makes r the failure of writing its output.
func (r *result) unwritten(p place, err error) result {
	what, hint := writeProblem(p.path, anotherOutput, err)
	if !p.inPlace && !errors.Is(err, atomicfile.ErrChanged) {
		what = p.path + " is " + what
	}
	return r.fail(what, hint)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
