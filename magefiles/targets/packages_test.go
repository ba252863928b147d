package targets

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func has(list ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(list, name) }
}

func TestMissingPrintsTheExactLine(t *testing.T) {
	lacks := missing(buildNeeds, has("patch", "/usr/include/stdio.h"))
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
	if want := "missing: make, patch, the kernel's headers, the host's libc headers; install them with this machine's package manager"; err.Error() != want {
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

// toolCall is how a test asks for a program.
var toolCall = regexp.MustCompile(`need\.Tool\(t, "([^"]+)", "([^"]+)"\)`)

func TestEveryToolOfATestIsInTheTable(t *testing.T) {
	table := map[string]string{"apt-get": "apt", "gofmt": "golang-go"} // there on every machine that gets here
	for _, r := range append(slices.Clone(buildNeeds), testNeeds...) {
		table[r.has] = r.packages["apt-get"]
	}
	err := filepath.WalkDir(mustAbs(t, "../.."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, call := range toolCall.FindAllStringSubmatch(string(text), -1) {
			if table[call[1]] != call[2] {
				t.Errorf("%s asks for %s of package %s; testNeeds says %q", path, call[1], call[2], table[call[1]])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
