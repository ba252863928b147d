package targets

import (
	"slices"
	"strings"
	"testing"
)

func has(list ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(list, name) }
}

func TestMissingPrintsTheExactLine(t *testing.T) {
	lacks := missing(buildNeeds, has("patch"))
	for manager, want := range map[string]string{
		"apt-get": "sudo apt-get install --yes --no-install-recommends make linux-libc-dev",
		"dnf":     "sudo dnf install -y make kernel-headers",
		"apk":     "sudo apk add make linux-headers",
		"pacman":  "sudo pacman -S --noconfirm --needed make linux-api-headers",
	} {
		err := lackError(lacks, installLine(lacks, has(manager)))
		if !strings.HasSuffix(err.Error(), "make, the kernel's headers; type:\n\n    "+want) {
			t.Errorf("%s: %v", manager, err)
		}
	}
}

func TestNoKnownPackageManager(t *testing.T) {
	lacks := missing(buildNeeds, has())
	err := lackError(lacks, installLine(lacks, has()))
	if want := "missing: make, patch, the kernel's headers; install them with this machine's package manager"; err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestPackageNamedOnce(t *testing.T) {
	line := installLine([]requirement{tool("distcc", "distcc"), tool("distccd", "distcc")}, has("apt-get"))
	if got := join(line); got != "apt-get install --yes --no-install-recommends distcc" {
		t.Errorf("got %q", got)
	}
}

func TestEveryRequirementHasAPackageEverywhere(t *testing.T) {
	for _, r := range append(slices.Clone(buildNeeds), testNeeds...) {
		for _, i := range installers {
			if r.packages[i.name] == "" {
				t.Errorf("%s: no package for %s", r.what, i.name)
			}
		}
	}
}

func TestFilesAndProgramsOnMachine(t *testing.T) {
	if !onMachine("sh") || !onMachine("/proc") || onMachine("/no/such") || onMachine("no-such-program") {
		t.Error("sh and /proc are here, the others are not")
	}
}
