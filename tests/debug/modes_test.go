package debug

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/need"
	"relinterp/patcher"
)

// mode is a way in which a program finds its loader.
type mode struct {
	name string
	// like is the mode that it is held against, "" for one that others are held against.
	like string
	libc string
	// machine is the name of that which the program is for; "" is the host.
	machine string
	// build makes dir/app; dir/lib has the program's libraries already.
	build func(k kit, dir string, v variant) error
}

// modes are the columns of the table.
var modes = []mode{
	{"musl", "", "musl", "", (kit).buildMusl},
	{"musl -relinterp", "musl", "musl", "", (kit).buildRelinterp},
	{"musl retrofitted", "musl", "musl", "", (kit).retrofitMusl},
	{"glibc", "", "glibc", "", (kit).buildGlibc},
	{"glibc retrofitted", "glibc", "glibc", "", (kit).retrofitGlibc},
}

// otherModes are those of another machine's programs, of which fewer rows are asked.
var otherModes = []mode{
	{"i386 musl", "", "musl", "i386", (kit).buildMusl},
	{"i386 musl -relinterp", "i386 musl", "musl", "i386", (kit).buildRelinterp},
	{"i386 musl retrofitted", "i386 musl", "musl", "i386", (kit).retrofitMusl},
	{"i386 glibc", "", "glibc", "i386", (kit).buildGlibc},
	{"i386 glibc retrofitted", "i386 glibc", "glibc", "i386", (kit).retrofitGlibc},
}

// Two that are no columns: with a loader that nobody patched.
var (
	stockRelinterp = mode{"musl -relinterp, stock loader", "musl", "musl", "", (kit).stockRelinterp}
	stockRetrofit  = mode{"musl retrofitted, stock loader", "musl", "musl", "", (kit).stockRetrofit}
)

// variant is how a program is made, apart from its mode.
type variant struct {
	name  string
	flags []string
	// before is done to it before the mode's own, after behind that; where the mode does nothing
	// more to a linked program, both are the same.
	before, after func(k kit, app string) error
}

var (
	pie           = variant{name: "pie", flags: []string{"-pie"}}
	noPIE         = variant{name: "no-pie", flags: []string{"-no-pie"}}
	bound         = variant{name: "now", flags: []string{"-pie", "-Wl,-z,now"}}
	stripped      = variant{name: "stripped", flags: []string{"-pie"}, before: (kit).bare}
	strippedLater = variant{name: "stripped-later", flags: []string{"-pie"}, after: (kit).bare}
	divided       = variant{name: "split", flags: []string{"-pie"}, before: (kit).split}
	dividedLater  = variant{name: "split-later", flags: []string{"-pie"}, after: (kit).split}
)

// kit is what programs are made with, all absolute paths.
type kit struct {
	host           arch.Arch
	gcc            string
	strip, objcopy string
	dist, stock    string
}

func tools(t testing.TB, m mode) kit {
	t.Helper()
	host, ok := arch.Host()
	if !ok {
		t.Skip("no machine that is known here")
	}
	gcc := need.Tool(t, "gcc", "gcc")
	if m.machine != "" {
		host, _ = arch.Lookup(m.machine)
		need.Machine(t, host)
		gcc = need.Tool(t, host.GNU+"-gcc", host.GCCPackage())
	}
	if _, err := os.Stat(host.Glibc); err != nil && m.libc == "glibc" {
		need.Missing(t, host.Glibc, "apt-get install libc6-"+host.Name)
	}
	return kit{
		host: host, gcc: gcc, strip: need.Tool(t, "strip", "binutils"),
		objcopy: need.Tool(t, "objcopy", "binutils"), dist: need.Dist(t), stock: need.StockMusl(t),
	}
}

// place is a program and its libraries, which all rows of one mode and variant share.
type place struct {
	app string
	// real has where every file of the process shall lie, symbolic links followed, by the word by
	// which the rows call it.
	real map[string]string
	err  error
	once sync.Once
}

var places sync.Map

// place makes the folder of a mode and variant, once.
func (m mode) place(t testing.TB, v variant) *place {
	t.Helper()
	k := tools(t, m)
	if m.libc == "glibc" && m.machine == "" {
		k.wantsSymbols(t)
	}
	one, _ := places.LoadOrStore(m.name+"/"+v.name, &place{})
	p := one.(*place)
	p.once.Do(func() { p.err = p.make(k, m, v) })
	if p.err != nil {
		t.Fatal(p.err)
	}
	return p
}

func (p *place) make(k kit, m mode, v variant) error {
	dir, err := os.MkdirTemp(shared, strings.NewReplacer(" ", "", ",", "").Replace(m.name)+"-"+v.name+"-")
	if err != nil {
		return err
	}
	p.app = filepath.Join(dir, "app")
	if err := k.libraries(m.libc, filepath.Join(dir, "lib")); err != nil {
		return err
	}
	if err := m.build(k, dir, v); err != nil {
		return err
	}
	if v.after != nil {
		if err := v.after(k, p.app); err != nil {
			return err
		}
	}
	p.real = map[string]string{
		"app": p.app, "greet": dir + "/lib/libgreet.so", "plugin": dir + "/lib/libplugin.so",
		"loader": dir + "/lib/" + k.host.Musl,
	}
	if m.libc == "glibc" {
		p.real["loader"], p.real["libc"] = dir+"/lib/"+filepath.Base(k.host.Glibc), dir+"/lib/libc.so.6"
		if m.like == "" {
			p.real["loader"], p.real["libc"] = k.host.Glibc, k.libcOf(p.app)
		}
	}
	for word, path := range p.real {
		if p.real[word], err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	return nil
}

// word gives the word for a path that a tool showed, or the path where it is none that shall be there.
func (p *place) word(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	for word, want := range p.real {
		if real == want {
			return word
		}
	}
	return path
}

// words gives all words but the program's, sorted.
func (p *place) words() []string {
	var list []string
	for word := range p.real {
		if word != "app" {
			list = append(list, word)
		}
	}
	slices.Sort(list)
	return list
}

// file opens one of the place's ELF files.
func (p *place) file(t testing.TB, word string) *elf.File {
	t.Helper()
	f, err := elf.Open(p.real[word])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func (k kit) muslCC() string { return filepath.Join(k.dist, "bin", k.host.Folder()+"-gcc") }

func (k kit) muslLoader() string { return filepath.Join(k.dist, k.host.Folder(), "lib", "libc.so") }

// libraries makes the two libraries.
func (k kit) libraries(libc, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	cc := map[string]string{"musl": k.muslCC(), "glibc": k.gcc}[libc]
	for _, name := range []string{"greet", "plugin"} {
		err := run(cc, "-g", "-O0", "-shared", "-fPIC", "-o", dir+"/lib"+name+".so", name+".c", "-Wl,-soname,lib"+name+".so")
		if err != nil {
			return err
		}
	}
	return nil
}

// compile makes dir/app.
func (k kit) compile(cc, dir string, v variant, words ...string) error {
	words = append([]string{"-g", "-O0", "-o", dir + "/app", "app.c", "-L" + dir + "/lib", "-lgreet", "-Wl,-z,lazy"}, words...)
	if err := run(cc, append(words, v.flags...)...); err != nil || v.before == nil {
		return err
	}
	return v.before(k, dir+"/app")
}

// bare strips a program of all that strip takes.
func (k kit) bare(app string) error { return run(k.strip, app) }

// split moves what debuggers read into a file beside the program.
func (k kit) split(app string) error {
	err := run(k.objcopy, "--only-keep-debug", app, app+".debug")
	if err == nil {
		err = run(k.strip, app)
	}
	if err == nil {
		err = run(k.objcopy, "--add-gnu-debuglink="+app+".debug", app)
	}
	return err
}

func (k kit) buildMusl(dir string, v variant) error {
	loader := dir + "/lib/" + k.host.Musl
	if err := clone(k.muslLoader(), loader); err != nil {
		return err
	}
	return k.compile(k.muslCC(), dir, v, "-Wl,--dynamic-linker="+loader, "-Wl,-rpath,$ORIGIN/lib")
}

func (k kit) buildRelinterp(dir string, v variant) error {
	if err := clone(k.muslLoader(), dir+"/lib/"+k.host.Musl); err != nil {
		return err
	}
	return k.compile(k.muslCC(), dir, v, "-relinterp=portable", "-Wl,-rpath,$ORIGIN/lib")
}

// stockRelinterp is buildRelinterp with another loader.
func (k kit) stockRelinterp(dir string, v variant) error {
	if err := k.buildRelinterp(dir, v); err != nil {
		return err
	}
	return clone(k.stock, dir+"/lib/"+k.host.Musl)
}

// stockRetrofit is retrofitMusl with another loader.
func (k kit) stockRetrofit(dir string, v variant) error {
	if err := k.retrofitMusl(dir, v); err != nil {
		return err
	}
	return clone(k.stock, dir+"/lib/"+k.host.Musl)
}

func (k kit) buildGlibc(dir string, v variant) error {
	return k.compile(k.gcc, dir, v, "-Wl,-rpath,$ORIGIN/lib")
}

func (k kit) retrofitMusl(dir string, v variant) error {
	if err := k.buildMusl(dir, v); err != nil {
		return err
	}
	return retrofit(dir + "/app")
}

func (k kit) retrofitGlibc(dir string, v variant) error {
	if err := k.buildGlibc(dir, v); err != nil {
		return err
	}
	for _, from := range []string{k.host.Glibc, k.libcOf(dir + "/app")} {
		if err := clone(from, dir+"/lib/"+filepath.Base(from)); err != nil {
			return err
		}
	}
	return retrofit(dir + "/app")
}

// retrofit makes a program with PT_INTERP look for its loader in lib/ beside it.
func retrofit(app string) error {
	f, err := os.Open(app)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	plan, err := patcher.MakePlan(f, info.Size(), patcher.Options{LoaderDir: "$ORIGIN/lib"})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := plan.Output().WriteTo(&b); err != nil {
		return err
	}
	if err := write(app+".new", b.Bytes()); err != nil {
		return err
	}
	return os.Rename(app+".new", app)
}

// libcOf is the libc that the host gives to a program.
func (k kit) libcOf(program string) string {
	out, _ := exec.Command(k.host.Glibc, "--list", program).Output()
	if m := regexp.MustCompile(`libc\.so\.6 => (\S+)`).FindSubmatch(out); m != nil {
		return string(m[1])
	}
	return "libc.so.6 of " + program
}

// wantsSymbols sees that debuggers find the symbols of the host's libc, which libthread_db asks them for:
// in a file that its build ID names, where they are not in libc itself.
func (k kit) wantsSymbols(t testing.TB) {
	t.Helper()
	libc := k.libcOf(k.strip)
	f, err := elf.Open(libc)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	note := f.Section(".note.gnu.build-id")
	if f.Section(".symtab") != nil || note == nil {
		return
	}
	data, err := note.Data()
	if err != nil || len(data) < 36 {
		t.Fatalf("%s: no build ID: %v", libc, err)
	}
	const header = 16 // three sizes and "GNU\0"
	file := fmt.Sprintf("/usr/lib/debug/.build-id/%x/%x.debug", data[header:header+1], data[header+1:])
	if _, err := os.Stat(file); err != nil {
		need.Missing(t, file, "apt-get install libc6-dbg")
	}
}

// run executes something in testdata/ that is to succeed.
func run(program string, args ...string) error {
	cmd := exec.Command(program, args...)
	cmd.Dir = "testdata"
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", cmd, err, text)
	}
	return nil
}

// clone copies a file that may be executed right after.
func clone(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return write(to, data)
}

// write makes an executable file. No child may be started meanwhile: it would hold the file open for writing,
// and nobody could execute it.
func write(path string, data []byte) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, data, 0o755)
}
