package targets

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"relinterp/internal/arch"
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

func TestUbuntuHasNamesOfItsOwn(t *testing.T) {
	lacks := missing(testNeeds, func(name string) bool { return name != "perf" && name != "lldb" })
	for _, c := range []struct{ has, want string }{{"", "lldb linux-perf"}, {ubuntu, "lldb linux-tools-generic"}} {
		if got := join(installLine(lacks, has("apt-get", c.has))); got != "apt-get install --yes --no-install-recommends "+c.want {
			t.Errorf("%q: got %q", c.has, got)
		}
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
	if !onMachine("sh") || !onMachine("/proc") || !onMachine("/proc/sel*") || onMachine("/no/such") || onMachine("no-such-program") {
		t.Error("sh, /proc and /proc/self are here, the others are not")
	}
}

// asks are the ways in which tests and test scripts ask for a program.
var asks = regexp.MustCompile(`(?m)need\.Tool\(t, "([^"]+)"|^need (\S+) \S+$`)

// mends are packages that a test names as the mend for a missing file.
var mends = regexp.MustCompile(`need\.Missing\(.*"apt-get install ([^"+ ]+)"`)

func TestEverythingThatTestsAskForIsInTheTable(t *testing.T) {
	programs := map[string]bool{"apt-get": true, "go": true, "gofmt": true} // there on every machine that gets here
	packages := map[string]bool{"apt": true, "libc6": true}
	cross := config{host: x86, arch: x86}.crossTestNeeds(arch.All())
	for _, r := range slices.Concat(buildNeeds, testNeeds, cross) {
		programs[r.has], packages[r.packages["apt-get"]] = true, true
	}
	err := filepath.WalkDir(mustAbs(t, "../.."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") && filepath.Ext(path) != ".txtar" {
			return err
		}
		text, err := os.ReadFile(path)
		for _, ask := range asks.FindAllStringSubmatch(string(text), -1) {
			if program := ask[1] + ask[2]; !programs[program] && program != "ld." {
				t.Errorf("%s asks for %s, which testNeeds lacks", path, program)
			}
		}
		for _, mend := range mends.FindAllStringSubmatch(string(text), -1) {
			if !packages[mend[1]] {
				t.Errorf("%s names the package %s, which testNeeds lacks", path, mend[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
