package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	machines "relinterp/internal/arch"
	"relinterp/internal/need"
)

var shBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// typeLines types all the sh blocks of a page into one shell, and gives the folder where it ran.
func typeLines(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(need.Top(), "docs", page))
	require.NoError(t, err)
	var lines strings.Builder
	for _, m := range shBlock.FindAllStringSubmatch(string(text), -1) {
		lines.WriteString(m[1])
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"hello.c": "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n",
		"own.c":   "int own(void) { return 5; }\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	// The pages do not quote $D: here it has no space.
	link := filepath.Join(t.TempDir(), "d")
	require.NoError(t, os.Symlink(dist(t), link))
	cmd := exec.Command("sh", "-euxc", lines.String())
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "D="+link+"/x86_64-linux-musl", "PATH="+link+"/bin:"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return dir
}

func TestTheLinesOfTheDriversPageWork(t *testing.T) {
	need.Tool(t, "qemu-aarch64", "qemu-user")
	for _, name := range []string{"aarch64", "arm"} {
		machine, _ := machines.Lookup(name)
		need.Machine(t, machine)
	}
	dir := typeLines(t, "musl-cc.md")
	out, err := exec.Command(filepath.Join(dir, "app")).Output()
	require.NoError(t, err)
	assert.Equal(t, "hello\n", string(out))
	assert.Error(t, exec.Command(filepath.Join(dir, "ship")).Run(), "alone it has no loader")
}

func TestTheLinesForPlainCompilersWork(t *testing.T) {
	need.Tool(t, "ld.lld", "lld")
	need.Tool(t, "mold", "mold")
	dir := typeLines(t, "without-go.md")
	for name, interp := range map[string]bool{
		"plain": true, "plain-clang": true, "app": false, "app-clang": false, "app-lld": false, "app-mold": false, "deps": false, "static": false,
	} {
		out, err := exec.Command("readelf", "-lSW", filepath.Join(dir, name)).Output()
		require.NoError(t, err, name)
		assert.Equal(t, interp, strings.Contains(strings.ToLower(string(out)), "interp"), name)
	}
	for _, name := range []string{"static", "static-clang"} {
		out, err := exec.Command(filepath.Join(dir, name)).Output()
		require.NoError(t, err, name)
		assert.Equal(t, "hello\n", string(out), name)
	}
}
