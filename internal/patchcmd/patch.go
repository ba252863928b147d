package patchcmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"relinterp/internal/atomicfile"
	"relinterp/internal/cli"
	"relinterp/patcher"
)

// worker does a request to files, several at a time.
type worker struct {
	q       *request
	loaders copier
	origins sync.Map // folder as typed -> real path
}

// origin is the folder that $ORIGIN stands for.
func (w *worker) origin(path string) (string, error) {
	dir, _ := split(path)
	if real, ok := w.origins.Load(dir); ok {
		return real.(string), nil
	}
	real, err := realPath(dir)
	if err == nil {
		w.origins.Store(dir, real)
	}
	return real, err
}

// do does it to one file. Nothing that goes wrong with one keeps the others from being done.
func (w *worker) do(ctx context.Context, t target) result {
	r := &result{File: t.path, later: t.later}
	if t.err != nil {
		return r.fail(readProblem(t.path, t.err))
	}
	p, err := placeFor(t, w.q.output)
	if err != nil {
		return w.unplaced(r, err)
	}
	in, err := openInput(t.path, t.found)
	if err != nil {
		var why *patcher.Refusal
		if errors.As(err, &why) {
			return w.settle(t, r.refuse(why))
		}
		return r.fail(readProblem(t.path, err))
	}
	defer in.close()
	if p.path != filepath.Clean(t.path) {
		r.Output = p.path
	}
	switch w.q.action {
	case doInspect:
		return w.settle(t, w.inspect(r, in))
	case doVerify:
		return w.settle(t, w.verify(ctx, r, in, p))
	case doRestore:
		return w.settle(t, w.restore(ctx, r, in, p))
	}
	return w.settle(t, w.patch(ctx, r, in, p, t.found))
}

// link makes a name of a file that was done under another name in the same folder lead to what came of it.
func (w *worker) link(t, first target) result {
	r := &result{File: t.path, Status: linked}
	if t.path != t.real {
		r.Output = t.real
	}
	r.note("is a hard link to "+first.path+", and is one again", "")
	if err := atomicfile.Link(first.real, t.real); err != nil {
		r.Notes = nil
		return r.fail(writeProblem(t.real, err))
	}
	return *r
}

// unplaced words why there is no place for the output.
func (w *worker) unplaced(r *result, err error) result {
	if w.q.output == "" {
		return r.fail(readProblem(r.File, err))
	}
	if _, err := os.Stat(r.File); err != nil {
		return r.fail(readProblem(r.File, err))
	}
	if errors.Is(err, unix.EISDIR) {
		return r.fail(w.q.output+" is a folder", "-o "+cli.Quote(filepath.Join(w.q.output, filepath.Base(r.File))))
	}
	if text, ok := dangling(w.q.output, err); ok {
		return r.fail(w.q.output+" "+text, "rm "+cli.Quote(w.q.output))
	}
	what, hint := writeProblem(w.q.output, err)
	return r.fail(w.q.output+" is "+what, hint)
}

// noPrograms are the kinds of files that are passed over below a folder.
var noPrograms = map[patcher.Kind]bool{patcher.NotELF: true, patcher.Script: true, patcher.Relocatable: true, patcher.Core: true,
	patcher.SharedLibrary: true, patcher.Static: true, patcher.DebugFile: true}

// settle turns refusals of what the user did not name into skips.
func (w *worker) settle(t target, r result) result {
	if !t.found || r.Status != refused {
		return r
	}
	kind := r.Refusal.Kind
	if noPrograms[kind] || kind == patcher.NotPatched {
		r.Status = skipped
	}
	return r
}

// problem makes r what err says: a refusal, or a failure of reading.
func (r *result) problem(err error) result {
	var why *patcher.Refusal
	if errors.As(err, &why) {
		return r.refuse(why)
	}
	return r.fail(reason(err), "")
}

func (w *worker) patch(ctx context.Context, r *result, in *input, p place, found bool) result {
	if why := w.q.library(in, found); why != nil {
		return r.refuse(why)
	}
	origin, err := w.origin(p.path)
	if err != nil {
		return r.fail(reason(err), "")
	}
	o, why := w.q.optionsFor(origin)
	if why != nil {
		return r.refuse(why)
	}
	if !w.q.dryRun {
		in.copyAhead(ctx, p.path)
	}
	plan, err := patcher.MakePlan(in, in.state.Size(), o)
	if err != nil {
		return r.problem(err)
	}
	r.Plan = plan
	if !o.RunpathOnly {
		if end, done := w.provide(r, in, origin, o); done {
			return end
		}
	}
	r.Status = patched
	if plan.Unchanged {
		r.Status = unchanged
	}
	w.remark(r, in, p, origin)
	if w.q.dryRun || plan.Unchanged && p.inPlace {
		return *r
	}
	return w.finish(ctx, r, in, plan.Output(), p)
}

// finish writes; the result has what is ready to take its place.
func (w *worker) finish(ctx context.Context, r *result, in *input, out *patcher.Output, p place) result {
	ready, notes, err := in.write(ctx, out, p, w.q.preserveTimes)
	if err != nil {
		r.Notes = nil
		return r.fail(writeProblem(p.path, err))
	}
	r.Notes, r.ready = append(r.Notes, notes...), ready
	return *r
}

func (w *worker) restore(ctx context.Context, r *result, in *input, p place) result {
	if !w.q.dryRun {
		in.copyAhead(ctx, p.path)
	}
	out, err := patcher.RestorePlan(in, in.state.Size())
	if err != nil {
		return r.problem(err)
	}
	r.Status = restored
	w.remarkLinks(r, in, p)
	if w.q.dryRun {
		return *r
	}
	return w.finish(ctx, r, in, out, p)
}

// optionsFor words the request for a program in the folder origin.
func (q *request) optionsFor(origin string) (o patcher.Options, why *patcher.Refusal) {
	o = q.options
	if q.loaderDir != (entry{}) {
		if o.LoaderDir, why = q.loaderDir.seenFrom(origin); why != nil {
			return o, why
		}
	}
	for _, e := range q.runpath {
		text, why := e.seenFrom(origin)
		if why != nil {
			return o, why
		}
		o.Runpath = append(o.Runpath, text)
	}
	return o, nil
}

// provide sees to it that the loader is in its folder; done says that it is not, and end why.
func (w *worker) provide(r *result, in *input, origin string, o patcher.Options) (end result, done bool) {
	dir := onDisk(o.LoaderDir, origin)
	if w.q.loaderDir.fixed == "" {
		dir = w.q.loaderDir.typed
	}
	l := loaderFile{inFolder(dir, r.Plan.Loader), r.Plan.Interpreter}
	r.Loader = l.path
	if w.q.copyLoader && w.q.dryRun {
		if _, err := os.Lstat(l.path); err != nil {
			r.note("the loader "+l.source+" would be copied to "+l.path, "")
			return *r, false
		}
	}
	if w.q.copyLoader && !w.q.dryRun {
		fresh, err := w.loaders.put(l)
		if err != nil {
			if _, e := os.Stat(l.source); e != nil {
				return r.refuse(&patcher.Refusal{Kind: noLoader, What: "its loader " + l.source + " is not on this machine", Hint: "bring it from the machine that the program was made for: " + l.copyLine()}), true
			}
			what, hint := writeProblem(l.path, err)
			return r.fail("its loader "+l.path+" is "+what, hint), true
		}
		if fresh {
			r.note("the loader "+l.source+" was copied to "+l.path, "")
		}
	}
	if why := l.check(in); why != nil {
		return r.refuse(why), true
	}
	return *r, false
}

// library recognises libraries that are not meant, or must not be: one that can be run as well, as glibc's
// libc.so.6, is no program that somebody looks for below a folder; and glibc's loader stops if it has a RUNPATH
// itself (elf/get-dynamic-info.h).
func (q *request) library(in *input, found bool) *patcher.Refusal {
	if !q.options.RunpathOnly && (!found || !strings.Contains(filepath.Base(in.name), ".so")) {
		return nil // spares a second look at every program
	}
	info, err := patcher.Inspect(in, in.state.Size())
	if err != nil || info.Soname == "" {
		return nil // MakePlan says what it is
	}
	if q.options.RunpathOnly {
		if !glibcLoader(info.Soname) {
			return nil
		}
		return &patcher.Refusal{Kind: patcher.SharedLibrary, What: "glibc's loader, which stops if it has a RUNPATH", Hint: "leave it as it is: it needs no library"}
	}
	if info.Type != "pie" && info.Type != "library" {
		return nil
	}
	return &patcher.Refusal{Kind: patcher.SharedLibrary, What: "is the library " + info.Soname, Hint: "name it to patch it"}
}

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
	if w.q.options.StackSize != 0 && !muslLoader(filepath.Base(r.Plan.Interpreter)) {
		r.note("--stack-size: only musl's loader heeds it", "")
	}
	privileged := in.state.Mode()&unix.S_ISUID != 0 || in.state.Mode()&unix.S_ISGID != 0 && in.state.Mode()&unix.S_IXGRP != 0
	if _, err := unix.Fgetxattr(in.fd, "security.capability", nil); err == nil {
		privileged = true
	}
	if privileged && p.inPlace && w.q.options.Fallback == "" {
		r.note("runs with raised privileges, where no path relative to it is followed: it will find no loader", "add --fallback "+cli.Quote(r.Plan.Interpreter))
	}
	w.remarkLibc(r, origin)
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
