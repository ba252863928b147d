package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// writeTable prints the report for a terminal.
func writeTable(w io.Writer, r Report) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "what\tvalue\tmedian's 95 % interval\ttarget\treached")
	for _, row := range r.Rows {
		value, spread, target, reached := row.cells()
		fmt.Fprintln(table, strings.Join([]string{row.What, value, spread, target, reached}, "\t"))
	}
	return table.Flush()
}

// markdown gives the part of docs/benchmarks.md that a run rewrites.
func markdown(r Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %d CPUs; %s; %s; %s; musl %s. %d paired runs of each program, %d of the compiler.\n\n",
		r.Machine.CPU, r.Machine.CPUs, r.Machine.System, r.Machine.Kernel, r.Machine.Compiler, r.Machine.Musl,
		r.Rounds, r.Calls)
	b.WriteString("| what | value | median's 95 % interval | target | reached |\n|---|---|---|---|---|\n")
	for _, row := range r.Rows {
		value, spread, target, reached := row.cells()
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", row.What, value, spread, target, reached)
	}
	return b.String()
}
