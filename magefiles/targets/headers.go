package targets

import (
	"context"
	"fmt"
	"path/filepath"
)

// headersPart is the kernel's own headers; musl brings none.
func (c config) headersPart(ctx context.Context, _ *progress, _ string) (part, error) {
	folders := map[string]string{}
	k := newKey("headers")
	for _, name := range []string{"asm", "asm-generic", "linux"} {
		dir, err := c.kernelHeaders(ctx, name)
		if err != nil {
			return part{}, err
		}
		folders[name] = dir
		k.tree(name, dir, nil)
	}
	key, err := k.sum()
	return part{"headers", key, func(ctx context.Context, stage string) error {
		for name, dir := range folders {
			if err := copyTree(dir, filepath.Join(c.include(stage), name)); err != nil {
				return err
			}
		}
		return nil
	}}, err
}

// kernelHeaders finds one of the kernel's header folders on the host, also in Debian's folder of
// the architecture.
func (c config) kernelHeaders(ctx context.Context, name string) (string, error) {
	for _, dir := range []string{"/usr/include/" + c.arch + "-linux-gnu", "/usr/include"} {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, name))
		if err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("the kernel's header folder %s is not below /usr/include; install linux-libc-dev", name)
}
