package targets

import (
	"testing"

	"relinterp/internal/muslsrc"
)

func TestBenchTakesTheUsersFlags(t *testing.T) {
	c := config{top: "/top", release: muslsrc.Releases[0]}
	got := c.benchCommand("-rounds 10  -docs docs").String()
	if want := "go run ./tests/bench -dist /top/dist -json /top/dist/bench.json -rounds 10 -docs docs"; got != want {
		t.Errorf("got %q", got)
	}
}
