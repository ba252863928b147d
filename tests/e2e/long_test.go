package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"relinterp/internal/trial"
)

func TestLongestPathThatTheKernelStarts(t *testing.T) {
	t.Parallel()
	const name = "as-long-as-loader's"
	dir, short := trial.Deep(t, 4095-1-len(loaderName), 200)
	trial.Clone(t, program(t, "hello.c"), short+"/"+name)
	trial.Clone(t, lib(t, "libc.so"), short+"/"+loaderName)
	if path := dir + "/" + name; len(path) != 4095 {
		t.Fatal(len(path))
	}
	trial.Works(t, trial.Run(t, trial.Command(dir+"/"+name)), "hello\n")
	trial.Works(t, trial.Run(t, trial.In(short, trial.Command("./"+name))), "hello\n")
}

func TestLoaderBehindTheLongestPath(t *testing.T) {
	t.Parallel()
	dir, short := trial.Deep(t, 4095-len("/app"), 200)
	trial.Clone(t, program(t, "hello.c"), short+"/app")
	trial.Clone(t, lib(t, "libc.so"), short+"/"+loaderName)
	trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), "too long")
	trial.Works(t, trial.Run(t, trial.In("", trial.Command(dir+"/app"), "RELINTERP_LOADER="+lib(t, "libc.so"))), "hello\n")
}

func TestPathTooLongForTheKernel(t *testing.T) {
	t.Parallel()
	for n, why := range map[int]string{4096: "too long", 5000: "/proc/self/exe/"} {
		_, short := trial.Deep(t, n-len("/app"), 200)
		trial.Clone(t, program(t, "hello.c"), short+"/app")
		trial.Clone(t, lib(t, "libc.so"), short+"/"+loaderName)
		trial.Complains(t, trial.Run(t, trial.In(short, trial.Command("./app"))), why, "RELINTERP_LOADER")
		trial.Works(t, trial.Run(t, trial.In(short, trial.Command("./app"), "RELINTERP_LOADER="+lib(t, "libc.so"))), "hello\n")
	}
}

// lengths are those at which a text of names may end where its room ends, and some between.
func lengths() (list []int) {
	for n := 150; n < 4095-len(loaderName); n++ {
		if n < 420 || n > 740 && n < 800 || n > 1480 && n < 1560 || n > 3040 && n < 3100 || n%37 == 0 {
			list = append(list, n)
		}
	}
	return list
}

// Names grow over one room and the next: no length and no place of a slash is special.
func TestEveryLengthOfPath(t *testing.T) {
	t.Parallel()
	for _, n := range lengths() {
		runsDeep(t, n, 200)
	}
}

func TestEveryLengthOfAComplaint(t *testing.T) {
	t.Parallel()
	for _, n := range lengths() {
		dir, short := trial.Deep(t, n, 200)
		trial.Clone(t, program(t, "hello.c"), short+"/app")
		name := "/" + loaderName + ": no such file: "
		if n > 4095-len("/../lib/"+loaderName) {
			continue
		}
		trial.Complains(t, trial.Run(t, trial.Command(dir+"/app")), "relinterp: "+dir+"/app: "+dir+name+dir+"/lib"+name+dir+"/../lib"+name+dir+name+""+wantsOurs)
		if t.Failed() {
			t.Fatalf("at %d bytes", n)
		}
	}
}

func TestEveryPlaceOfASlash(t *testing.T) {
	t.Parallel()
	for first := 1; first <= 201; first++ {
		runsDeep(t, 4060, first)
	}
}

func runsDeep(t *testing.T, n, first int) {
	t.Helper()
	dir, short := trial.Deep(t, n, first)
	trial.Clone(t, program(t, "hello.c"), short+"/app")
	if err := os.Symlink(lib(t, "libc.so"), filepath.Join(short, loaderName)); err != nil {
		t.Fatal(err)
	}
	if trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), "hello\n"); t.Failed() {
		t.Fatalf("at %d bytes, the first new name of %d", n, first)
	}
}
