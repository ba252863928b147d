package main

import (
	"fmt"
	"os"
	"path/filepath"

	"relinterp/internal/docpage"
)

const (
	regionBegin = "<!-- bench:begin -->"
	regionEnd   = "<!-- bench:end -->"
)

func docsPage(dir string) string { return filepath.Join(dir, "benchmarks.md") }

// writeDocs rewrites benchmarks.md, benchmarks.svg and benchmarks.json in dir.
func writeDocs(dir string, r Report) error {
	path := docsPage(dir)
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := docpage.Replace(string(page), regionBegin, regionEnd, markdown(r))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	figures, err := r.json()
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"benchmarks.md":   []byte(text),
		"benchmarks.svg":  []byte(chart(r)),
		"benchmarks.json": figures,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
