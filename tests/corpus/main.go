// Command corpus patches every dynamic executable of the machine, moves it with its libraries and its
// loader to another folder, to a chroot with /proc and to one without, and compares what it does there
// with what it does unpatched; then it restores the file and compares bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
)

// Options says which programs to look at, and where the result goes.
type Options struct {
	Folders []string // where to look for programs
	Only    string   // a part of the path of those to look at
	Sample  int      // how many of them, 0 for all
	Seed    uint64   // which ones
	Workers int
	After   []string // a command that every patched file goes through before it is run
	JSON    string   // file for the report, or empty
	Docs    string   // page whose table is rewritten, or empty
}

func parseFlags(args []string, usage io.Writer) (Options, error) {
	var o Options
	set := flag.NewFlagSet("corpus", flag.ContinueOnError)
	set.SetOutput(usage)
	set.StringVar(&o.Only, "only", "", "look only at programs whose path holds this `text`")
	set.IntVar(&o.Sample, "sample", 0, "look at `N` programs picked by -seed; 0 is all")
	set.Uint64Var(&o.Seed, "seed", 1, "which ones a sample holds")
	set.IntVar(&o.Workers, "workers", runtime.NumCPU(), "programs at once")
	after := set.String("after", "", "let this `command` work on every patched file before it is run: strip")
	set.StringVar(&o.JSON, "json", "", "write the report to this `file`")
	set.StringVar(&o.Docs, "docs", "", "rewrite the table of corpus.md in this `folder`")
	set.Usage = func() {
		fmt.Fprintln(usage, "usage: corpus [flags] [FOLDER...]   (the machine's usual folders)")
		set.PrintDefaults()
	}
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.After = strings.Fields(*after)
	if o.Folders = set.Args(); len(o.Folders) == 0 {
		o.Folders = usual
	}
	if o.Workers < 1 || o.Sample < 0 {
		return o, errors.New("-workers must be at least 1, -sample at least 0")
	}
	if o.Docs != "" && (o.Sample > 0 || o.Only != "" || len(o.After) > 0) {
		return o, errors.New("-docs wants all programs as they were patched; leave out -sample, -only and -after")
	}
	return o, nil
}

func run(ctx context.Context, o Options, stdout, progress io.Writer) error {
	all, err := find(o.Folders)
	if err != nil {
		return err
	}
	report := Report{Machine: machine(), Found: len(all)}
	var chosen []Program
	for _, p := range all {
		if strings.Contains(p.Path, o.Only) {
			chosen = append(chosen, p)
		}
	}
	if report.Records, err = checkAll(ctx, sample(chosen, o.Sample, o.Seed), o.Workers, o.After, progress); err != nil {
		return err
	}
	for _, line := range append(report.faults(modes...), report.refusals()...) {
		fmt.Fprintln(stdout, line)
	}
	fmt.Fprint(stdout, "\n", report.markdown())
	if o.JSON != "" {
		text, err := report.json()
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.JSON, text, 0o644); err != nil {
			return err
		}
	}
	if o.Docs != "" {
		if err := writeDocs(o.Docs, report); err != nil {
			return err
		}
	}
	if missed := report.missed(); len(missed) > 0 {
		return errors.New("not reached: " + strings.Join(missed, "; "))
	}
	return nil
}

func main() {
	o, err := parseFlags(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	if err == nil {
		err = run(ctx, o, os.Stdout, os.Stderr)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
