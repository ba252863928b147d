package targets

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"relinterp/internal/muslsrc"
)

// arches are musl's names of the machines that the toolchain is built for.
var arches = map[string]string{"amd64": "x86_64"}

// config is everything that the environment decides.
type config struct {
	top     string   // the repository
	cache   string   // tarballs and built musls, shared by all clones
	cc      []string // the compiler that builds musl
	release muslsrc.Release
	tarball string
	arch    string
}

// newConfig reads the environment through getenv; look finds a program, cache gives the user's
// cache folder.
func newConfig(top string, getenv func(string) string, look func(string) (string, error), cache string) (config, error) {
	c := config{top: top, cache: filepath.Join(cache, "relinterp"), tarball: getenv("MUSL_TARBALL")}
	var ok bool
	if c.arch, ok = arches[runtime.GOARCH]; !ok || runtime.GOOS != "linux" {
		return c, fmt.Errorf("relinterp is not built on %s/%s yet; use a machine with Linux on x86_64", runtime.GOOS, runtime.GOARCH)
	}
	var err error
	if c.release, err = muslsrc.Lookup(getenv("MUSL_VERSION")); err != nil {
		return c, err
	}
	c.cc = strings.Fields(getenv("CC"))
	if len(c.cc) == 0 {
		c.cc = []string{"gcc"}
		if _, err := look("gcc"); err != nil {
			if _, err := look("clang"); err == nil {
				c.cc = []string{"clang"}
			}
		}
	}
	return c, nil
}

// configFromEnv is newConfig for the running process.
func configFromEnv() (config, error) {
	top, err := findTop()
	if err != nil {
		return config{}, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return config{}, fmt.Errorf("%w; set XDG_CACHE_HOME to a folder that can be written", err)
	}
	return newConfig(top, os.Getenv, exec.LookPath, cache)
}

// findTop looks upwards for the repository's top folder.
func findTop() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module relinterp\n") {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("this is not relinterp's repository; go to its folder first")
		}
		dir = filepath.Dir(dir)
	}
}

// dist is the toolchain folder of the chosen musl.
func (c config) dist() string {
	if c.release == muslsrc.Releases[0] {
		return filepath.Join(c.top, "dist")
	}
	return filepath.Join(c.top, "dist", "musl-"+c.release.Version)
}

func (c config) triple() string { return c.arch + "-linux-musl" }

// loader is the name of musl's dynamic loader.
func (c config) loader() string { return "ld-musl-" + c.arch + ".so.1" }

// everyMusl is this configuration for each release. A named tarball serves its own release alone.
func (c config) everyMusl() []config {
	var list []config
	for _, r := range muslsrc.Releases {
		one := c
		if one.release = r; r != c.release {
			one.tarball = ""
		}
		list = append(list, one)
	}
	return list
}
