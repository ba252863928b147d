package main

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"relinterp/patcher"
)

// Mode is how the libraries are told where they are.
type Mode string

// The modes: every library has RUNPATH $ORIGIN; they are as they were; they are as they were and the
// program has DT_RPATH, which they inherit unless they have a RUNPATH of their own.
const (
	WithRunpath Mode = "libraries with RUNPATH"
	Untouched   Mode = "libraries untouched"
	WithRpath   Mode = "libraries untouched, --rpath"
)

var modes = []Mode{WithRunpath, Untouched, WithRpath}

// Record is what was found out about one program.
type Record struct {
	Program
	Argument   string                    `json:"argument,omitempty"`   // what it was run with
	Excluded   string                    `json:"excluded,omitempty"`   // why it was not tried
	Refused    *patcher.Refusal          `json:"refused,omitempty"`    // by the patcher
	Damaged    string                    `json:"damaged,omitempty"`    // what is wrong with the patched file
	Restored   bool                      `json:"restored"`             // byte for byte
	Added      int64                     `json:"added"`                // bytes that patching added
	Results    map[Mode]map[Place]string `json:"results,omitempty"`    // passed, or what differs
	Unequal    map[Place]string          `json:"unequal,omitempty"`    // why runs in a place cannot be compared
	References map[Place]outcome         `json:"references,omitempty"` // of the unpatched program
}

const passed = "passed"

const (
	referenceLimit = 4 * time.Second
	patchedLimit   = 40 * time.Second
)

// checker checks programs one after the other.
type checker struct {
	base  string   // a folder that everybody may read
	after []string // a command that every patched file goes through
	store *store
	box   *sandbox
}

// obstacle gives the libraries of a program, or the reason why it is not run here.
func obstacle(ctx context.Context, p Program) (libraries []Library, why string, err error) {
	if why := p.tooDangerous(); why != "" {
		return nil, why, nil
	}
	if _, err := os.Stat(p.Interpreter); err != nil {
		return nil, "its interpreter is not here", nil
	}
	libraries, err = closure(ctx, p)
	var absent notHere
	if errors.As(err, &absent) {
		return nil, absent.Error(), nil
	}
	return libraries, "", err
}

// check does everything that concerns one program. One that is not run is patched and restored all the
// same. An error is the harness's own.
func (c *checker) check(ctx context.Context, p Program) (Record, error) {
	r := Record{Program: p}
	libraries, why, err := obstacle(ctx, p)
	if err != nil {
		return r, err
	}
	r.Excluded = why
	work, err := os.MkdirTemp(c.base, "work-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o755); err != nil {
		return r, err
	}
	// The program's own files go when it is done; its libraries serve others.
	own := &store{dir: filepath.Join(work, "own")}
	if err := os.Mkdir(own.dir, 0o755); err != nil {
		return r, err
	}
	t := trial{c: c, Record: &r, work: work, own: own, libraries: libraries}
	return r, t.run()
}

// trial is the work on one program.
type trial struct {
	c *checker
	*Record
	work      string
	own       *store
	libraries []Library
}

func (t *trial) run() error {
	if t.Excluded != "" {
		_, err := t.patch()
		return err
	}
	home := filepath.Join(t.work, "home")
	if err := t.hostTree(home); err != nil {
		return err
	}
	if err := t.choose(home); err != nil {
		return err
	}
	if t.Excluded != "" {
		_, err := t.patch()
		return err
	}
	if err := t.reference(home); err != nil {
		return err
	}
	t.Results = map[Mode]map[Place]string{}
	files, err := t.patch()
	if err != nil || t.Refused != nil || t.Damaged != "" {
		return err
	}
	for _, mode := range modes {
		if err := t.try(mode, files[mode], home); err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) hostTree(dir string) error {
	if err := t.c.store.hostTree(dir, t.Program, t.libraries); err != nil {
		return fmt.Errorf("%s: %w", t.Path, err)
	}
	return nil
}

// runs runs the program of a tree with the argument that was chosen.
func (t *trial) runs(tree string, place Place, limit time.Duration) (outcome, error) {
	return t.c.box.run(order{Tree: tree, Place: place, Argv: []string{t.Path, t.Argument}, Limit: limit})
}

// choose finds an argument with which the unpatched program ends, and says the same twice.
func (t *trial) choose(home string) error {
	var fallback string
	var endless bool
	for _, argument := range []string{"--version", "--help"} {
		t.Argument = argument
		first, err := t.runs(home, Host, referenceLimit)
		if err != nil {
			return err
		}
		if !first.Ended {
			endless = true
			continue
		}
		second, err := t.runs(home, Host, referenceLimit)
		switch {
		case err != nil:
			return err
		case !first.Started:
			t.Excluded = "does not start unpatched"
			return nil
		case !first.like(second):
			continue
		case first.Status == 0 && first.Signal == 0:
			return nil
		case fallback == "":
			fallback = argument
		}
	}
	t.Argument = fallback
	switch {
	case fallback != "":
	case endless:
		t.Excluded = "never ends"
	default:
		t.Excluded = "says something else each time"
	}
	return nil
}

// reference runs the unpatched program in every place, twice.
func (t *trial) reference(home string) error {
	t.References, t.Unequal = map[Place]outcome{}, map[Place]string{}
	for _, place := range places {
		first, err := t.runs(home, place, referenceLimit)
		if err != nil {
			return err
		}
		second, err := t.runs(home, place, referenceLimit)
		switch {
		case err != nil:
			return err
		case !first.Started:
			return fmt.Errorf("%s, unpatched, %s: %s", t.Path, place, first)
		case !first.Ended || !second.Ended:
			t.Unequal[place] = "never ends"
		case !first.like(second):
			t.Unequal[place] = "says something else each time"
		}
		t.References[place] = first
	}
	// Without /proc the loader of an unpatched program cannot know what $ORIGIN is; a patched program
	// must do without /proc what the unpatched one does with it.
	if loaderFailed(t.References[NoProc]) {
		t.References[NoProc] = t.References[Proc]
	}
	return nil
}

func loaderFailed(o outcome) bool {
	return o.Status == 127 && strings.Contains(o.Stderr, "error while loading shared libraries")
}

// patch makes the patched files, and checks all that can be checked without running them.
func (t *trial) patch() (map[Mode]string, error) {
	f, size, err := open(t.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	files := map[Mode]string{}
	t.Restored = true
	for _, mode := range []Mode{WithRunpath, WithRpath} {
		options := patcher.Options{LoaderDir: "$ORIGIN/" + besideName, Rpath: mode == WithRpath, Whole: laidWhole}
		plan, err := patcher.MakePlan(f, size, options)
		if errors.As(err, &t.Refused) {
			return nil, nil
		}
		if err != nil {
			t.Damaged = err.Error()
			return nil, nil
		}
		if files[mode], err = t.own.make(string(mode), func(w io.Writer) error {
			_, err := plan.Output().WriteTo(w)
			return err
		}); err != nil {
			return nil, err
		}
		if t.Added == 0 {
			t.Added = plan.OutputSize - size
		}
		restored, err := inspect(files[mode], f, options)
		t.Restored = t.Restored && restored
		if err != nil {
			t.Damaged = err.Error()
		} else if err := t.c.treat(files[mode]); err != nil {
			t.Damaged = err.Error()
		}
	}
	files[Untouched] = files[WithRunpath]
	return files, nil
}

// laidWhole is patcher.LaidWhole of the interpreter, of which each tree has a copy.
func laidWhole(interp, _ string) bool {
	f, size, err := open(interp)
	if err != nil {
		return false
	}
	defer f.Close()
	return patcher.LaidWhole(f, size)
}

// treat lets another tool work on a patched file.
func (c *checker) treat(path string) error {
	if len(c.after) == 0 {
		return nil
	}
	argv := append(slices.Clone(c.after), path)
	if text, err := exec.Command(argv[0], argv[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", argv[0], err, text)
	}
	return nil
}

// inspect says whether a patched file gives back its original, and what is wrong with it.
func inspect(path string, original *os.File, options patcher.Options) (restored bool, err error) {
	f, size, err := open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	if err := sound(f, original); err != nil {
		return false, err
	}
	again, err := patcher.MakePlan(f, size, options)
	if err != nil {
		return false, fmt.Errorf("patched twice: %w", err)
	}
	if !again.Unchanged {
		return false, errors.New("patched twice, it is another file")
	}
	out, err := patcher.RestorePlan(f, size)
	if err != nil {
		return false, fmt.Errorf("restore: %w", err)
	}
	same := &comparer{with: io.NewSectionReader(original, 0, 1<<62)}
	if _, err := out.WriteTo(same); err != nil {
		return false, fmt.Errorf("restore: %w", err)
	}
	return same.ended(), nil
}

// sound says what is wrong with a patched file's segments.
func sound(f, original io.ReaderAt) error {
	image, err := elf.NewFile(f)
	if err != nil {
		return err
	}
	before, err := elf.NewFile(original)
	if err != nil {
		return err
	}
	had := false
	for _, p := range before.Progs {
		had = had || p.Type == elf.PT_LOAD && p.Flags&elf.PF_W != 0 && p.Flags&elf.PF_X != 0
	}
	for _, p := range image.Progs {
		switch {
		case p.Type == elf.PT_INTERP:
			return errors.New("PT_INTERP is still there")
		case p.Type == elf.PT_LOAD && p.Flags&elf.PF_W != 0 && p.Flags&elf.PF_X != 0 && !had:
			return errors.New("a segment is writable and executable")
		}
	}
	return nil
}

// comparer is a writer that fails at the first byte that differs from a reader's.
type comparer struct {
	with   io.Reader
	buffer [64 << 10]byte
}

func (c *comparer) Write(data []byte) (int, error) {
	done := 0
	for done < len(data) {
		n := min(len(data)-done, len(c.buffer))
		if _, err := io.ReadFull(c.with, c.buffer[:n]); err != nil || !bytes.Equal(c.buffer[:n], data[done:done+n]) {
			return done, errors.New("not byte for byte the original")
		}
		done += n
	}
	return done, nil
}

// ended says that the reader has nothing left.
func (c *comparer) ended() bool {
	n, err := c.with.Read(c.buffer[:1])
	return n == 0 && errors.Is(err, io.EOF)
}

// try runs the patched program in every place: built in one folder, moved, and then run.
func (t *trial) try(mode Mode, file, home string) error {
	get := t.c.store.plain
	if mode == WithRunpath {
		get = t.c.store.beside
	}
	t.Results[mode] = map[Place]string{}
	build, moved := filepath.Join(t.work, "build"), filepath.Join(t.work, "moved to "+string(mode))
	if err := t.c.store.ownTree(build, file, t.Program, t.libraries, get); err != nil {
		for _, place := range places {
			t.Results[mode][place] = err.Error()
		}
		return os.RemoveAll(build)
	}
	if err := os.Rename(build, moved); err != nil {
		return err
	}
	if mode == WithRunpath {
		if err := t.control(moved); err != nil {
			return err
		}
	}
	for _, place := range places {
		if t.Unequal[place] != "" {
			continue
		}
		result, err := t.compare(moved, home, place)
		if err != nil {
			return err
		}
		if result != "" {
			t.Results[mode][place] = result
		}
	}
	return nil
}

// control shows that the unpatched program does not start where the patched one does.
func (t *trial) control(tree string) error {
	place := filepath.Join(tree, t.Path)
	if err := os.Rename(place, place+" patched"); err != nil {
		return err
	}
	plain, err := t.c.store.plain(t.Path)
	if err != nil {
		return err
	}
	if err := os.Link(plain, place); err != nil {
		return err
	}
	o, err := t.runs(tree, NoProc, referenceLimit)
	if err != nil {
		return err
	}
	if o.Started {
		return fmt.Errorf("%s, unpatched, starts without its interpreter: %s", t.Path, o)
	}
	return os.Rename(place+" patched", place)
}

// compare runs the patched program and says whether it did the same. On a busy machine even a
// deterministic program has bad luck once, so what differs is tried again, the reference too.
func (t *trial) compare(tree, home string, place Place) (string, error) {
	want := t.References[place]
	for attempt := 0; ; attempt++ {
		got, err := t.runs(tree, place, patchedLimit)
		if err != nil || got.like(want) {
			return passed, err
		}
		again, err := t.runs(home, place, patchedLimit)
		if err != nil {
			return "", err
		}
		if !again.like(want) && !loaderFailed(again) {
			t.Unequal[place] = "says something else each time"
			return "", nil
		}
		if attempt == 2 {
			return fmt.Sprintf("patched: %s; unpatched: %s", got, want), nil
		}
	}
}
