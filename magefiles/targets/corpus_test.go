package targets

import "testing"

func TestCorpusTakesTheUsersFlags(t *testing.T) {
	got := join(config{top: "/top"}.corpusCommand("-sample 5  -seed 7").argv)
	if want := "go run ./tests/corpus -sample 5 -seed 7"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
