package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"relinterp/internal/need"
	"relinterp/internal/patchcmd"
)

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(need.Top(), "docs", name))
	require.NoError(t, err)
	return string(text)
}

func TestTheLinesOfThePageWork(t *testing.T) {
	gcc := need.Tool(t, "gcc", "gcc")
	need.Tool(t, "ldd", "libc-bin")
	block := regexp.MustCompile("(?s)```sh\n(.*?)```").FindStringSubmatch(page(t, "relinterp-patch.md"))
	require.NotNil(t, block)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "app.c"), []byte(appSource), 0o644))
	cmd := exec.Command("sh", "-euxc", gcc+" -o hello app.c\n"+block[1])
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "\nhello\n")
	assert.NotContains(t, string(out), "note:")
}

func TestThePageHasEveryOption(t *testing.T) {
	text := page(t, "relinterp-patch.md")
	patchcmd.New("relinterp-patch").Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && f.Name != "output" {
			assert.Regexp(t, "(?m)^\\| `(-., `)?(-.`, `)?--"+f.Name+"[ `]", text, f.Name)
		}
	})
	assert.Contains(t, text, "| `-o OUT` |")
}

func TestThePageHasEveryKindAndStatus(t *testing.T) {
	var schema struct {
		Defs map[string]struct {
			Properties map[string]struct{ Enum []string } `json:"properties"`
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal([]byte(page(t, "relinterp-patch.schema.json")), &schema))
	text := page(t, "relinterp-patch.md")
	words := append(schema.Defs["refusal"].Properties["kind"].Enum, schema.Defs["result"].Properties["status"].Enum...)
	require.Len(t, words, 25)
	for _, word := range words {
		assert.Contains(t, text, "`"+word+"`")
	}
	source, err := os.ReadFile(filepath.Join(need.Top(), "patcher", "refusal.go"))
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`Kind = "([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		assert.Contains(t, words, m[1], "the schema's kinds")
	}
}

func TestUmbrellaHasTheSameCommand(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "relinterp")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", bin, "../relinterp")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	out, err = exec.Command(bin, "patch", "--help").Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), "\n  relinterp patch app --loader-dir lib --copy-loader ")
	for _, args := range [][]string{{"pach"}, {"patch"}, {"patch", "x", "--no-such"}} {
		var stderr strings.Builder
		cmd := exec.Command(bin, args...)
		cmd.Stderr = &stderr
		assert.Error(t, cmd.Run())
		assert.Equal(t, 2, cmd.ProcessState.ExitCode(), "%v", args)
		assert.Regexp(t, "^relinterp( patch)?: error: .*\nrelinterp( patch)?: hint: .*\n$", stderr.String())
	}
}
