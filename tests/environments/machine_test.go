//go:build kernels

package environments

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"relinterp/internal/trial"
)

// machine is a virtual one: an initial file system, and what it shall run.
type machine struct {
	t     *testing.T
	files bytes.Buffer // cpio, the format "newc" (kernel, driver-api/early-userspace/buffer-format)
	rows  bytes.Buffer
	made  map[string]bool
	inode int
}

func newMachine(t *testing.T) *machine { return &machine{t: t, made: map[string]bool{"/": true}} }

func (m *machine) entry(path string, mode uint32, data []byte) {
	m.inode++
	name := strings.TrimPrefix(path, "/")
	fmt.Fprintf(&m.files, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		m.inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0)
	m.pad(name + "\x00")
	m.pad(string(data))
}

// pad writes a text and fills up to a multiple of four.
func (m *machine) pad(text string) {
	m.files.WriteString(text)
	m.files.Write(make([]byte, -m.files.Len()&3))
}

func (m *machine) folder(path string) {
	if !m.made[path] {
		m.folder(filepath.Dir(path))
		m.made[path] = true
		m.entry(path, 0o40755, nil)
	}
}

// add copies a file or a whole folder of this machine to the same place there.
func (m *machine) add(from string) {
	m.t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		m.put(path, data)
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) put(path string, data []byte) {
	m.folder(filepath.Dir(path))
	m.entry(path, 0o100755, data)
}

// run adds a row: variables first, then the program.
func (m *machine) run(name string, words ...string) {
	fmt.Fprintln(&m.rows, strings.Join(append([]string{name}, words...), "\t"))
}

// report is what a machine said.
type report struct {
	kernel string
	rows   map[string]trial.Result
	whole  string
}

var endOfRow = regexp.MustCompile(`(?s)@begin (\S+)\n(.*?)\n?@end (\S+) (\d+)\n`)

// start boots a kernel with all that, and waits until it has switched itself off.
func (m *machine) start(qemu, kernel string) report {
	m.t.Helper()
	m.put("/rows", m.rows.Bytes())
	m.inode = -1
	m.entry("TRAILER!!!", 0, nil)
	initrd := filepath.Join(m.t.TempDir(), "initrd")
	if err := os.WriteFile(initrd, m.files.Bytes(), 0o644); err != nil {
		m.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(m.t.Context(), 8*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, qemu, "-machine", "accel=tcg", "-m", "1024", "-nographic", "-no-reboot", "-kernel", kernel, "-initrd", initrd,
		"-append", "console=ttyS0 quiet panic=-1 rdinit=/init").CombinedOutput()
	text := strings.ReplaceAll(string(out), "\r", "")
	if err != nil || !strings.Contains(text, "@off\n") {
		m.t.Fatalf("%s: %v\n%s", kernel, err, trial.Short(text))
	}
	r := report{rows: map[string]trial.Result{}, whole: text}
	_, rest, _ := strings.Cut(text, "@kernel ")
	r.kernel, _, _ = strings.Cut(rest, "\n")
	for _, found := range endOfRow.FindAllStringSubmatch(text, -1) {
		status, _ := strconv.Atoi(found[4])
		r.rows[found[1]] = trial.Result{Out: found[2], Status: status}
	}
	return r
}
