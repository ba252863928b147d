package targets

import (
	"strings"
	"testing"

	"relinterp/internal/need"
)

func TestDemoOnTheRealToolchain(t *testing.T) {
	need.Dist(t)
	c, err := configFromEnv()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	d := demo{c: c, ctx: t.Context(), w: &out, work: t.TempDir()}
	if err := d.run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if n := strings.Count(out.String(), greeting+"\n"); n < 3 || n > 6 { // 3 where an empty root is forbidden
		t.Errorf("%d greetings in:\n%s", n, out.String())
	}
}

func TestDemoTellsAWrongLine(t *testing.T) {
	var out strings.Builder
	d := demo{ctx: t.Context(), w: &out}
	d.host("a program that says something else", "/bin/true")
	d.host("no program", "/no/such")
	if d.fail != 2 || strings.Count(out.String(), "WRONG") != 2 {
		t.Errorf("%d wrong in:\n%s", d.fail, out.String())
	}
}
