package patchcmd

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"relinterp/internal/cli"
)

const long = `Makes existing dynamic executables find their loader and their libraries beside themselves.

  relinterp-patch app --loader-dir lib --copy-loader   lib/ is where you stand; app will look in $ORIGIN/lib
  relinterp-patch app --loader-dir lib -o moved/app    leaves app alone
  relinterp-patch -r tree --loader-dir tree/lib        every program below tree/
  relinterp-patch lib/lib*.so* --set-runpath lib       libraries find each other: $ORIGIN
  relinterp-patch --dry-run app --loader-dir lib       says what would be done
  relinterp-patch --verify app                         does it find everything? app itself is not run
  relinterp-patch --restore app                        the original again, byte for byte

LIST is entries between colons: $ORIGIN/..., /absolute, or a folder relative to where you stand.
Exit status: 0 all done, 1 something failed, 2 the command line is wrong, 3 a file was refused.`

// flags are the options as they were typed.
type flags struct {
	loaderDir, loader, runpath, rpath, setRunpath, output, stackSize, fallback, payload string
	copyLoader, keepRunpath, recursive, dryRun, preserveTimes, json                     bool
	restore, inspect, verify                                                            bool
}

// New gives the command: as "relinterp-patch", or as "patch" of relinterp.
func New(use string) *cobra.Command {
	var f flags
	name := use
	if use == "patch" {
		name = "relinterp patch"
	}
	cmd := &cobra.Command{
		Use:                   use + " FILE... --loader-dir DIR [OPTION...]",
		Short:                 "let existing programs find their loader beside themselves, and undo it",
		Long:                  strings.ReplaceAll(long, "relinterp-patch", name),
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			q, err := newRequest(&f, args, cmd.Flags().Changed)
			if err == nil {
				return run(cmd.Context(), q, cmd.CommandPath(), cmd.OutOrStdout(), cmd.ErrOrStderr())
			}
			if f.json {
				return usageJSON(cmd.OutOrStdout(), &f, err)
			}
			return err
		},
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if err = cli.FlagError(cmd, err); slices.Contains(os.Args, "--json") { // the options were not read to their end
			return usageJSON(cmd.OutOrStdout(), &f, err)
		}
		return err
	})
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.loaderDir, "loader-dir", "", "the loader lies in `DIR`, as seen from here")
	fs.StringVar(&f.loader, "loader", "", "the loader is the file `NAME` there (default: the name that the program has)")
	fs.BoolVar(&f.copyLoader, "copy-loader", false, "put this machine's loader there if none is")
	fs.StringVar(&f.runpath, "runpath", "", "libraries lie in `LIST` (default: DIR, then the old entries with $ORIGIN)")
	fs.StringVar(&f.rpath, "rpath", "", "the same as RPATH, in which libraries look for their own libraries, too: `LIST`")
	fs.BoolVar(&f.keepRunpath, "keep-runpath", false, "keep all old entries behind DIR")
	fs.StringVar(&f.setRunpath, "set-runpath", "", "write RUNPATH `LIST` and nothing else; takes libraries")
	fs.StringVar(&f.fallback, "fallback", "", "the loader to try last: an absolute `PATH`; set-user-ID programs need one")
	fs.StringVar(&f.stackSize, "stack-size", "", "stack of musl's threads: `SIZE`, as 8M or 512K")
	fs.StringVar(&f.payload, "payload", "keep-end", "what becomes of bytes appended to a program: `MODE` keep-end, keep-offset, refuse")
	fs.StringVarP(&f.output, "output", "o", "", "write `OUT` and leave FILE alone")
	fs.BoolVarP(&f.recursive, "recursive", "r", false, "take every program below the folders among FILE")
	fs.BoolVar(&f.preserveTimes, "preserve-times", false, "keep the times of access and modification")
	fs.BoolVarP(&f.dryRun, "dry-run", "n", false, "print the plan, write nothing")
	fs.BoolVar(&f.inspect, "inspect", false, "print what the files are")
	fs.BoolVar(&f.verify, "verify", false, "check patched files, and ask their loader what it finds; runs none of them")
	fs.BoolVar(&f.restore, "restore", false, "put the originals back, byte for byte")
	fs.BoolVar(&f.json, "json", false, "answer as JSON (docs/relinterp-patch.schema.json)")
	fs.BoolP("help", "h", false, "this text")
	cmd.SetUsageTemplate("Usage:\n  {{.UseLine}}\n\nOptions:\n{{.LocalFlags.FlagUsages}}")
	return cmd
}
