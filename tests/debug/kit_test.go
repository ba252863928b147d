package debug

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"relinterp/internal/arch"
	"relinterp/internal/need"
	"relinterp/internal/trial"
	"relinterp/patcher"
)

// kit is what programs are made with, all absolute paths.
type kit struct {
	host           arch.Arch
	gcc            string
	strip, objcopy string
	dist, stock    string
}

// tools gives the kit for a mode's programs.
func tools(t testing.TB, m mode) kit {
	t.Helper()
	host, ok := arch.Host()
	if !ok {
		t.Skip("no machine that is known here")
	}
	k := kit{
		host: host, gcc: need.Tool(t, "gcc", "gcc"), strip: need.Tool(t, "strip", "binutils"),
		objcopy: need.Tool(t, "objcopy", "binutils"), dist: need.Dist(t),
	}
	if m.machine != "" {
		k.host, _ = arch.Lookup(m.machine)
		need.Machine(t, k.host)
		k.gcc = need.Tool(t, k.host.GNU+"-gcc", k.host.GCCPackage())
	}
	switch {
	case m.libc == "glibc" && m.machine == "":
		k.wantsSymbols(t)
	case m.qemu && m.libc == "glibc":
		file(t, k.crossLibrary("libc.so.6"), k.host.LibcPackage())
	case m.libc == "glibc":
		file(t, "/usr/"+k.host.GNU+"/include/stdio.h", k.host.LibcPackage())
		file(t, k.host.Glibc, "libc6-i386")
	case m.stock:
		k.stock = need.StockMusl(t)
	}
	return k
}

// file wants a file that a package brings.
func file(t testing.TB, path, pkg string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		need.Missing(t, path, "apt-get install "+pkg)
	}
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
	if k.host.Name == "x86_64" || k.host.Name == "i386" {
		words = append(words, "-fcf-protection=none") // Ubuntu's default, whose PLT (.plt.sec) lldb does not step through
	}
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

// crossLibrary is where the cross packages have a file of glibc.
func (k kit) crossLibrary(name string) string { return filepath.Join("/usr", k.host.GNU, "lib", name) }

// buildCrossGlibc gives the program a glibc of its own by absolute path, so that gdb needs no other root.
func (k kit) buildCrossGlibc(dir string, v variant) error {
	for _, name := range []string{filepath.Base(k.host.Glibc), "libc.so.6"} {
		if err := clone(k.crossLibrary(name), dir+"/lib/"+name); err != nil {
			return err
		}
	}
	return k.compile(k.gcc, dir, v, "-Wl,--dynamic-linker="+dir+"/lib/"+filepath.Base(k.host.Glibc), "-Wl,-rpath,$ORIGIN/lib")
}

func (k kit) retrofitCrossGlibc(dir string, v variant) error {
	if err := k.buildCrossGlibc(dir, v); err != nil {
		return err
	}
	return retrofit(dir + "/app")
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
	plan, err := patcher.MakePlan(f, info.Size(), trial.Looking(app, patcher.Options{LoaderDir: "$ORIGIN/lib"}))
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
	symbols := fmt.Sprintf("/usr/lib/debug/.build-id/%x/%x.debug", data[header:header+1], data[header+1:])
	file(t, symbols, "libc6-dbg")
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
