package targets

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// headersPart is the kernel's own headers; musl brings none.
func (c config) headersPart(context.Context, *progress, string) (part, error) {
	files := map[string]string{} // path below include/ -> the host's file
	for _, name := range []string{"asm", "asm-generic", "linux"} {
		dir, err := c.kernelHeaders("/usr", name)
		if err != nil {
			return part{}, err
		}
		if err := addHeaders(files, name, dir); err != nil {
			return part{}, err
		}
	}
	k := newKey("headers")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		k.file(name, files[name])
	}
	key, err := k.sum()
	return part{"headers", key, func(_ context.Context, stage string) error {
		for name, path := range files {
			if err := copyFile(path, filepath.Join(c.include(stage), name)); err != nil {
				return err
			}
		}
		return nil
	}}, err
}

// kernelHeaders finds one of the kernel's header folders on the host, also in Debian's folders of
// the architecture. The host's own asm/ serves the host alone.
func (c config) kernelHeaders(root, name string) (string, error) {
	pkg := "linux-libc-dev"
	dirs := []string{filepath.Join(root, "include", c.arch.GNU), filepath.Join(root, "include")}
	if c.foreign() {
		dirs = append([]string{filepath.Join(root, c.arch.GNU, "include")}, dirs[:1]...)
		pkg = c.arch.HeadersPackage()
	}
	for _, dir := range dirs {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, name))
		if err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("the kernel's header folder %s is not below %s; install %s", name, root, pkg)
}

// addHeaders lists the files below dir. Newer Debian has links to files elsewhere: they count as
// the files that they lead to.
func addHeaders(files map[string]string, name, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if info.Mode().IsRegular() {
			rel, _ := filepath.Rel(dir, path)
			files[filepath.Join(name, rel)] = path
		}
		return nil
	})
}
