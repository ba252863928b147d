package wrapper

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Env is all that the driver reads of the world around it; a test makes one up.
type Env struct {
	Name   string   // the name we were called by, without its folder
	Self   string   // our own executable, symbolic links followed
	Vars   []string // the environment, in order
	TmpDir string   // a folder that does not exist yet, for this call alone

	ReadFile   func(string) ([]byte, error)
	Executable func(string) bool            // a regular file that may be executed
	Exists     func(string) bool            // any file
	RealPath   func(string) (string, error) // absolute, symbolic links followed
}

// HostEnv reads the world of this process.
func HostEnv(argv0 string) (*Env, error) {
	self, err := os.Executable()
	if err == nil {
		self, err = filepath.EvalSymlinks(self)
	}
	if err != nil {
		return nil, &Error{"cannot find the own executable: " + err.Error(), "mount /proc, or call the driver by its absolute path"}
	}
	return &Env{
		Name:       filepath.Base(argv0),
		Self:       self,
		Vars:       os.Environ(),
		TmpDir:     filepath.Join(os.TempDir(), "musl-cc."+strconv.Itoa(os.Getpid())),
		ReadFile:   os.ReadFile,
		Executable: executable,
		Exists:     exists,
		RealPath:   realPath,
	}, nil
}

// Get gives a variable's value, "" where it is not set.
func (e *Env) Get(name string) string {
	for _, v := range e.Vars {
		if len(v) > len(name) && v[len(name)] == '=' && v[:len(name)] == name {
			return v[len(name)+1:]
		}
	}
	return ""
}

// Look finds a program as a shell would, but never ourselves under another name: a link called
// gcc would otherwise call itself for ever.
func (e *Env) Look(program string) (string, bool) {
	if strings.Contains(program, "/") {
		return program, e.Executable(program) && !e.isSelf(program)
	}
	for _, dir := range filepath.SplitList(e.Get("PATH")) {
		if dir == "" {
			dir = "."
		}
		path := dir + "/" + program
		if e.Executable(path) && !e.isSelf(path) {
			return path, true
		}
	}
	return "", false
}

func (e *Env) isSelf(path string) bool {
	real, err := e.RealPath(path)
	return err == nil && real == e.Self
}

// childVars is the environment for the compiler: ours, less LIBRARY_PATH, which names libraries
// of the host. A cross compiler ignores it too; CPATH stays, as there.
func (e *Env) childVars() []string {
	vars := make([]string, 0, len(e.Vars))
	for _, v := range e.Vars {
		if !strings.HasPrefix(v, "LIBRARY_PATH=") {
			vars = append(vars, v)
		}
	}
	return vars
}

func executable(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}
