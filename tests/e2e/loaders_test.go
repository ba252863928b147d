package e2e

import (
	"path/filepath"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

func TestStockLoader(t *testing.T) {
	t.Parallel()
	dir := usesLibraries(t)
	trial.Clone(t, need.StockMusl(t), filepath.Join(dir, "lib", loaderName))
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), both)
	if r := trial.InEmptyRoot(t, dir, false, nil, "/app"); r.Output != both {
		t.Errorf("in an empty root: %+v", r)
	}
}

func TestLoaderStartedByHand(t *testing.T) {
	t.Parallel()
	for _, loader := range []string{lib(t, "libc.so"), need.StockMusl(t)} {
		for _, words := range [][]string{nil, {"-no-pie"}} {
			dir := usesLibraries(t, words...)
			trial.Works(t, trial.Run(t, trial.Command(loader, dir+"/app")), both)
			trial.Works(t, trial.Run(t, trial.In(dir, trial.Command(loader, "./app"))), both)
			trial.Works(t, trial.Run(t, trial.Command(loader, "--argv0", "x", dir+"/app")), both)
		}
	}
}

func TestOtherVersionsOfMusl(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2.5", "1.2.3"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			dist := filepath.Join(need.Top(), "dist", "musl-"+version)
			cc := filepath.Join(dist, "bin", "musl-cc")
			if !exists(cc) {
				need.Missing(t, "the toolchain for musl "+version, "MUSL_VERSION="+version+" go tool mage build")
			}
			dir := usesLibraries(t)
			trial.Clone(t, filepath.Join(dist, "x86_64-linux-musl/lib/libc.so"), filepath.Join(dir, "lib", loaderName))
			trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), both)
			for _, word := range []string{"-pie", "-no-pie"} {
				app := compile(t, "app", cc, "-relinterp", word, "threads.c")
				trial.Works(t, trial.Run(t, trial.Command(app)), "early 41, main 42, threads 356\n")
			}
		})
	}
}

func TestRunsInPlaceWithTheToolchainsLoader(t *testing.T) {
	t.Parallel()
	app := compile(t, "app", tool(t, "musl-cc"), "-relinterp", "hello.c")
	trial.Works(t, trial.Run(t, trial.Command(app)), "hello\n")
	trial.Complains(t, trial.Run(t, trial.Command(bare(t, program(t, "hello.c"))+"/app")), "no such file")
}
