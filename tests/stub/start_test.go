package stub

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/arch"
	"relinterp/patcher"
)

func TestItStartsWithTheLoaderBesideIt(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		app := k.build(t, "hello.c")
		dir := k.folder(t, app)
		ours := filepath.Join(dir, "lib", k.loader)
		if r := k.run(t, dir+"/app"); strings.Contains(r.out, ours) {
			t.Fatalf("as it was built it does not find that: %+v", r)
		}
		dir = k.retrofit(t, app, patcher.Options{})
		ours = filepath.Join(dir, "lib", k.loader)
		if r := k.run(t, dir+"/app", "an argument"); r != (result{"an argument 41 1 " + ours + "\n", "", 3}) {
			t.Errorf("%+v", r)
		}
	})
}

func TestItStartsAtAFixedAddress(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		dir := k.retrofit(t, k.build(t, "hello.c", "-no-pie"), patcher.Options{})
		if r := k.run(t, dir+"/app", "x"); r.status != 3 || !strings.HasPrefix(r.out, "x 41 1 "+dir+"/lib/") {
			t.Errorf("%+v", r)
		}
	})
}

// A program's PT_INTERP decides which stub it gets. Behind another name each starts the other's loader.
func TestEachStubStartsTheOthersLoader(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		name, otherIsMusl := "ld-musl-of-no-kind.so.1", true
		if arch.MuslLoader(k.loader) {
			name, otherIsMusl = "ld-of-no-kind.so.1", false
		}
		dir := k.retrofit(t, k.build(t, "hello.c", "-Wl,--dynamic-linker=/lib/"+name), patcher.Options{Loader: k.loader})
		app, err := os.ReadFile(dir + "/app")
		if err != nil {
			t.Fatal(err)
		}
		if s, _ := stubIn(t, k.Name, app); s.Musl != otherIsMusl {
			t.Errorf("it has the stub of %s", s.Arch)
		}
		ours := filepath.Join(dir, "lib", k.loader)
		if r := k.run(t, dir+"/app", "an argument"); r != (result{"an argument 41 1 " + ours + "\n", "", 3}) {
			t.Errorf("%+v", r)
		}
	})
}

func TestTheLoaderMayBeStartedByHand(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		dir := k.retrofit(t, k.build(t, "hello.c"), patcher.Options{})
		if r := k.run(t, dir+"/lib/"+k.loader, dir+"/app", "x"); r.status != 3 || !strings.HasPrefix(r.out, "x 41 1 "+dir+"/lib/") {
			t.Errorf("%+v", r)
		}
	})
}

func TestWithoutALoaderItSaysSo(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		dir := k.retrofit(t, k.build(t, "hello.c"), patcher.Options{Loader: "ld-gone.so.1"})
		r := k.run(t, dir+"/app")
		want := "relinterp: " + dir + "/app: " + dir + "/lib/ld-gone.so.1: no such file: "
		if r.status != 127 || r.out != "" || !strings.HasPrefix(r.err, want) || !strings.HasSuffix(r.err, "RELINTERP_LOADER\n") {
			t.Errorf("%+v\nwant %s", r, want)
		}
	})
}

func TestTheFallbackComesLast(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		elsewhere := k.folder(t, k.files[0])
		fallback := filepath.Join(elsewhere, "lib", k.loader)
		dir := k.retrofit(t, k.build(t, "hello.c"), patcher.Options{Loader: "ld-gone.so.1", Fallback: fallback})
		if r := k.run(t, dir+"/app", "x"); r != (result{"x 41 1 " + fallback + "\n", "", 3}) {
			t.Errorf("%+v", r)
		}
	})
}
