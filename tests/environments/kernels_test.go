//go:build kernels

package environments

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	libctest "relinterp/tests/libc-test"

	"relinterp/internal/trial"
)

// TestKernels runs the witness in every environment and all probes under other kernels, in virtual machines:
// `go tool mage kernels`, with the tag kernels. RELINTERP_KERNELS names kernel images or Debian's linux-image
// packages, between blanks.
func TestKernels(t *testing.T) {
	kernels := strings.Fields(os.Getenv("RELINTERP_KERNELS"))
	if len(kernels) == 0 {
		t.Fatal("RELINTERP_KERNELS names no kernel; run: go tool mage kernels")
	}
	qemu, err := exec.LookPath("qemu-system-x86_64")
	if err != nil {
		t.Fatalf("%v; run: apt-get install qemu-system-x86", err)
	}
	work, programs := probes(t)
	for _, path := range kernels {
		t.Run(filepath.Base(path), func(t *testing.T) {
			m := newMachine(t)
			m.put("/init", []byte(read(t, shop.Compile(t, "testdata", "init", tool(t, "musl-gcc"), "-Wall", "-static", "init.c"))))
			m.put("/enter", []byte(read(t, enter(t))))
			for _, f := range []family{musl(t), glibc(t)} {
				m.add(f.folder)
				m.environments(f)
			}
			for _, mode := range libctest.Modes {
				m.add(filepath.Join(work, string(mode)))
			}
			m.probes(work, programs)
			// Strict accounting of memory, which only a whole machine can have.
			m.run("@/proc/sys/vm/overcommit_memory", "2")
			for _, f := range []family{musl(t), glibc(t)} {
				m.forms("strict", "", f, "bin")
			}
			r := m.start(qemu, image(t, path))
			t.Logf("kernel %s, %d rows", r.kernel, len(r.rows))
			r.judge(t, programs)
		})
	}
}

// probes builds all probes here, and gives where.
func probes(t *testing.T) (work string, programs []libctest.Program) {
	t.Helper()
	tc, err := libctest.NewToolchain(filepath.Dir(filepath.Dir(tool(t, "x"))), "gcc", "x86_64", tool(t, "relinterp-patch"))
	if err != nil {
		t.Fatal(err)
	}
	if programs, err = libctest.Probes(tc); err != nil {
		t.Fatal(err)
	}
	work = newFolder(t)
	_, err = libctest.Run(t.Context(), libctest.Config{Toolchain: tc, Programs: programs, Modes: libctest.Modes, Work: work, Jobs: 2, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return work, programs
}

func (m *machine) environments(f family) {
	for _, r := range rows {
		m.run(r.name+"/"+f.name+"/holds", "/enter", r.name, f.folder, "holds")
		dir := r.dir
		if dir == "" {
			dir = "bin"
		}
		m.forms(r.name, r.name, f, dir)
	}
}

// forms runs every form of a family's witness, where is the environment's name or "".
func (m *machine) forms(name, where string, f family, dir string) {
	for _, form := range append([]string{"interp"}, f.forms...) {
		words := []string{filepath.Join(f.folder, dir, form), "word"}
		if where != "" {
			words = append([]string{"/enter", where, f.folder}, words...)
		}
		m.run(name+"/"+f.name+"/"+form, words...)
	}
}

func (m *machine) probes(work string, programs []libctest.Program) {
	for _, p := range programs {
		for _, mode := range libctest.Modes {
			path := filepath.Join(work, string(mode), p.Name+".exe")
			if _, err := os.Stat(path); err != nil || p.RefusesLink {
				continue
			}
			words := append([]string{"PROBE_MODE=" + string(mode), "PROBE_LIB=" + filepath.Join(work, string(mode), "lib"),
				"PROBE_LOADER=ld-musl-x86_64.so.1", "PATH=/bin"}, p.Env...)
			if len(p.Wrap) > 0 { // setarch -R
				words = append(words, "/enter", "aslr-off", "/")
			}
			m.run(p.Name+"/"+string(mode), append(append(words, path), p.Args...)...)
		}
	}
}

// image gives a kernel's file; out of a package if it is one.
func image(t *testing.T, path string) string {
	t.Helper()
	if filepath.Ext(path) != ".deb" {
		return path
	}
	dir := t.TempDir()
	if out, err := exec.Command("dpkg-deb", "--extract", path, dir).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, out)
	}
	found, _ := filepath.Glob(dir + "/boot/vmlinuz-*")
	if len(found) != 1 {
		t.Fatalf("%s holds %d kernels", path, len(found))
	}
	return found[0]
}

// judge wants every form to do as the one with PT_INTERP under the same kernel.
func (r report) judge(t *testing.T, programs []libctest.Program) {
	compared := 0
	for name, got := range r.rows {
		base, form := filepath.Dir(name), filepath.Base(name)
		if slices.Contains([]string{"interp", "pt-interp", "static", "holds"}, form) {
			continue
		}
		if holds, known := r.rows[base+"/holds"]; known && holds.Status != 0 {
			continue
		}
		want, known := r.rows[base+"/interp"]
		if !known {
			want, known = r.rows[base+"/pt-interp"]
		}
		if !known {
			t.Errorf("%s: nothing to compare with", name)
			continue
		}
		compared++
		refused := slices.Contains([]string{"no-descriptors", "noexec", "noexec-loader"}, strings.Split(name, "/")[0])
		switch {
		case refused:
			if got.Status != 126 && got.Status != 127 {
				t.Errorf("%s: %s", name, got)
			}
		case base == "probes/aligned-segment" && older(r.kernel, "6.10"):
			// Known, and in docs/limitations.md.
		case got.Status != want.Status || slices.Contains([]int{1000, 2000}, got.Status/1000*1000):
			t.Errorf("%s: %s\nwith PT_INTERP: %s", name, got, want)
		}
	}
	if !strings.Contains(r.whole, "@wrote /proc/sys/vm/overcommit_memory 1") {
		t.Error("memory is not accounted for strictly")
	}
	for _, name := range []string{"none/musl/relinterp", "none/glibc/retrofit", "strict/musl/relinterp", "strict/musl/retrofit", "strict/glibc/retrofit"} {
		if got := r.rows[name]; got.Status != 7 || got.Out != working {
			t.Errorf("%s: %s", name, got)
		}
	}
	if compared < 200 {
		t.Errorf("only %d compared:\n%s", compared, trial.Short(r.whole))
	}
	t.Logf("%d compared with PT_INTERP; not the same as elsewhere: %s", compared, r.different())
}

// different gives what does not end as it should under a newest kernel, whatever starts it.
func (r report) different() string {
	var list []string
	for name, got := range r.rows {
		want := 7
		switch {
		case strings.HasPrefix(name, "probes/"), strings.HasSuffix(name, "/holds"):
			want = 0
		case strings.HasPrefix(name, "no"): // those that refuse, and what stands beside them
			continue
		}
		if got.Status != want {
			list = append(list, fmt.Sprintf("%s %d", name, got.Status))
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
