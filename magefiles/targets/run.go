package targets

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// command is one program to run; a plan is a list of them.
type command struct {
	dir  string
	env  []string // added to the process's own
	argv []string
}

func (c command) String() string { return strings.Join(c.argv, " ") }

// tailLines is how much of a failed command's output an error shows.
const tailLines = 15

// quiet runs the command and shows its output only if it fails.
func (c command) quiet(ctx context.Context) error {
	var out bytes.Buffer
	cmd := c.exec(ctx)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", c, err, tail(out.String(), tailLines))
	}
	return nil
}

// output runs the command and gives its trimmed standard output.
func (c command) output(ctx context.Context) (string, error) {
	var stderr bytes.Buffer
	cmd := c.exec(ctx)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", c, err, tail(stderr.String(), tailLines))
	}
	return strings.TrimSpace(string(out)), nil
}

// loud runs the command on the process's own output.
func (c command) loud(ctx context.Context) error {
	cmd := c.exec(ctx)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	return nil
}

func (c command) exec(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), c.env...)
	return cmd
}

// tail gives the last n lines of a text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
