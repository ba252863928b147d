package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	regionBegin = "<!-- corpus:begin -->"
	regionEnd   = "<!-- corpus:end -->"
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

// writeDocs rewrites the table of corpus.md in dir.
func writeDocs(dir string, r Report) error {
	path := filepath.Join(dir, "corpus.md")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	body := r.markdown()
	if lines := r.faults(WithRunpath); len(lines) > 0 {
		body += "\nWhat failed with libraries that have RUNPATH:\n\n```\n" + strings.Join(lines, "\n") + "\n```\n"
	}
	text, err := replaceRegion(string(page), body)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
