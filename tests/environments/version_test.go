package environments

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// older compares kernels: 6.1.0-50-amd64 is older than 6.10.
func older(have, want string) bool { return slices.Compare(numbers(have), numbers(want)) < 0 }

func numbers(version string) (list []int) {
	version, _, _ = strings.Cut(version, "-")
	for _, part := range strings.Split(version, ".") {
		n, _ := strconv.Atoi(part)
		list = append(list, n)
	}
	return list
}

func TestOlderKernels(t *testing.T) {
	for have, want := range map[string]bool{"6.1.0-50-cloud-amd64": true, "5.10.0": true, "6.10.3": false, "6.18": false} {
		if older(have, "6.10") != want {
			t.Errorf("%s", have)
		}
	}
}
