package patchcmd

import (
	"path/filepath"
	"strings"

	"relinterp/internal/cli"
	"relinterp/patcher"
)

// action is what is done to each file.
type action string

const (
	doPatch   action = "patch" // --set-runpath as well
	doRestore action = "restore"
	doInspect action = "inspect"
	doVerify  action = "verify"
)

// request is a checked command line. What depends on where a file lies is worked out a file at a time.
type request struct {
	action        action
	files         []string
	recursive     bool
	output        string
	loaderDir     entry
	copyLoader    bool
	runpath       []entry // nil for the default
	options       patcher.Options
	dryRun        bool
	preserveTimes bool
	json          bool
}

// newRequest checks what can be checked without looking at a file. changed says whether an option was given.
func newRequest(f *flags, args []string, changed func(string) bool) (*request, error) {
	q := &request{action: doPatch, files: args, recursive: f.recursive, output: f.output, copyLoader: f.copyLoader,
		dryRun: f.dryRun, preserveTimes: f.preserveTimes, json: f.json}
	if err := q.chooseAction(f, changed); err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return nil, cli.Usagef("relinterp-patch app --loader-dir lib", "no file is named")
	}
	for _, file := range args {
		if file == "" {
			return nil, cli.Usagef("a variable in your script may be empty", "a file's name is empty")
		}
	}
	if err := q.checkOutput(f, changed); err != nil {
		return nil, err
	}
	if q.action != doPatch {
		return q, nil
	}
	return q, q.readOptions(f, changed)
}

// action is the one that was asked for, of a command line that may be wrong.
func (f *flags) action() action {
	switch {
	case f.restore:
		return doRestore
	case f.inspect:
		return doInspect
	case f.verify:
		return doVerify
	}
	return doPatch
}

// patchOnly are the options that say how to patch.
var patchOnly = []string{"loader-dir", "loader", "copy-loader", "runpath", "rpath", "keep-runpath", "set-runpath", "fallback", "stack-size", "payload"}

func (q *request) chooseAction(f *flags, changed func(string) bool) error {
	var chosen []string
	for _, one := range []struct {
		given  bool
		action action
	}{{f.inspect, doInspect}, {f.verify, doVerify}, {f.restore, doRestore}} {
		if one.given {
			q.action = one.action
			chosen = append(chosen, "--"+string(one.action))
		}
	}
	if len(chosen) > 1 {
		return cli.Usagef("call it once for each", "%s cannot be had at once", strings.Join(chosen, " and "))
	}
	if len(chosen) == 0 {
		if !changed("loader-dir") && !changed("set-runpath") {
			return cli.Usagef("--loader-dir lib if the loader lies in lib/; --inspect to look, --restore to undo", "nothing says what to do: --loader-dir is missing")
		}
		return nil
	}
	for _, name := range []string{"preserve-times", "dry-run"} {
		if changed(name) && q.action != doRestore {
			return cli.Usagef("leave --"+name+" out", "--%s has no meaning with %s, which writes nothing", name, chosen[0])
		}
	}
	for _, name := range patchOnly {
		if changed(name) {
			return cli.Usagef("leave one of them out", "--%s says how to patch and %s patches nothing", name, chosen[0])
		}
	}
	return nil
}

func (q *request) checkOutput(f *flags, changed func(string) bool) error {
	if !changed("output") {
		return nil
	}
	switch {
	case q.action == doInspect || q.action == doVerify:
		return cli.Usagef("leave -o out", "--%s writes no file", q.action)
	case f.recursive:
		return cli.Usagef("copy the tree (cp -a) and patch the copy", "-o names one file and --recursive finds many")
	case len(q.files) > 1:
		return cli.Usagef("call it once for each, or copy the files and patch the copies", "-o names one file and %d are given", len(q.files))
	case f.output == "":
		return cli.Usagef("-o OUT", "-o needs a file name")
	}
	return nil
}

// readOptions reads the values of the options that say how to patch.
func (q *request) readOptions(f *flags, changed func(string) bool) (err error) {
	if err := excludes(changed); err != nil {
		return err
	}
	o := &q.options
	o.Rpath, o.KeepRunpath, o.RunpathOnly = changed("rpath"), f.keepRunpath, changed("set-runpath")
	if changed("loader-dir") {
		if q.loaderDir, err = readFolder("--loader-dir", f.loaderDir); err != nil {
			return err
		}
	}
	for _, one := range []struct{ name, value string }{{"runpath", f.runpath}, {"rpath", f.rpath}, {"set-runpath", f.setRunpath}} {
		if changed(one.name) {
			if q.runpath, err = readList("--"+one.name, one.value); err != nil {
				return err
			}
		}
	}
	if o.Loader = f.loader; changed("loader") && !isName(f.loader) {
		return cli.Usagef("--loader-dir "+cli.Quote(filepath.Dir(f.loader))+" --loader "+cli.Quote(filepath.Base(f.loader)), "--loader %s is not a file name", cli.Quote(f.loader))
	}
	if o.Fallback = f.fallback; changed("fallback") && !filepath.IsAbs(f.fallback) {
		return cli.Usagef("--fallback /lib64/ld-linux-x86-64.so.2, for example", "--fallback %s is not an absolute path", cli.Quote(f.fallback))
	}
	if changed("stack-size") {
		if o.StackSize, err = readSize(f.stackSize); err != nil {
			return err
		}
	}
	if o.Payload, err = patcher.ParsePayload(f.payload); err != nil {
		return cli.Usagef("--payload keep-end, keep-offset or refuse", "--payload %s is not known", cli.Quote(f.payload))
	}
	return nil
}

// excludes names options that contradict each other.
func excludes(changed func(string) bool) error {
	var lists []string
	for _, name := range []string{"runpath", "rpath", "keep-runpath"} {
		if changed(name) {
			lists = append(lists, "--"+name)
		}
	}
	if len(lists) > 1 {
		return cli.Usagef("give one of them", "%s contradict each other", strings.Join(lists, " and "))
	}
	if !changed("set-runpath") {
		return nil
	}
	for _, name := range patchOnly {
		if name != "set-runpath" && changed(name) {
			return cli.Usagef("to have a loader found as well: --loader-dir DIR --runpath LIST", "--set-runpath changes nothing but RUNPATH; --%s contradicts it", name)
		}
	}
	return nil
}

func isName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\x00")
}
