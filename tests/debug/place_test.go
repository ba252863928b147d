package debug

import (
	"debug/elf"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"relinterp/internal/need"
)

// place is a program and its libraries, which all rows of one mode and variant share.
type place struct {
	app string
	// qemu runs the program; "" where the host does.
	qemu string
	// real has where every file of the process shall lie, symbolic links followed, by the word by
	// which the rows call it.
	real map[string]string
	err  error
	once sync.Once
}

var places sync.Map

// place makes the folder of a mode and variant, once.
func (m mode) place(t testing.TB, v variant) *place {
	t.Helper()
	k := tools(t, m)
	one, _ := places.LoadOrStore(m.name+"/"+v.name, &place{})
	p := one.(*place)
	qemu := ""
	if m.qemu {
		qemu = need.Tool(t, k.host.Qemu, "qemu-user")
	}
	p.once.Do(func() { p.qemu = qemu; p.err = p.make(k, m, v) })
	if p.err != nil {
		t.Fatal(p.err)
	}
	return p
}

func (p *place) make(k kit, m mode, v variant) error {
	dir, err := os.MkdirTemp(shared, strings.NewReplacer(" ", "", ",", "").Replace(m.name)+"-"+v.name+"-")
	if err != nil {
		return err
	}
	p.app = filepath.Join(dir, "app")
	if err := k.libraries(m.libc, filepath.Join(dir, "lib")); err != nil {
		return err
	}
	if err := m.build(k, dir, v); err != nil {
		return err
	}
	if v.after != nil {
		if err := v.after(k, p.app); err != nil {
			return err
		}
	}
	p.real = map[string]string{
		"app": p.app, "greet": dir + "/lib/libgreet.so", "plugin": dir + "/lib/libplugin.so",
		"loader": dir + "/lib/" + k.host.Musl,
	}
	if m.libc == "glibc" {
		p.real["loader"], p.real["libc"] = dir+"/lib/"+filepath.Base(k.host.Glibc), dir+"/lib/libc.so.6"
		if m.like == "" && !m.qemu {
			p.real["loader"], p.real["libc"] = k.host.Glibc, k.libcOf(p.app)
		}
	}
	for word, path := range p.real {
		if p.real[word], err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	return nil
}

// word gives the word for a path that a tool showed, or the path where it is none that shall be there.
func (p *place) word(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	for word, want := range p.real {
		if real == want {
			return word
		}
	}
	return path
}

// words gives all words but the program's, sorted.
func (p *place) words() []string {
	var list []string
	for word := range p.real {
		if word != "app" {
			list = append(list, word)
		}
	}
	slices.Sort(list)
	return list
}

// file opens one of the place's ELF files.
func (p *place) file(t testing.TB, word string) *elf.File {
	t.Helper()
	f, err := elf.Open(p.real[word])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
