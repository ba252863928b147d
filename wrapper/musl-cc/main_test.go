package main

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	machines "relinterp/internal/arch"
	"relinterp/internal/need"
	"relinterp/specs"
)

const arch = "x86_64"

// scratch is a toolchain folder of this test run: musl from the one that was built, the driver
// and the specs from the sources beside us. It also shows that the folder can lie anywhere.
var scratch = struct {
	once sync.Once
	top  string
	err  error
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if scratch.top != "" {
		os.RemoveAll(scratch.top)
	}
	os.Exit(code)
}

// dist gives the scratch toolchain folder.
func dist(t testing.TB) string {
	t.Helper()
	need.Tool(t, "gcc", "gcc")
	need.Tool(t, "clang", "clang")
	built := need.Dist(t)
	scratch.once.Do(func() { scratch.err = makeDist(built) })
	require.NoError(t, scratch.err)
	return filepath.Join(scratch.top, "a dist")
}

func makeDist(built string) (err error) {
	if scratch.top, err = os.MkdirTemp("", "musl-cc-test"); err != nil {
		return err
	}
	if err = os.Chmod(scratch.top, 0o755); err != nil {
		return err
	}
	top := filepath.Join(scratch.top, "a dist")
	if out, err := exec.Command("cp", "-a", built+"/"+arch+"-linux-musl", scratch.top+"/musl").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	machine, _ := machines.Lookup(arch)
	sysroot := filepath.Join(top, arch+"-linux-musl")
	if err = os.MkdirAll(top, 0o755); err == nil {
		err = os.Rename(scratch.top+"/musl", sysroot)
	}
	for name, text := range specs.Files(machine) {
		if err == nil {
			err = os.WriteFile(filepath.Join(sysroot, "lib", name), text, 0o644)
		}
	}
	if err == nil {
		err = os.MkdirAll(filepath.Join(top, "share/relinterp"), 0o755)
	}
	for name, text := range specs.Share(machine) {
		if err == nil {
			err = os.WriteFile(filepath.Join(top, "share/relinterp", name), text, 0o644)
		}
	}
	if err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", filepath.Join(top, "bin", "musl-cc"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	for _, name := range []string{"musl-gcc", "musl-clang", arch + "-linux-musl-cc", arch + "-linux-musl-gcc", arch + "-linux-musl-clang"} {
		if err := os.Symlink("musl-cc", filepath.Join(top, "bin", name)); err != nil {
			return err
		}
	}
	return linkMachines(built, top)
}

// linkMachines gives the scratch folder the other machines of a built one, which are not changed there.
func linkMachines(built, top string) error {
	for _, machine := range machines.All() {
		folder := machine.Folder()
		if _, err := os.Stat(filepath.Join(built, folder)); err != nil || machine.Name == arch {
			continue
		}
		if err := os.Symlink(filepath.Join(built, folder), filepath.Join(top, folder)); err != nil {
			return err
		}
		if err := os.Symlink("musl-cc", filepath.Join(top, "bin", folder+"-cc")); err != nil {
			return err
		}
	}
	return nil
}

// run runs the scripts of one folder with $CC set to one driver name.
func run(t *testing.T, folder, cc string) {
	top := dist(t)
	testscript.Run(t, testscript.Params{
		Dir:         "testdata/" + folder,
		WorkdirRoot: t.TempDir(),
		Setup: func(e *testscript.Env) error {
			e.Setenv("DIST", top)
			e.Setenv("MUSL", filepath.Join(top, arch+"-linux-musl"))
			e.Setenv("CC", cc)
			e.Setenv("PATH", filepath.Join(top, "bin")+":"+os.Getenv("PATH"))
			e.Setenv("HOME", e.WorkDir)
			if os.Getenv("RUSTUP_HOME") == "" { // rustup's cargo looks below the real HOME
				e.Setenv("RUSTUP_HOME", filepath.Join(os.Getenv("HOME"), ".rustup"))
			}
			return nil
		},
		// [missing:PROGRAM] is an error where nothing may be missing; else the script skips.
		Condition: func(cond string) (bool, error) {
			if program, ok := strings.CutPrefix(cond, "missing:"); ok {
				_, err := exec.LookPath(program)
				if os.Getenv(need.NoSkip) == "1" {
					return false, err
				}
				return err != nil, nil
			}
			if cond == "clang" || cond == "gcc" {
				return strings.HasSuffix(cc, cond), nil
			}
			return false, fmt.Errorf("no such condition: %s", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"elf": elfCmd, "moved": moved},
	})
}

func TestBothCompilers(t *testing.T) {
	for _, cc := range []string{"musl-gcc", "musl-clang"} {
		t.Run(cc, func(t *testing.T) { run(t, "both", cc) })
	}
}

func TestDriver(t *testing.T) { run(t, "driver", "musl-gcc") }

func TestBuildSystems(t *testing.T) { run(t, "builds", "musl-cc") }

// moved copies a program into a folder of its own beside musl's loader, as `moved app away`.
func moved(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(dir+"/lib", 0o755))
	ts.Check(ts.Exec("cp", ts.MkAbs(args[0]), dir))
	ts.Check(ts.Exec("cp", ts.Getenv("MUSL")+"/lib/libc.so", dir+"/lib/ld-musl-"+arch+".so.1"))
}

// elfCmd is `[!] elf FILE interp|dynamic` and `elf FILE runpath LIST`.
func elfCmd(ts *testscript.TestScript, neg bool, args []string) {
	file, err := elf.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	defer file.Close()
	var got bool
	switch args[1] {
	case "interp":
		got = slices.ContainsFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) || file.Section(".interp") != nil
	case "dynamic":
		got = file.Section(".dynamic") != nil
	case "runpath":
		list, _ := file.DynString(elf.DT_RUNPATH)
		ts.Logf("RUNPATH %q", list)
		got = strings.Join(list, "|") == strings.Join(args[2:], "|")
	case "needs":
		list, _ := file.DynString(elf.DT_NEEDED)
		ts.Logf("NEEDED %q", list)
		got = slices.Equal(list, args[2:])
	default:
		ts.Fatalf("elf: no such question: %s", args[1])
	}
	if got == neg {
		ts.Fatalf("%s: %s is %v", args[0], args[1], got)
	}
}
