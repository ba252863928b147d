package stub

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/stub"
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

// A program's PT_INTERP and its loader decide which stub it gets. Each starts every loader.
func TestEachStubStartsEveryLoader(t *testing.T) {
	each(t, func(t *testing.T, k kit) {
		for kind, interp := range map[stub.Kind]string{stub.Any: "ld-any.so.1", stub.Musl: "ld-musl-any.so.1", stub.Whole: "ld-whole.so.1"} {
			dir := k.retrofit(t, k.build(t, "hello.c", "-Wl,--dynamic-linker=/lib/"+interp), patcher.Options{
				Loader: k.loader,
				Whole:  func(string, string) bool { return kind == stub.Whole },
			})
			app, err := os.ReadFile(dir + "/app")
			if err != nil {
				t.Fatal(err)
			}
			if s, _ := stubIn(t, k.Name, app); s.Kind != kind {
				t.Errorf("it has the stub %s; want %s", s.Kind, kind)
			}
			ours := filepath.Join(dir, "lib", k.loader)
			if r := k.run(t, dir+"/app", "an argument"); r != (result{"an argument 41 1 " + ours + "\n", "", 3}) {
				t.Errorf("%s: %+v", kind, r)
			}
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
