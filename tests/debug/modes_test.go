package debug

import "slices"

// mode is a way in which a program finds its loader.
type mode struct {
	name string
	// like is the mode that it is held against, "" for one that others are held against.
	like string
	libc string
	// machine is the name of that which the program is for; "" is the host.
	machine string
	// qemu: the host cannot run it, qemu does.
	qemu bool
	// stock: with a loader that nobody patched.
	stock bool
	// build makes dir/app; dir/lib has the program's libraries already.
	build func(k kit, dir string, v variant) error
}

// modes are the columns of the table.
var modes = []mode{
	{name: "musl", libc: "musl", build: (kit).buildMusl},
	{name: "musl -relinterp", like: "musl", libc: "musl", build: (kit).buildRelinterp},
	{name: "musl retrofitted", like: "musl", libc: "musl", build: (kit).retrofitMusl},
	{name: "glibc", libc: "glibc", build: (kit).buildGlibc},
	{name: "glibc retrofitted", like: "glibc", libc: "glibc", build: (kit).retrofitGlibc},
}

// otherModes are those of another machine's programs, of which fewer rows are asked.
var otherModes = []mode{
	{name: "i386 musl", libc: "musl", machine: "i386", build: (kit).buildMusl},
	{name: "i386 musl -relinterp", like: "i386 musl", libc: "musl", machine: "i386", build: (kit).buildRelinterp},
	{name: "i386 musl retrofitted", like: "i386 musl", libc: "musl", machine: "i386", build: (kit).retrofitMusl},
	{name: "i386 glibc", libc: "glibc", machine: "i386", build: (kit).buildGlibc},
	{name: "i386 glibc retrofitted", like: "i386 glibc", libc: "glibc", machine: "i386", build: (kit).retrofitGlibc},
}

// qemuModes are those of programs that run under qemu, whose debugger's end answers gdb.
var qemuModes = slices.Concat(underQemu("aarch64"), underQemu("riscv64"))

func underQemu(machine string) []mode {
	list := []mode{
		{name: "musl", libc: "musl", build: (kit).buildMusl},
		{name: "musl -relinterp", like: "musl", libc: "musl", build: (kit).buildRelinterp},
		{name: "musl retrofitted", like: "musl", libc: "musl", build: (kit).retrofitMusl},
		{name: "glibc", libc: "glibc", build: (kit).buildCrossGlibc},
		{name: "glibc retrofitted", like: "glibc", libc: "glibc", build: (kit).retrofitCrossGlibc},
	}
	for i := range list {
		m := &list[i]
		m.qemu, m.machine, m.name = true, machine, machine+" "+m.name
		if m.like != "" {
			m.like = machine + " " + m.like
		}
	}
	return list
}

// allModes are the columns of all tables.
func allModes() []mode { return slices.Concat(modes, otherModes, qemuModes) }

// Two that are no columns: with a loader that nobody patched.
var (
	stockRelinterp = mode{name: "musl -relinterp, stock loader", like: "musl", libc: "musl", stock: true, build: (kit).stockRelinterp}
	stockRetrofit  = mode{name: "musl retrofitted, stock loader", like: "musl", libc: "musl", stock: true, build: (kit).stockRetrofit}
)

// variant is how a program is made, apart from its mode.
type variant struct {
	name  string
	flags []string
	// before is done to it before the mode's own, after behind that; where the mode does nothing
	// more to a linked program, both are the same.
	before, after func(k kit, app string) error
}

var (
	pie           = variant{name: "pie", flags: []string{"-pie"}}
	noPIE         = variant{name: "no-pie", flags: []string{"-no-pie"}}
	bound         = variant{name: "now", flags: []string{"-pie", "-Wl,-z,now"}}
	stripped      = variant{name: "stripped", flags: []string{"-pie"}, before: (kit).bare}
	strippedLater = variant{name: "stripped-later", flags: []string{"-pie"}, after: (kit).bare}
	divided       = variant{name: "split", flags: []string{"-pie"}, before: (kit).split}
	dividedLater  = variant{name: "split-later", flags: []string{"-pie"}, after: (kit).split}
)
