package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// scriptFolder gives a folder with a script of that first line, and a hostile loader in every place
// where one is looked for beside a program.
func scriptFolder(t *testing.T, interpreter string) string {
	t.Helper()
	dir := t.TempDir()
	trial.Mkdir(t, filepath.Join(dir, "lib"))
	trial.Clone(t, hostile(t), filepath.Join(dir, loaderName))
	trial.Clone(t, hostile(t), filepath.Join(dir, "lib", loaderName))
	trial.Write(t, filepath.Join(dir, "script"), []byte("#!"+interpreter+"\n"))
	return filepath.Join(dir, "script")
}

// The kernel gives the script's path as that of the program, so the loader beside the script is near.
func TestScriptUsesTheLoaderOfItsInterpreter(t *testing.T) {
	t.Parallel()
	app := filepath.Join(folder(t, program(t, "hello.c")), "app")
	script := scriptFolder(t, app+" -x")
	trial.Works(t, trial.Run(t, trial.Command(script, "y")), "hello\n")
	trial.Works(t, trial.Run(t, trial.Command(scriptFolder(t, script), "z")), "hello\n")
	trial.Works(t, trial.Run(t, trial.In(filepath.Dir(script), trial.Command("./script"))), "hello\n")
}

func TestRunsThroughALinkedFolder(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder(t, program(t, "hello.c")), link); err != nil {
		t.Fatal(err)
	}
	trial.Works(t, trial.Run(t, trial.Command(link+"/app")), "hello\n")
	trial.Works(t, trial.Run(t, trial.Command(link+"/.//app")), "hello\n")
}

// A folder that is replaced by pointing a link elsewhere, as releases are: what runs stays with its own.
func TestOriginIsWhereTheLinkedFolderWas(t *testing.T) {
	t.Parallel()
	first, second := folder(t, program(t, "switch.c")), t.TempDir()
	trial.Clone(t, library(t, "libplugin.so", "plugin.c"), filepath.Join(first, "lib", "libplugin.so"))
	trial.Mkdir(t, filepath.Join(second, "lib"))
	trial.Clone(t, hostile(t), filepath.Join(second, "lib", "libplugin.so"))
	link := filepath.Join(t.TempDir(), "current")
	if err := os.Symlink(first, link); err != nil {
		t.Fatal(err)
	}
	trial.Works(t, trial.Run(t, trial.Command(link+"/app", link, second)), "plug\n")
}

// Only a program whose loader would look at /proc/self/exe itself is worth that look: it is dear.
func TestLooksAtProcOnlyForTheSakeOfLibraries(t *testing.T) {
	t.Parallel()
	strace := need.Tool(t, "strace", "strace")
	for source, want := range map[string]bool{"hello.c": false, "switch.c": true, "merged.c": true} {
		app := filepath.Join(folder(t, program(t, source, "-rdynamic")), "app")
		r := trial.Run(t, trial.Command(strace, "-e", "trace=readlink,readlinkat", app))
		if got := strings.Contains(r.Err, "/proc/self/exe"); got != want {
			t.Errorf("%s: looked at /proc/self/exe: %v, want %v\n%s", source, got, want, r.Err)
		}
	}
}
