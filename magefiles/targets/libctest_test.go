package targets

import (
	"slices"
	"testing"

	"relinterp/internal/muslsrc"
)

func TestLibctestTakesTheUsersFlags(t *testing.T) {
	c := config{top: "/top", release: muslsrc.Releases[0]}
	got := c.libctestCommand("-run tls  -all").String()
	want := "go run ./tests/libc-test/main -dist /top/dist -json /top/dist/libctest.json -junit /top/dist/libctest.xml -run tls -all"
	if got != want {
		t.Errorf("got %q", got)
	}
}

// What the full run installs is also there for the tests.
func TestLibctestNeedsAreTestNeeds(t *testing.T) {
	for _, r := range libctestNeeds {
		if !slices.ContainsFunc(testNeeds, func(other requirement) bool { return other.has == r.has }) {
			t.Errorf("testNeeds lacks %s", r.what)
		}
	}
}
