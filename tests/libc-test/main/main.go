// Command libctest runs libc-test and our probes in every mode and fails where two modes differ.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"

	libctest "relinterp/tests/libc-test"
)

// options are the flags.
type options struct {
	dist, patch, arch string
	compilers         []string
	modes             []libctest.Mode
	run               *regexp.Regexp
	jobs              int
	timeout           time.Duration
	all               bool
	keep              string
	json, junit, docs string
}

func parseFlags(args []string, usage io.Writer) (o options, err error) {
	set := flag.NewFlagSet("libctest", flag.ContinueOnError)
	set.SetOutput(usage)
	var compilers, modes, run string
	dist := os.Getenv("RELINTERP_DIST")
	if dist == "" {
		dist = "dist"
	}
	set.StringVar(&o.dist, "dist", dist, "the toolchain `folder`")
	set.StringVar(&o.patch, "patch", "", "relinterp-patch; empty: that of the toolchain folder")
	set.StringVar(&o.arch, "arch", "x86_64", "musl's `name` of the architecture")
	set.StringVar(&compilers, "compilers", "gcc,clang", "`list` of compilers")
	set.StringVar(&modes, "modes", joinModes(), "`list` of modes")
	set.StringVar(&run, "run", "", "only tests whose name matches this `expression`")
	set.IntVar(&o.jobs, "j", runtime.NumCPU(), "tests at a time")
	set.DurationVar(&o.timeout, "timeout", 30*time.Second, "for one program")
	set.BoolVar(&o.all, "all", false, "print every test, not only those that do not pass everywhere")
	set.StringVar(&o.keep, "keep", "", "build in this new `folder` and leave it there")
	set.StringVar(&o.json, "json", "", "write the result to this `file`")
	set.StringVar(&o.junit, "junit", "", "write the result as JUnit XML to this `file`")
	set.StringVar(&o.docs, "docs", "", "rewrite the table of libc-test.md in this `folder`")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if set.NArg() > 0 {
		return o, fmt.Errorf("libctest takes no arguments, got %q; see -help", set.Arg(0))
	}
	o.compilers = strings.Split(compilers, ",")
	if o.modes, err = libctest.ParseModes(modes); err != nil {
		return o, err
	}
	if o.run, err = regexp.Compile(run); err != nil {
		return o, fmt.Errorf("-run: %w", err)
	}
	if o.docs != "" && (run != "" || compilers != "gcc,clang" || modes != joinModes()) {
		return o, errors.New("-docs is for a full run; leave -run, -compilers and -modes out")
	}
	return o, nil
}

func joinModes() string {
	var names []string
	for _, m := range libctest.Modes {
		names = append(names, string(m))
	}
	return strings.Join(names, ",")
}

func main() {
	o, err := parseFlags(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		err = run(ctx, o, os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
