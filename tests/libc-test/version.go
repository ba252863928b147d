package libctest

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

// firstLine gives the first line that a command prints, or "".
func firstLine(cmd *exec.Cmd) string {
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}

// version is how libc.so holds musl's version: a string that is nothing else.
var version = regexp.MustCompile(`\x00(\d+\.\d+\.\d+)\x00`)

// muslVersion reads the version out of a libc.so, or gives "".
func muslVersion(libc string) string {
	data, err := os.ReadFile(libc)
	if err != nil {
		return ""
	}
	if found := version.FindSubmatch(data); found != nil {
		return string(bytes.Clone(found[1]))
	}
	return ""
}
