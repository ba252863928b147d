package targets

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"runtime"
	"strings"
)

// staticchecks are the releases of staticcheck by the oldest Go that builds them, newest first.
var staticchecks = []struct{ goVersion, release string }{
	{"go1.26", "v0.8.2"},
	{"go1.24", "v0.6.1"},
}

// staticcheckFor gives the release for a version of Go.
func staticcheckFor(goVersion string) (string, error) {
	for _, s := range staticchecks {
		if version.Compare(goVersion, s.goVersion) >= 0 {
			return s.release, nil
		}
	}
	return "", fmt.Errorf("no staticcheck for %s; use Go %s or newer", goVersion, strings.TrimPrefix(staticchecks[len(staticchecks)-1].goVersion, "go"))
}

// lintPlan is the checks in the order of running.
func lintPlan(top, goVersion string) ([]command, error) {
	release, err := staticcheckFor(goVersion)
	if err != nil {
		return nil, err
	}
	return []command{
		{top, nil, []string{"go", "vet", "./..."}},
		{top, nil, []string{"go", "vet", "-tags=mage", "./magefiles"}},
		{top, nil, []string{"go", "vet", "-tags=kernels", "./tests/environments"}},
		{top, nil, []string{"go", "run", "honnef.co/go/tools/cmd/staticcheck@" + release, "./..."}},
	}, nil
}

// lint runs all checks and gives every finding, not only the first.
func lint(ctx context.Context, p *progress, top string) error {
	plan, err := lintPlan(top, runtime.Version())
	if err != nil {
		return err
	}
	all := []error{p.do("gofmt -l .", func() error { return unformatted(ctx, top) })}
	for _, line := range plan {
		all = append(all, p.do(line.String(), func() error { return line.quiet(ctx) }))
	}
	return errors.Join(all...)
}

// unformatted is an error that names the files gofmt would change.
func unformatted(ctx context.Context, dir string) error {
	files, err := command{dir: dir, argv: []string{"gofmt", "-l", "."}}.output(ctx)
	if err != nil {
		return err
	}
	if files != "" {
		return fmt.Errorf("type: gofmt -w %s", strings.Join(strings.Fields(files), " "))
	}
	return nil
}
