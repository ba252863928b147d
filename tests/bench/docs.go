package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	regionBegin = "<!-- bench:begin -->"
	regionEnd   = "<!-- bench:end -->"
)

// replaceRegion puts body between the two markers of a page.
func replaceRegion(page, body string) (string, error) {
	before, rest, begins := strings.Cut(page, regionBegin)
	_, after, ends := strings.Cut(rest, regionEnd)
	if !begins || !ends {
		return "", fmt.Errorf("no %s ... %s; put the two lines where the table belongs", regionBegin, regionEnd)
	}
	return before + regionBegin + "\n" + body + regionEnd + after, nil
}

func docsPage(dir string) string { return filepath.Join(dir, "benchmarks.md") }

// writeDocs rewrites benchmarks.md, benchmarks.svg and benchmarks.json in dir.
func writeDocs(dir string, r Report) error {
	path := docsPage(dir)
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := replaceRegion(string(page), markdown(r))
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
