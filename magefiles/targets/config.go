package targets

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"relinterp/internal/arch"
	"relinterp/internal/muslsrc"
)

// config is everything that the environment decides.
type config struct {
	top     string   // the repository
	cache   string   // tarballs and built musls, shared by all clones
	cc      []string // the compiler that builds musl
	ar      string   // the archiver for what that compiler makes
	release muslsrc.Release
	tarball string
	host    arch.Arch
	arch    arch.Arch // the machine that programs are built for
}

// newConfig reads the environment through getenv; look finds a program, cache gives the user's
// cache folder.
func newConfig(top string, getenv func(string) string, look func(string) (string, error), cache string) (config, error) {
	c := config{top: top, cache: filepath.Join(cache, "relinterp"), tarball: getenv("MUSL_TARBALL"), ar: "ar"}
	var ok bool
	if c.host, ok = arch.Host(); !ok {
		return c, fmt.Errorf("relinterp is not built on %s/%s yet; use a machine with Linux on %s",
			runtime.GOOS, runtime.GOARCH, strings.Join(arch.Names(), ", "))
	}
	c.arch = c.host
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

// triple is the name of the folder of the machine's musl.
func (c config) triple() string { return c.arch.Folder() }

// loader is the name of musl's dynamic loader.
func (c config) loader() string { return c.arch.Musl }

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
