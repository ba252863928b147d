package targets

import (
	"context"
	"os"
	"strings"
)

// Corpus patches every dynamic executable of this machine, runs it moved and in empty roots, and restores it (CORPUS="-docs docs" rewrites docs/corpus.md)
func Corpus(ctx context.Context) error {
	c, err := configFromEnv()
	if err != nil {
		return err
	}
	return c.corpusCommand(os.Getenv("CORPUS")).loud(ctx)
}

// corpusCommand is the corpus with the user's own flags.
func (c config) corpusCommand(flags string) command {
	return command{dir: c.top, argv: append([]string{"go", "run", "./tests/corpus"}, strings.Fields(flags)...)}
}
