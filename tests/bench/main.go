// Command bench measures what -relinterp costs against the same program with PT_INTERP, and
// musl-cc against the compiler that it runs.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// Options says what to measure, how often, and where the result goes.
type Options struct {
	Dist   string // the toolchain folder
	CC     string // the real compiler behind musl-cc, also used for the spawner
	Rounds int    // paired runs of each program
	Calls  int    // paired runs of the compiler
	Quick  bool   // a smoke run: the counts are right, the timings are not
	JSON   string // file for the figures, or empty
	Docs   string // folder whose benchmarks.* are rewritten, or empty
}

const warmUp = 20

func parseFlags(args []string, usage io.Writer) (Options, error) {
	o := Options{Dist: os.Getenv("RELINTERP_DIST")}
	if o.Dist == "" {
		o.Dist = "dist"
	}
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(usage)
	set.StringVar(&o.Dist, "dist", o.Dist, "the toolchain `folder`")
	set.StringVar(&o.CC, "cc", "gcc", "the real `compiler` behind musl-cc")
	set.IntVar(&o.Rounds, "rounds", 8000, "paired runs of each program")
	set.IntVar(&o.Calls, "calls", 200, "paired runs of the compiler")
	set.BoolVar(&o.Quick, "quick", false, "a smoke run of a few rounds")
	set.StringVar(&o.JSON, "json", "", "write the figures to this `file`")
	set.StringVar(&o.Docs, "docs", "", "rewrite benchmarks.md, .svg and .json in this `folder`")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if set.NArg() > 0 {
		return o, fmt.Errorf("bench takes no arguments, got %q; see -help", set.Arg(0))
	}
	if o.Quick {
		o.Rounds, o.Calls = 5, 2
	}
	if o.Rounds < 1 || o.Calls < 1 {
		return o, errors.New("-rounds and -calls must be at least 1")
	}
	if o.Quick && o.Docs != "" {
		return o, errors.New("-quick gives no figures fit for -docs; leave one of the two out")
	}
	return o, nil
}

func main() {
	o, err := parseFlags(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = run(o, os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
