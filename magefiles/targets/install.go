package targets

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// placement is where `install` writes.
type placement struct {
	folder string            // the copied toolchain folder
	links  map[string]string // link in bin/ -> its relative target
}

// placementFor decides where everything goes; root is DESTDIR, "" for the machine itself.
func (c config) placementFor(root, prefix string) (placement, error) {
	if prefix == "" {
		prefix = "/usr/local"
	}
	if !filepath.IsAbs(prefix) {
		return placement{}, fmt.Errorf("PREFIX=%s is not absolute; give a path that starts with /", prefix)
	}
	base := filepath.Join(root, prefix)
	p := placement{folder: filepath.Join(base, "lib", "relinterp"), links: map[string]string{}}
	names := c.driverNames()
	for _, one := range programs {
		names = append(names, one.name)
	}
	for _, name := range names {
		p.links[filepath.Join(base, "bin", name)] = filepath.Join("..", "lib", "relinterp", "bin", name)
	}
	return p, nil
}

// install copies the toolchain folder beside its place, exchanges, and writes the links.
func (c config) install(p placement) error {
	parent := filepath.Dir(p.folder)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("%w; choose another PREFIX or become root", err)
	}
	stage, err := os.MkdirTemp(parent, ".relinterp-*")
	if err != nil {
		return fmt.Errorf("%w; choose another PREFIX or become root", err)
	}
	defer os.RemoveAll(stage)
	entries := append(c.distEntries(), stampFile)
	for _, a := range c.foreignFolders() {
		entries = append(entries, a.Folder())
	}
	for _, name := range entries {
		from := filepath.Join(c.dist(), name)
		if err := copyTree(from, filepath.Join(stage, name)); err != nil {
			return err
		}
	}
	if err := errors.Join(os.Chmod(stage, 0o755), replace(stage, p.folder)); err != nil {
		return err
	}
	for link, target := range p.links {
		if err := errors.Join(os.MkdirAll(filepath.Dir(link), 0o755), relink(target, link)); err != nil {
			return err
		}
	}
	return nil
}
