package cli

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// command gives one whose RunE gives err.
func command(err error, args ...string) *cobra.Command {
	cmd := &cobra.Command{Use: "tool", RunE: func(*cobra.Command, []string) error { return err }}
	cmd.SetFlagErrorFunc(FlagError)
	cmd.AddCommand(&cobra.Command{Use: "part", Run: func(*cobra.Command, []string) {}})
	cmd.SetArgs(args)
	return cmd
}

func TestStatusesAndLines(t *testing.T) {
	for _, one := range []struct {
		err    error
		args   []string
		status int
		stderr string
	}{
		{nil, nil, StatusDone, ""},
		{Status(StatusRefused), nil, StatusRefused, ""},
		{&Error{"x: broken", "mend it"}, nil, StatusFailed, "tool: error: x: broken\ntool: hint: mend it\n"},
		{errors.New("odd"), nil, StatusFailed, "tool: error: odd\n"},
		{Usagef("like this", "not %s", "that"), nil, StatusUsage, "tool: error: not that\ntool: hint: like this\n"},
		{nil, []string{"--no-such"}, StatusUsage, "tool: error: unknown flag: --no-such\ntool: hint: tool --help lists the options\n"},
		{nil, []string{"prat"}, StatusUsage, "tool: error: unknown command \"prat\" for \"tool\"\ntool: hint: tool --help lists them\n"},
	} {
		var stderr strings.Builder
		assert.Equal(t, one.status, run(context.Background(), command(one.err, one.args...), &stderr), "%v", one.err)
		assert.Equal(t, one.stderr, stderr.String())
	}
}

func TestNamesCannotSteerTheTerminal(t *testing.T) {
	assert.Equal(t, "tool: error: a?[31m?b\n", Lines("tool", "a\x1b[31m\nb", ""))
}

func TestQuotedWordsAreWhatAShellTakes(t *testing.T) {
	for _, word := range []string{"plain/path-1.2", "", "a b", "it's", "$HOME", "a\nb", "-o", "*", "é"} {
		out, err := exec.Command("sh", "-c", "printf %s "+Quote(word)).Output()
		require.NoError(t, err)
		assert.Equal(t, word, string(out))
	}
	assert.Equal(t, "plain/path-1.2", Quote("plain/path-1.2"))
}
