package patcher

import (
	"fmt"
	"strings"
)

// Options say what a patched program is to look for. The zero value patches nothing: LoaderDir, or
// RunpathOnly with a Runpath, must be given.
type Options struct {
	// LoaderDir is the loader's folder as it will stand in DT_RUNPATH: "$ORIGIN/lib", or absolute.
	LoaderDir string `json:"loader_dir,omitempty"`
	// Loader is the loader's file name; "" takes the last component of PT_INTERP.
	Loader string `json:"loader,omitempty"`
	// Runpath lists the folders of the libraries in place of the default, which is LoaderDir and
	// those old entries that already began with $ORIGIN. LoaderDir is put in front if it is not among them.
	Runpath []string `json:"runpath,omitempty"`
	// Rpath writes DT_RPATH, which the program's libraries inherit, in place of DT_RUNPATH.
	Rpath bool `json:"rpath,omitempty"`
	// KeepRunpath keeps all old entries behind LoaderDir, absolute ones too.
	KeepRunpath bool `json:"keep_runpath,omitempty"`
	// Fallback is the absolute path of a loader that is tried last, and the only one tried in a
	// set-user-ID program; "" for none.
	Fallback string `json:"fallback,omitempty"`
	// StackSize is written to PT_GNU_STACK's p_memsz, from which musl takes the size of its
	// threads' stacks, in bytes; 0 leaves it.
	StackSize uint64 `json:"stack_size,omitempty"`
	// Payload says what becomes of bytes that others appended to the program.
	Payload Payload `json:"payload"`
	// Whole says whether LaidWhole holds of the loader that the program will find: interp is its PT_INTERP, loader
	// the loader's file name. It is asked at most once, and not for musl's. nil stands for no.
	Whole func(interp, loader string) bool `json:"-"`
	// RunpathOnly changes nothing but DT_RUNPATH: for shared libraries, too.
	RunpathOnly bool `json:"runpath_only,omitempty"`
}

// Payload says what becomes of bytes behind the ELF image: an archive, a script's byte code.
type Payload int

const (
	// KeepEnd leaves them at the end of the file, at the same distance from it.
	KeepEnd Payload = iota
	// KeepOffset leaves them at the same offset from the start of the file, or refuses.
	KeepOffset
	// RefusePayload refuses a file that has any.
	RefusePayload
)

var payloadNames = []string{"keep-end", "keep-offset", "refuse"}

// String gives the word by which the command line names p.
func (p Payload) String() string {
	if p < 0 || int(p) >= len(payloadNames) {
		return fmt.Sprintf("payload(%d)", int(p))
	}
	return payloadNames[p]
}

// MarshalText and UnmarshalText make JSON carry the words of the command line.
func (p Payload) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText is ParsePayload for encoding/json.
func (p *Payload) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePayload(string(text))
	return err
}

// ParsePayload reads a word of the command line: keep-end, keep-offset or refuse.
func ParsePayload(word string) (Payload, error) {
	for i, name := range payloadNames {
		if word == name {
			return Payload(i), nil
		}
	}
	return 0, fmt.Errorf("unknown payload mode %q; use keep-end, keep-offset or refuse", word)
}

// check gives the reason why nothing can be done by these options, or nil.
func (o *Options) check() error {
	wrong := func(what, hint string) error { return refuse(BadOptions, what, hint) }
	dir := o.LoaderDir
	switch {
	case o.RunpathOnly && o.Runpath == nil:
		return wrong("no folders are given for the RUNPATH", "name them; an empty list removes the RUNPATH")
	case o.RunpathOnly:
	case dir == "" && o.Runpath == nil && !o.KeepRunpath:
		return wrong("no folder of the loader is given", "name it with --loader-dir DIR")
	case dir != "" && !strings.HasPrefix(dir, "/") && !underOrigin(dir):
		return wrong("the loader's folder "+dir+" is neither absolute nor below $ORIGIN", "begin it with / or with $ORIGIN")
	}
	if o.Fallback != "" && !strings.HasPrefix(o.Fallback, "/") {
		return wrong("the fallback "+o.Fallback+" is not absolute", "begin it with /")
	}
	if strings.Contains(o.Fallback, "\x00") {
		return wrong("the fallback has a NUL byte", "leave it out")
	}
	if len(o.Fallback) >= 4096 || len(o.Loader) >= 256 {
		return wrong("the loader's name or the fallback is longer than a path can be", "shorten it")
	}
	return nil
}
