package debug

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/need"
)

var update = flag.Bool("update", false, "write the table of rows into docs/debuggers.md")

const (
	begin = "<!-- rows:begin (go test ./tests/debug -run TestDocs -update) -->\n"
	end   = "<!-- rows:end -->\n"
)

func TestDocsShowTheTable(t *testing.T) {
	path := filepath.Join(need.Top(), "docs", "debuggers.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), begin)
	old, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the table: %s...%s", path, begin, end)
	}
	table := markdown(rows())
	switch {
	case old == table:
	case *update:
		if err := os.WriteFile(path, []byte(before+begin+table+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not what the rows say; run: go test ./tests/debug -run TestDocs -update", path)
	}
}

// markdown shows the rows by tools and modes, and below them why some come out otherwise.
func markdown(rows []row) string {
	var notes []string
	text := table(rows, modes, func(_ row, k *tool) bool { return !k.qemu }, &notes)
	text += "\nPrograms of another machine that the host runs:\n\n" +
		table(rows, otherModes, func(r row, k *tool) bool { return r.everywhere && k.everywhere }, &notes)
	text += "\nPrograms that qemu runs (`qemu-aarch64 -g`, `qemu-riscv64 -g`), gdb-multiarch connected to it:\n\n" +
		table(rows, qemuModes, func(_ row, k *tool) bool { return k.qemu }, &notes) + "\n"
	for i, note := range notes {
		text += fmt.Sprintf("%d. %s\n", i+1, note)
	}
	return text
}

// table has a line for each row and the tools to which it is one, for those that are asked of the columns' programs.
func table(rows []row, columns []mode, asked func(row, *tool) bool, notes *[]string) string {
	var b strings.Builder
	b.WriteString("| | |")
	for _, m := range columns {
		fmt.Fprintf(&b, " %s |", m.title())
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, r := range rows {
		lines := map[string][]string{} // the tools of a line
		for _, k := range toolTable {
			if r.ask[k.name] != nil && asked(r, k) {
				line := r.cells(k, columns, notes)
				lines[line] = append(lines[line], k.name)
			}
		}
		for _, k := range toolTable {
			for line, names := range lines {
				if names[0] == k.name {
					fmt.Fprintf(&b, "| %s | %s |%s\n", r.name, strings.Join(names, ", "), line)
				}
			}
		}
	}
	return b.String()
}

// title is the mode's name in the head of the table.
func (m mode) title() string {
	if m.like == "" {
		return m.name + ", PT_INTERP"
	}
	return m.name
}

// cells are what a tool finds in each mode: yes, or the number of a note.
func (r row) cells(k *tool, columns []mode, notes *[]string) string {
	var line string
	for _, m := range columns {
		cell := "yes"
		if k.unproven {
			cell = "?"
		}
		if l := r.limitOf(k.name, 0, m); l != nil {
			note := k.name + ": " + l.why
			if l.below > 0 {
				note = fmt.Sprintf("%s before version %s%d: %s", k.name, map[bool]string{true: "3."}[k.three], l.below, l.why)
			}
			if !slices.Contains(*notes, note) {
				*notes = append(*notes, note)
			}
			cell = fmt.Sprintf("(%d)", slices.Index(*notes, note)+1)
		}
		line += " " + cell + " |"
	}
	return line
}

func TestMarkdownNumbersTheNotes(t *testing.T) {
	got := markdown([]row{
		{name: "break main", ask: map[string][]string{"gdb": {"run"}, "lldb": {"run"}}},
		{name: "thread-local variables", ask: map[string][]string{"gdb": {"print"}, "lldb": {"print"}},
			limits: []limit{{tool: "gdb", modes: []string{"musl"}, below: 16, why: "cannot"}}},
	})
	for _, want := range []string{
		"| break main | gdb, lldb | yes | yes |", "| thread-local variables | gdb | (1) | (1) |",
		"| thread-local variables | lldb | yes | yes |", "\n1. gdb before version 16: cannot\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
