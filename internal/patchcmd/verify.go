package patchcmd

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"relinterp/internal/cli"
	"relinterp/internal/elfimg"
	"relinterp/patcher"
)

// verification is what --verify found.
type verification struct {
	Loader     string        `json:"loader"`              // the file that the program will start, as seen from here
	Restorable bool          `json:"restorable"`          // the original can be had back
	Asked      bool          `json:"asked"`               // the loader was asked; else why not stands in the notes
	Libraries  []libraryFile `json:"libraries,omitempty"` // what it answered
}

// libraryFile is where a needed library is.
type libraryFile struct {
	Name string `json:"name"`
	Path string `json:"path,omitempty"` // "" if it is not found
}

// loaderPatience is how long a loader may take to list a program's libraries.
const loaderPatience = 20 * time.Second

// verify runs nothing of the program: it reads it again, looks for the loader as the stub will, and asks that.
func (w *worker) verify(ctx context.Context, r *result, in *input, p place) result {
	info, err := patcher.Tables(in, in.state.Size())
	if err != nil {
		return r.problem(err)
	}
	if info.Patched == nil {
		return r.refuse(&patcher.Refusal{Kind: patcher.NotPatched, What: "is not patched", Hint: "relinterp-patch " + cli.Quote(r.File) + " --loader-dir DIR"})
	}
	if info.Patched.Version != patcher.Version {
		_, err := patcher.RestorePlan(in, in.state.Size()) // says what to do
		return r.problem(err)
	}
	v := &verification{}
	r.Verify = v
	if v.Restorable = info.Patched.Changed == ""; !v.Restorable {
		r.note("the original cannot be had back: "+info.Patched.Changed, "")
	}
	if info.Patched.Loader == "" { // --set-runpath: nothing of it looks for a loader
		r.Status = verified
		return *r
	}
	real, err := realPath(p.path)
	if err != nil {
		return r.fail(reason(err), "")
	}
	tried, found := findLoader(in, filepath.Dir(real), info)
	if found == "" && in.privileged() {
		return r.fail(noPrivileged+strings.Join(append([]string{""}, tried...), ": "), "patch it again with --fallback "+cli.Quote(info.Interpreter))
	}
	if found == "" {
		return r.fail("finds no loader: "+strings.Join(tried, "; "), "put the loader "+info.Patched.Loader+" there")
	}
	v.Loader, r.Loader = found, found
	if in.privileged() {
		r.note("the loader is asked without the program's raised privileges; with them it follows no $ORIGIN", "")
	}
	if audited(in) {
		r.note("names an audit library, whose code the loader would run (DT_AUDIT): the loader was not asked", "")
		r.Status = verified
		return *r
	}
	return w.ask(ctx, r, real)
}

// audited says whether glibc's loader runs code of a library before it lists any (ld.so(8), rtld-audit(7)).
func audited(in *input) bool {
	m, err := elfimg.Parse(in, in.state.Size())
	return err != nil || m.Dyn(elf.DT_AUDIT) >= 0 || m.Dyn(elf.DT_DEPAUDIT) >= 0
}

// findLoader searches as the stub does: RUNPATH, the program's own folder, the fallback; with raised
// privileges the fallback alone.
func findLoader(in *input, origin string, info *patcher.Info) (tried []string, found string) {
	var candidates []string
	for _, e := range append(slices.Clone(info.Runpath), "$ORIGIN") {
		if in.privileged() {
			break
		}
		candidates = append(candidates, onDisk(e, origin)+"/"+info.Patched.Loader)
	}
	if info.Patched.Fallback != "" {
		candidates = append(candidates, info.Patched.Fallback)
	}
	for _, path := range candidates {
		why := loaderFile{path: path, source: info.Interpreter}.check(in)
		if why == nil {
			return tried, path
		}
		tried = append(tried, path+": "+short(path, why))
	}
	return tried, ""
}

// short is a refusal's reason without the path.
func short(path string, why *patcher.Refusal) string {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "no such file"
	}
	return why.What
}

// listing is how a loader is told to list a program's libraries, and to run nothing.
type listing struct {
	args, env []string
}

// listingOf reads it from the loader's own file: one that does not know these words might run the
// program, so it is not asked, whatever its name is.
func listingOf(loader string) (listing, bool) {
	f, err := openSource(loader)
	if err != nil {
		return listing{}, false
	}
	defer f.Close()
	if f.state.Size() > loaderSize {
		return listing{}, false
	}
	text := make([]byte, f.state.Size())
	_, err = f.ReadAt(text, 0)
	switch {
	case err != nil:
	case bytes.Contains(text, []byte("TRACE_LOADED_OBJECTS")): // glibc, elf/rtld.c
		return listing{env: []string{"LD_TRACE_LOADED_OBJECTS=1"}}, true
	case bytes.Contains(text, []byte("musl libc (")): // musl, ldso/dynlink.c
		return listing{args: []string{"--list"}}, true
	}
	return listing{}, false
}

// maxAnswer is what no list of libraries exceeds, in bytes.
const maxAnswer = 4 << 20

// limited keeps what a loader says, and calls end when it is too much.
type limited struct {
	text []byte
	end  func()
}

// Write implements io.Writer.
func (l *limited) Write(p []byte) (int, error) {
	if len(l.text)+len(p) > maxAnswer && l.end != nil {
		l.end()
		l.end = nil
	}
	if l.end != nil {
		l.text = append(l.text, p...)
	}
	return len(p), nil
}

// ask has the loader list the program's libraries. It is the loader that is started, never the program.
func (w *worker) ask(ctx context.Context, r *result, program string) result {
	r.Status = verified
	how, ok := listingOf(r.Loader)
	if !ok {
		r.note("the loader is neither glibc's nor musl's: it was not asked", "")
		return *r
	}
	ctx, cancel := context.WithTimeout(ctx, loaderPatience)
	defer cancel()
	loader, err := filepath.Abs(r.Loader)
	if err != nil {
		return r.fail(reason(err), "")
	}
	cmd := exec.CommandContext(ctx, loader, append(how.args, program)...)
	cmd.Env = append(how.env, "LC_ALL=C")
	cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) } // with all that it has started
	cmd.WaitDelay = time.Second
	said := &limited{end: cancel}
	cmd.Stdout, cmd.Stderr = said, said
	err = cmd.Run()
	out := said.text
	switch {
	case said.end == nil:
		return r.fail(fmt.Sprintf("its loader %s says more than %d bytes", r.Loader, maxAnswer), "it may be no loader; put the program's own there")
	case ctx.Err() != nil:
		return r.fail(fmt.Sprintf("its loader %s gave no answer in %v", r.Loader, loaderPatience), "it may be no loader; put the program's own there")
	case errors.Is(err, unix.ENOEXEC):
		r.note("the loader is for another machine and was not asked", "")
		return *r
	case errors.Is(err, fs.ErrPermission):
		if info, err := os.Stat(loader); err == nil && info.Mode()&0o111 == 0 { // the program maps it all the same
			r.note("the loader "+r.Loader+" is not executable and was not asked", "chmod +x "+cli.Quote(r.Loader))
			return *r
		}
		return r.fail("its loader "+r.Loader+" cannot be started: "+reason(err), "its file system may be mounted noexec, or its folder be closed to you")
	}
	r.Verify.Asked = true
	var missing []string
	r.Verify.Libraries, missing = readTrace(string(out))
	if len(missing) > 0 {
		return r.fail("not found: "+strings.Join(missing, ", "), r.hintForLibrary(missing[0], "put them into "))
	}
	if err != nil {
		return r.fail(fmt.Sprintf("its loader %s says: %s", r.Loader, lastLine(string(out), err)), "loader and libraries may be of different builds")
	}
	r.remarkHost(filepath.Dir(program))
	return *r
}

// readTrace reads what both loaders print: "\tNAME => PATH (0xADDRESS)", "\tNAME => not found",
// "\tPATH (0xADDRESS)"; musl says "Error loading shared library NAME: ...".
func readTrace(text string) (list []libraryFile, missing []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "Error loading shared library "); ok {
			name, _, _ := strings.Cut(rest, ":")
			list, missing = append(list, libraryFile{Name: name}), append(missing, name)
			continue
		}
		name, path, ok := strings.Cut(line, " => ")
		if !ok {
			continue
		}
		if path == "not found" {
			list, missing = append(list, libraryFile{Name: name}), append(missing, name)
			continue
		}
		if i := strings.LastIndex(path, " (0x"); i >= 0 {
			path = path[:i]
		}
		list = append(list, libraryFile{name, path})
	}
	return list, missing
}

// remarkHost notes libraries that come from this machine's own folders and would not be there on another.
func (r *result) remarkHost(origin string) {
	var names []string
	for _, l := range r.Verify.Libraries {
		for _, dir := range []string{"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/", "/usr/local/lib/"} {
			if strings.HasPrefix(l.Path, dir) && !strings.HasPrefix(l.Path, origin+"/") {
				names = append(names, l.Name)
				break
			}
		}
	}
	if len(names) > 0 {
		r.note("from this machine, not from beside the program: "+strings.Join(names, " "), r.hintForLibrary(names[0], "to be independent of it copy them to "))
	}
}

// hintForLibrary is the mend for a library that is not found beside the program: it may lie there and be needed by
// another library only, which RUNPATH does not help.
func (r *result) hintForLibrary(name, otherwise string) string {
	dir := filepath.Dir(r.Loader)
	if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
		return otherwise + cli.Quote(dir)
	}
	return name + " lies there, but another library needs it, and RUNPATH is not inherited: relinterp-patch " + cli.Quote(dir) + "/lib*.so* --set-runpath " + cli.Quote(dir)
}

func lastLine(text string, err error) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return err.Error()
	}
	return text[strings.LastIndex(text, "\n")+1:]
}

func verifyText(r *result) string {
	var b strings.Builder
	if r.Verify.Loader == "" {
		return cli.Plain(r.File) + ": good: RUNPATH only\n"
	}
	fmt.Fprintf(&b, "%s: good: loader %s", cli.Plain(r.File), cli.Plain(r.Verify.Loader))
	if r.Verify.Asked {
		fmt.Fprintf(&b, ", which finds all it needs")
	}
	b.WriteString("\n")
	for _, l := range r.Verify.Libraries {
		fmt.Fprintf(&b, "  %s => %s\n", cli.Plain(l.Name), cli.Plain(l.Path))
	}
	return b.String()
}
