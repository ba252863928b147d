package e2e

import (
	"path/filepath"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// loaderName is the file that a program looks for.
const loaderName = "ld-musl-x86_64.so.1"

// tool gives a program of the toolchain folder.
func tool(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(need.Dist(t), "bin", name)
}

// lib gives a file of the toolchain's lib folder.
func lib(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(need.Dist(t), "x86_64-linux-musl", "lib", name)
}

// compile runs a compiler in testdata/, once for the same words, and gives the file that it made.
func compile(t testing.TB, name, cc string, words ...string) string {
	t.Helper()
	return shop.Compile(t, "testdata", name, cc, words...)
}

// program compiles one source file to a program that looks for its loader beside itself.
func program(t testing.TB, source string, words ...string) string {
	t.Helper()
	return compile(t, "app", tool(t, "musl-cc"), append([]string{"-O1", "-g", "-relinterp=portable", source}, words...)...)
}

// ordinary compiles the same with PT_INTERP: what the kernel does with it is the comparison.
func ordinary(t testing.TB, source string, words ...string) string {
	t.Helper()
	return compile(t, "app", tool(t, "musl-cc"), append([]string{"-O1", "-g", source}, words...)...)
}

// library compiles one source file to a shared library.
func library(t testing.TB, name, source string, words ...string) string {
	t.Helper()
	words = append([]string{"-O1", "-g", "-shared", "-fPIC", source, "-Wl,-soname," + name}, words...)
	return compile(t, name, tool(t, "musl-cc"), words...)
}

// hostile is a file that says EVIL if anybody starts it as a loader or loads it as a library.
func hostile(t testing.TB) string {
	t.Helper()
	return library(t, "libhostile.so", "hostile.c", "-nostdlib", "-Wl,-e,evil")
}

// launcher starts a program in the ways of testdata/launch.c.
func launcher(t testing.TB) string {
	t.Helper()
	return compile(t, "launch", tool(t, "musl-cc"), "-static", "launch.c")
}

// usesLibraries gives the folder of a program with a library and a plugin in lib/ and the loader.
func usesLibraries(t testing.TB, words ...string) string {
	t.Helper()
	greet := library(t, "libgreet.so", "greet.c")
	app := program(t, "use.c", append([]string{"-L" + filepath.Dir(greet), "-lgreet"}, words...)...)
	dir := folder(t, app)
	trial.Clone(t, greet, filepath.Join(dir, "lib", "libgreet.so"))
	trial.Clone(t, library(t, "libplugin.so", "plugin.c"), filepath.Join(dir, "lib", "libplugin.so"))
	return dir
}

// folder gives a new folder with the program as app and the loader in lib/.
func folder(t testing.TB, app string) string {
	t.Helper()
	dir := bare(t, app)
	trial.Clone(t, lib(t, "libc.so"), filepath.Join(dir, "lib", loaderName))
	return dir
}

// bare is folder without a loader; everybody may read it.
func bare(t testing.TB, app string) string {
	t.Helper()
	dir := shop.Folder(t)
	trial.Mkdir(t, filepath.Join(dir, "lib"))
	trial.Clone(t, app, filepath.Join(dir, "app"))
	return dir
}
