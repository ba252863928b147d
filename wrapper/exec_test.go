package wrapper

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sh makes a step of a shell line.
func sh(line string) Step { return Step{Path: "/bin/sh", Argv: []string{"sh", "-c", line}} }

func children(t *testing.T, p *Plan, steps ...Step) (int, string) {
	t.Helper()
	var out bytes.Buffer
	p.Steps = steps
	status, err := p.Run(host("musl-cc", nil), &out, &out)
	require.NoError(t, err)
	return status, out.String()
}

func TestStepsRunInOrderUntilOneFails(t *testing.T) {
	status, out := children(t, &Plan{}, sh("echo 1"), sh("echo 2; exit 3"), sh("echo 4"))
	assert.Equal(t, 3, status)
	assert.Equal(t, "1\n2\n", out)
}

func TestTemporaryFilesAreGoneAfterwards(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "one")
	p := &Plan{TmpDir: dir, Files: []File{{dir + "/a", "text"}}}
	status, out := children(t, p, sh("cat "+dir+"/a"), sh("exit 5"))
	assert.Equal(t, 5, status)
	assert.Equal(t, "text", out)
	assert.NoDirExists(t, dir)
}

func TestATemporaryFolderThatIsAlreadyThereIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	p := &Plan{TmpDir: dir, Steps: []Step{sh("echo ran"), sh("")}}
	var out bytes.Buffer
	_, err := p.Run(host("musl-cc", nil), &out, &out)
	assert.ErrorContains(t, err, "temporary file")
	assert.Empty(t, out.String())
}

func TestWarningsNameUs(t *testing.T) {
	status, out := children(t, &Plan{Warnings: []string{"mind"}}, sh(""), sh(""))
	assert.Zero(t, status)
	assert.Equal(t, "musl-cc: warning: mind\n", out)
}

func TestAPlanThatIsShownRunsNoHelperStep(t *testing.T) {
	main := sh("echo ran")
	main.Main, main.Ask = true, "x"
	_, out := children(t, &Plan{Show: true, TmpDir: "/nowhere/x"}, sh("echo helper ran"), main)
	assert.NotContains(t, out, "\nhelper ran")
	assert.Contains(t, out, " sh -c 'echo helper ran'\n")
}

func TestAFileThatIsNoProgramKeepsItsBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(path, []byte("\x7fELF but not really"), 0o644))
	assert.NoError(t, dropInterpreter(path))
	assert.NoError(t, dropInterpreter("/dev/null"))
	assert.NoError(t, dropInterpreter(path+".missing"))
	text, _ := os.ReadFile(path)
	assert.Equal(t, "\x7fELF but not really", string(text))
}
