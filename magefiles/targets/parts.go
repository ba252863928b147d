package targets

import (
	"context"
	"path/filepath"
	"strings"
)

// part is one piece of the toolchain folder with the key of its inputs.
type part struct {
	name    string
	key     string
	install func(ctx context.Context, stage string) error
}

// parts lists the pieces in the order of installing.
func (c config) parts(ctx context.Context, p *progress, compiler string) ([]part, error) {
	var list []part
	makers := []func(context.Context, *progress, string) (part, error){
		c.layoutPart, c.muslPart, c.headersPart, c.runtimePart, c.objectPart, c.specsPart,
	}
	if !c.foreign() {
		makers = append(makers, c.driverPart)
	}
	for _, make := range makers {
		one, err := make(ctx, p, compiler)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// layoutPart installs nothing: its key is these very sources, which decide what goes where.
func (c config) layoutPart(context.Context, *progress, string) (part, error) {
	sources := func(path string) bool { return !strings.HasSuffix(path, "_test.go") }
	key, err := newKey("layout").tree("targets", filepath.Join(c.top, "magefiles", "targets"), sources).sum()
	return part{"layout", key, func(context.Context, string) error { return nil }}, err
}

func (c config) lib(stage string) string     { return filepath.Join(stage, c.triple(), "lib") }
func (c config) include(stage string) string { return filepath.Join(stage, c.triple(), "include") }

func (c config) muslPart(ctx context.Context, p *progress, compiler string) (part, error) {
	patches, err := c.patches()
	if err != nil {
		return part{}, err
	}
	key, err := c.muslKey(patches, compiler)
	return part{"musl", key, func(ctx context.Context, stage string) error {
		built, err := c.musl(ctx, p, patches, key)
		if err != nil {
			return err
		}
		return copyTree(built, filepath.Join(stage, c.triple()))
	}}, err
}
