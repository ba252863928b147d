package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"relinterp/internal/docpage"
)

const (
	regionBegin = "<!-- corpus:begin -->"
	regionEnd   = "<!-- corpus:end -->"
)

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
	text, err := docpage.Replace(string(page), regionBegin, regionEnd, body)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
