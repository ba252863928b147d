package patchcmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"relinterp/internal/atomicfile"
	"relinterp/patcher"
)

func (w *worker) patch(ctx context.Context, r *result, in *input, p place, found bool) result {
	if why := w.q.refuseLibrary(in, found); why != nil {
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
	o.Whole = func(interp, loader string) bool {
		return w.loaderAt(o.LoaderDir, origin, interp, loader).laidWhole(w.q.copyLoader)
	}
	plan, err := patcher.MakePlan(in, in.state.Size(), o)
	if err != nil {
		return r.problem(err)
	}
	r.Plan = plan
	if !o.RunpathOnly {
		if end, done := w.provide(ctx, r, in, p, w.loaderAt(o.LoaderDir, origin, plan.Interpreter, plan.Loader)); done {
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
		return r.unwritten(p, err)
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

// loaderAt is the file of that name in the loader's folder, of a program in the folder origin.
func (w *worker) loaderAt(dir, origin, interp, name string) loaderFile {
	dir = onDisk(dir, origin)
	if w.q.loaderDir.fixed == "" {
		dir = w.q.loaderDir.typed
	}
	return loaderFile{inFolder(dir, name), interp}
}

// provide sees to it that the loader is in its folder; done says that it is not, and end why.
func (w *worker) provide(ctx context.Context, r *result, in *input, p place, l loaderFile) (end result, done bool) {
	r.Loader = l.path
	if sameName(l.path, p.path) {
		return r.refuse(&patcher.Refusal{Kind: patcher.BadOptions, What: "the output " + p.path + " would be its own loader", Hint: "give the output, or the loader, another name"}), true
	}
	if w.q.copyLoader && w.q.dryRun {
		if _, err := os.Lstat(l.path); err != nil {
			src, err := l.fit(in)
			if err != nil {
				return l.notCopied(r, err), true
			}
			src.Close()
			r.note("the loader "+l.source+" would be copied to "+l.path, "")
			return *r, false
		}
	}
	if w.q.copyLoader && !w.q.dryRun {
		fresh, err := w.loaders.put(ctx, l, in)
		if err != nil {
			return l.notCopied(r, err), true
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

// notCopied words why --copy-loader could not be done.
func (l loaderFile) notCopied(r *result, err error) result {
	var why *patcher.Refusal
	if errors.As(err, &why) {
		return r.refuse(why)
	}
	if _, e := os.Stat(l.source); e != nil {
		return r.refuse(&patcher.Refusal{Kind: noLoader, What: "its loader " + l.source + " is not on this machine", Hint: "bring it from the machine that the program was made for: " + l.copyLine()})
	}
	what, hint := writeProblem(l.path, anotherFolder, err)
	return r.fail("its loader "+l.path+" is "+what, hint)
}

// sameName says whether two paths are one name; its file need not be there.
func sameName(a, b string) bool {
	real := func(path string) string {
		path, err := atomicfile.Resolve(path)
		if err != nil {
			return ""
		}
		dir, name := split(path)
		if dir, err = realPath(dir); err != nil {
			return ""
		}
		return filepath.Join(dir, name)
	}
	name := real(a)
	return name != "" && name == real(b)
}

// refuseLibrary recognises libraries that are not meant, or must not be: one that can be run as well, as glibc's
// libc.so.6, is no program that somebody looks for below a folder; and glibc's loader stops if it has a RUNPATH
// itself (elf/get-dynamic-info.h).
func (q *request) refuseLibrary(in *input, found bool) *patcher.Refusal {
	if !q.options.RunpathOnly && (!found || !strings.Contains(filepath.Base(in.name), ".so")) {
		return nil // spares a second look at every program
	}
	info, err := patcher.Tables(in, in.state.Size())
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
