package patchcmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// do does it to one file. Nothing that goes wrong with one keeps the others from being done, not even a bug.
func (w *worker) do(ctx context.Context, t target) (end result) {
	r := &result{File: t.path, later: t.later}
	defer func() {
		if bug := recover(); bug != nil {
			if err := cutShort(bug); err != nil {
				end = r.fail(readProblem(t.path, err))
				return
			}
			end = r.fail(fmt.Sprintf("bug of this program: %v", bug), "please report it, with the file; it is as it was")
		}
	}()
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
	if err := atomicfile.Link(first.real, t.real, t.inode.dev, t.inode.ino); err != nil {
		r.Notes = nil
		return r.fail(writeProblem(t.real, anotherOutput, err))
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
	if errors.Is(err, errNotRegular) {
		return r.fail(w.q.output+" is "+err.Error(), "-o OUT is a new file, or one to be replaced")
	}
	if text, ok := dangling(w.q.output, err); ok {
		return r.fail(w.q.output+" "+text, "rm "+cli.Quote(w.q.output))
	}
	what, hint := writeProblem(w.q.output, anotherOutput, err)
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
