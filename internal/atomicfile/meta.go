package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Note is something that could not be kept, and the mend.
type Note struct {
	What string
	Hint string // a line to type, or advice; may be ""
}

// ErrOwner says that this user may not make files of the old file's owner.
var ErrOwner = errors.New("its owner cannot be kept")

// Like gives f what src has: owner, mode with its set-user-ID bits, extended attributes with ACLs and
// capabilities, and, if times is not nil, the times that it had then. All has been written to f before: writing removes capabilities
// and bits. An attribute that the kernel forbids to set is a note, an owner is ErrOwner, a group a note.
func (f *File) Like(src Source, times *State) ([]Note, error) {
	var old, now unix.Stat_t
	if err := errors.Join(unix.Fstat(int(src.Fd()), &old), unix.Fstat(f.fd, &now)); err != nil {
		return nil, err
	}
	var notes []Note
	mode := old.Mode & 0o7777
	if old.Uid != now.Uid || old.Gid != now.Gid {
		if err := unix.Fchown(f.fd, int(old.Uid), int(old.Gid)); err != nil && old.Uid != now.Uid {
			return nil, fmt.Errorf("%w (%d)", ErrOwner, old.Uid)
		} else if err != nil { // one's own file, in a group that one is not of
			mode &^= unix.S_ISGID
			notes = append(notes, Note{fmt.Sprintf("its group (%d) is not kept: %v", old.Gid, err), fmt.Sprintf("as root: chgrp %d %s", old.Gid, f.path)})
		}
	}
	if err := unix.Fchmod(f.fd, mode); err != nil {
		return nil, &fs.PathError{Op: "chmod", Path: f.path, Err: err}
	}
	lost, err := f.copyAttributes(src)
	if err != nil {
		return nil, err
	}
	notes = append(notes, lost...)
	if times != nil {
		err = f.Times(*times)
	}
	return notes, err
}

// Perm gives f permissions as a new file gets them: mode without the umask's bits.
func (f *File) Perm(mode fs.FileMode) error {
	if err := unix.Fchmod(f.fd, uint32(mode.Perm())&^umask()); err != nil {
		return &fs.PathError{Op: "chmod", Path: f.path, Err: err}
	}
	return nil
}

// Times gives f the times of access and modification that a file had when s was taken, before it was read.
func (f *File) Times(s State) error {
	times := [2]unix.Timespec{s.accessed, s.modified}
	// utimensat(2) without a path is futimens(3).
	_, _, e := unix.Syscall6(unix.SYS_UTIMENSAT, uintptr(f.fd), 0, uintptr(unsafe.Pointer(&times)), 0, 0, 0)
	if e != 0 {
		return &fs.PathError{Op: "set the times of", Path: f.path, Err: e}
	}
	return nil
}

// copyAttributes makes f's extended attributes src's. What a folder's default ACL gave to f goes.
func (f *File) copyAttributes(src Source) ([]Note, error) {
	names, err := attributes(int(src.Fd()))
	if err != nil {
		return nil, err
	}
	var notes []Note
	has := map[string]bool{}
	for _, name := range names {
		has[name] = true
		if name == "security.ima" || name == "security.evm" {
			notes = append(notes, Note{name + ", a signature of the old content, is not kept", "sign the file anew"})
			continue
		}
		value, err := attribute(int(src.Fd()), name)
		if err == nil {
			err = unix.Fsetxattr(f.fd, name, value, 0)
		}
		if err != nil {
			notes = append(notes, lost(f.path, name, value, err))
		}
	}
	fresh, err := attributes(f.fd)
	for _, name := range fresh {
		if strings.HasPrefix(name, "system.posix_acl_") && !has[name] {
			err = errors.Join(err, unix.Fremovexattr(f.fd, name))
		}
	}
	return notes, err
}

// lost words an attribute that could not be kept.
func lost(path, name string, value []byte, err error) Note {
	if name != "security.capability" {
		return Note{What: fmt.Sprintf("extended attribute %s is not kept: %v", name, err)}
	}
	hint := "give it its capabilities again, as root"
	if text, ok := capabilities(value); ok {
		hint = fmt.Sprintf("as root: setcap '%s' %s", text, path)
	}
	return Note{fmt.Sprintf("file capabilities are not kept: %v", err), hint}
}

// attributes lists the names of a file's extended attributes; none where there is no such thing.
func attributes(fd int) ([]string, error) {
	buf := make([]byte, 256)
	for {
		n, err := unix.Flistxattr(fd, buf)
		switch {
		case errors.Is(err, unix.ERANGE) && len(buf) < 1<<20:
			buf = make([]byte, len(buf)*8)
		case errors.Is(err, unix.EOPNOTSUPP):
			return nil, nil
		case err != nil:
			return nil, err
		case n == 0:
			return nil, nil
		default:
			return strings.Split(strings.TrimSuffix(string(buf[:n]), "\x00"), "\x00"), nil
		}
	}
}

// attribute gives a value; 64 KiB is the kernel's limit.
func attribute(fd int, name string) ([]byte, error) {
	buf := make([]byte, 64<<10)
	n, err := unix.Fgetxattr(fd, name, buf)
	if err != nil {
		return nil, err
	}
	return buf[:n], nil
}
