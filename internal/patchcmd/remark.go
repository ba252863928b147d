package patchcmd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"relinterp/internal/arch"
	"relinterp/internal/cli"
)

// remark notes what the user should know about this file in this place.
func (w *worker) remark(r *result, in *input, p place, origin string) {
	w.remarkLinks(r, in, p)
	if !w.q.dryRun || w.q.json {
		for _, text := range r.Plan.Notes {
			r.note(text, "")
		}
	}
	if r.Plan.RunpathTag == "" || w.q.options.RunpathOnly {
		return
	}
	if w.q.loaderDir.leavesTree(origin) {
		r.note(fmt.Sprintf("%s and the program have only / in common: they can be moved only to the same places", w.q.loaderDir.typed), "put both below one folder")
	}
	if w.q.options.StackSize != 0 && !arch.MuslLoader(filepath.Base(r.Plan.Interpreter)) {
		r.note("--stack-size: only musl's loader heeds it", "")
	}
	if in.privileged() && p.inPlace && w.q.options.Fallback == "" {
		r.note(noPrivileged, "add --fallback "+cli.Quote(r.Plan.Interpreter))
	}
	w.remarkLibc(r, origin)
}

const noPrivileged = "runs with raised privileges, where no path relative to it is followed: it will find no loader"

// privileged says whether the kernel starts the file with more rights than its caller's.
func (in *input) privileged() bool {
	mode := in.state.Mode()
	_, err := unix.Fgetxattr(in.fd, "security.capability", nil)
	return err == nil || mode&unix.S_ISUID != 0 || mode&unix.S_ISGID != 0 && mode&unix.S_IXGRP != 0
}

// remarkLinks notes that the other names of a file keep the old content.
func (w *worker) remarkLinks(r *result, in *input, p place) {
	if n := int64(in.state.Links()) - 1 - int64(r.later); p.inPlace && n > 0 {
		r.note(fmt.Sprintf("%d other hard links keep the old file", n), "patch them as well, or link them anew: ln -f "+cli.Quote(p.path)+" OTHER")
	}
}

// remarkLibc notes that glibc's loader would work with a libc of another build.
func (w *worker) remarkLibc(r *result, origin string) {
	if !glibcLoader(r.Plan.Loader) {
		return
	}
	for _, e := range r.Plan.Runpath {
		if _, err := os.Stat(onDisk(e, origin) + "/libc.so.6"); err == nil {
			return
		}
	}
	dir, _ := split(r.Loader)
	r.note(dir+" has the loader but not its libc.so.6: the one of the machine it runs on would be used, and the two must be of one build",
		"ldd "+cli.Quote(r.File)+" shows what to copy to "+strings.TrimSuffix(cli.Quote(dir), "/"))
}
