package atomicfile

import (
	"strings"

	"golang.org/x/sys/unix"
)

// openReal opens a folder a step at a time and follows no symbolic link: a path that had none when it
// was worked out leads to the folder that it led to then, or is ErrChanged.
func openReal(dir string) (int, error) {
	at := unix.AT_FDCWD
	open := func(name string) error {
		fd, err := unix.Openat(at, name, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if err != nil {
			var st unix.Stat_t
			if unix.Fstatat(at, name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil && st.Mode&unix.S_IFMT == unix.S_IFLNK {
				err = ErrChanged
			}
		}
		if at != unix.AT_FDCWD {
			unix.Close(at)
		}
		at = fd
		return err
	}
	start := "."
	if strings.HasPrefix(dir, "/") {
		start = "/"
	}
	if err := open(start); err != nil {
		return -1, err
	}
	for name := range strings.SplitSeq(dir, "/") {
		if name == "" || name == "." {
			continue
		}
		if err := open(name); err != nil {
			return -1, err
		}
	}
	return at, nil
}
