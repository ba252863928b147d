package debug

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"relinterp/internal/need"
)

// tool is something that looks into programs, and how what it says is read.
type tool struct {
	name, pkg string
	// argv makes the command line from the row's words: commands for a debugger, arguments for others.
	argv    func(words []string, app string, args []string) []string
	readers []reader
	// cannot says why the tool does not work here at all, whatever it is asked; nil where it does.
	cannot func(t testing.TB) string
	// everywhere: it reads other machines' programs, where the host runs them.
	everywhere bool
	// qemu: it reads programs that run under qemu, and no others.
	qemu bool
	// three: the first number of its version has been 3 for ever, the second one counts.
	three bool
	// unproven: no machine that the tests ran on could do it.
	unproven bool
}

func find(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

var gdb = tool{
	name: "gdb", pkg: "gdb", everywhere: true,
	argv: func(commands []string, app string, args []string) []string {
		words := []string{"gdb", "-nx", "-q", "-batch"}
		commands = append([]string{
			"set breakpoint pending on", "set confirm off", "set width 0", "set debuginfod enabled off", "set auto-load off",
		}, commands...)
		for _, c := range commands {
			words = append(words, "-ex", c)
		}
		return append(append(words, "--args", app), args...)
	},
	readers: []reader{
		{"stop", find(`(?m)(?:Temporary b|B)reakpoint \d+(?:\.\d+)?, (?:0x[0-9a-f]+ in )?(\w+) \(.*\)(?: at .*)?$`), nil},
		{"event", find(`(?m)^(?:Stopped due to shared library event|Catchpoint \d+$)`), constant("a library")},
		{"at", find(`(?m)^(\w+) \(.*\) at \S+\.c:\d+$`), nil},
		{"loaded", find(`(?m)^  (?:Inferior loaded|  ) ?(?:target:)?(/\S+)$`), inPlace},
		{"value", find(`(?m)^\$\d+ = (.*)$`), nil},
		{"libraries", find(`(?m)^From +To +Syms Read .*\n(?:0x.*\n)+`), files(gdbPath)}, // gdbserver's begin with "target:"
		{"mapped", find(`(?m)^ +Start Addr .*\n(?: +0x.*\n)+`), files(gdbPath)},
		{"frames", find(`(?m)^#0 .*\n(?:#\d+ .*\n)+`), frames(gdbFrame)},
		{"threads", find(`(?m)^  Id +Target Id .*\n(?:[ *] +\d+ .*\n)+`), count(gdbThread)},
		{"signal", find(`(?m)^Program terminated with signal (\w+)`), nil},
		{"AT_BASE", find(`(?m)AT_BASE .*0x([0-9a-f]+)$`), base},
		{"AT_ENTRY", find(`(?m)AT_ENTRY .*0x([0-9a-f]+)$`), entry},
		{"exit", find(`(?m)^\[Inferior \d+ .* exited normally\]`), constant("0")},
	},
}

// gdbserver starts the program and follows its libraries itself; gdb asks it.
var gdbserver = tool{
	name: "gdbserver", pkg: "gdbserver",
	argv: func(commands []string, app string, args []string) []string {
		return gdb.argv(append([]string{"target remote | gdbserver --once - {app}"}, commands...), app, args)
	},
	readers: gdb.readers,
}

// gdbMultiarch is told by qemu, which runs the program and has a debugger's end of its own.
var gdbMultiarch = tool{
	name: "gdb-multiarch", pkg: "gdb-multiarch", qemu: true,
	argv: func(commands []string, app string, args []string) []string {
		words := gdb.argv(append([]string{"set sysroot /", "target remote {qemu}"}, commands...), app, args)
		words[0] = "gdb-multiarch"
		return words
	},
	readers: gdb.readers,
}

var lldb = tool{
	name: "lldb", pkg: "lldb", everywhere: true,
	argv: func(commands []string, app string, args []string) []string {
		words := []string{"lldb", "--no-lldbinit", "-b"}
		for _, c := range commands {
			words = append(words, "-o", c)
		}
		return append(append(words, "--", app), args...)
	},
	readers: []reader{
		{"stop", find("stop reason = (?:one-shot )?breakpoint [\\d.]+(?: \\d+\\.\\d+)*\n    frame #0: 0x[0-9a-f]+ [^`\n]+`(\\w+)"), nil},
		{"event", find(`stop reason = shared-library-event\n    frame #0`), constant("a library")},
		{"at", find("stop reason = step in\n    frame #0: 0x[0-9a-f]+ [^`\n]+`(\\w+)"), nil},
		{"value", find(`(?m)^\(int\) (?:\$\d+ = )?(-?\d+)$`), nil},
		{"libraries", find(`(?m)^\[ +0\] .*\n(?:(?:\[ *\d+\]|      ) ?.*\n)*`), files(lldbPath)},
		{"frames", find(`(?m)^[ *]*frame #0: .*\n(?:[ *]*frame #\d+: .*\n)+`), frames(lldbFrame)},
		{"threads", find(`(?m)^\(lldb\) thread list\n.*\n((?:[ *] thread #\d+: .*\n)+)`), count(find(`thread #\d+`))},
		{"signal", find(`(?m)^\(lldb\) target create (?:.*\n)*?.*stop reason = signal (\w+)`), nil},
		{"exit", find(`(?m)^Process \d+ exited with status = (\d+)`), nil},
	},
}

// plainly takes the words for the command line.
func plainly(words []string, _ string, _ []string) []string { return words }

var valgrind = tool{
	name: "valgrind", pkg: "valgrind", argv: plainly, three: true,
	readers: []reader{
		{"prints", find(`(?m)^(done)$`), nil},
		{"lost", find(`(?m) are definitely lost .*\n(?:==\d+==  .*\n)+`), frames(find(`: (\w+) \(`))},
		{"errors", find(`ERROR SUMMARY: (\d+) errors`), nil},
	},
}

var strace = tool{
	name: "strace", pkg: "strace", argv: plainly,
	readers: []reader{
		{"opens", find(`(?m)open(?:at)?\([^\n]*"([^\n"]*lib(?:greet|plugin)\.so)"[^\n]* = \d`), inPlace},
		{"prints", find(`(?m)writev?\(1, .*"(done)`), nil},
		{"exit", find(`(?m)^\+\+\+ exited with (\d+) \+\+\+`), nil},
	},
}

var ltrace = tool{
	name: "ltrace", pkg: "ltrace", argv: plainly,
	readers: []reader{
		{"call", find(`(?m)^(?:\[pid \d+\] )?(greet|dlopen|dlsym|pthread_create|pthread_join|puts)\(`), nil},
		{"exit", find(`(?m)^(?:\[pid \d+\] )?\+\+\+ exited \(status (\d+)\) \+\+\+`), nil},
	},
}

var perf = tool{
	name: "perf", pkg: "linux-perf", argv: plainly, cannot: noPerfEvents,
	readers: []reader{
		{"hot", find(`(?m)^(?: +\d.*\n)+`), func(_ *finder, match []string) string {
			var list []string
			for _, m := range find(`(?m)^ +[2-9]\d\.\d+% +(\S+) +\[\.\] (\w+)`).FindAllStringSubmatch(match[0], -1) {
				list = append(list, m[2]+" of "+m[1])
			}
			slices.Sort(list)
			return strings.Join(list, ", ")
		}},
	},
}

// noPerfEvents says so where the kernel refuses to count a process's own time, or where there is no perf for it: Ubuntu's
// perf is a script that looks for the one of the running kernel's version.
func noPerfEvents(t testing.TB) string {
	if text := output(t, command(t, need.Tool(t, "perf", "linux-perf"), "--version")); !strings.HasPrefix(text, "perf version") {
		return "perf does not run here: " + strings.TrimSpace(text)
	}
	attr := unix.PerfEventAttr{Type: unix.PERF_TYPE_SOFTWARE, Config: unix.PERF_COUNT_SW_CPU_CLOCK, Bits: unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv}
	attr.Size = uint32(unsafe.Sizeof(attr))
	fd, err := unix.PerfEventOpen(&attr, 0, -1, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		return fmt.Sprintf("the kernel forbids perf_event_open (%v): sysctl kernel.perf_event_paranoid=1", err)
	}
	_ = unix.Close(fd)
	return ""
}

var rr = tool{
	name: "rr", pkg: "rr", argv: plainly, cannot: noRecording, unproven: true,
	readers: []reader{
		{"prints", find(`(?m)^(done)$`), nil},
		{"stop", find(`(?m)Breakpoint \d+(?:\.\d+)?, (?:0x[0-9a-f]+ in )?(\w+) \(`), nil},
	},
}

// noRecording says so where rr cannot record anything: it wants a processor that it knows, whose counters a
// virtual machine may hide.
func noRecording(t testing.TB) string {
	text := output(t, command(t, need.Tool(t, "rr", "rr"), "record", "-n", "-o", filepath.Join(t.TempDir(), "trace"), "true"))
	if strings.Contains(text, "FATAL") || strings.Contains(text, "rr: ") {
		return "rr records nothing here: " + strings.TrimSpace(text) + "\n(where `perf stat -e branches:u true` counts, a newer rr knows newer processors; " +
			"where it does not, the machine hides the counters that rr needs: use another one)"
	}
	return ""
}

var euStack = tool{
	name: "eu-stack", pkg: "elfutils", argv: plainly,
	readers: []reader{
		{"frames", find(`(?m)^TID \d+:\n(?:#\d+ .*\n)+`), frames(find(`(?m)^#\d+ +0x[0-9a-f]+ (?:- \d+ )?(\w+)`))},
	},
}

var pldd = tool{
	name: "pldd", pkg: "libc-bin", argv: plainly,
	readers: []reader{
		{"libraries", find(`(?m)^(?:/\S*\n)+`), func(f *finder, match []string) string {
			return files(find(`(?m)^(/\S+)`))(f, match)
		}},
	},
}

// toolTable are the columns of the table.
var toolTable = []*tool{&gdb, &gdbserver, &gdbMultiarch, &lldb, &valgrind, &strace, &ltrace, &perf, &rr, &euStack, &pldd}

var versions sync.Map

// major gives the number of what the tool calls its version that tells releases apart.
func (k *tool) major(t testing.TB) int {
	t.Helper()
	program := need.Tool(t, k.name, k.pkg)
	if n, ok := versions.Load(k.name); ok {
		return n.(int)
	}
	text := output(t, command(t, program, "--version"))
	m := find(`(?m)^(?:GNU gdb(?:server)?|\w+ version|\w+ -- version|\w+-|eu-stack|pldd)[^\d\n]*(\d+)\.(\d+)`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("%s: no version in %q", k.name, text)
	}
	n, _ := strconv.Atoi(m[1])
	if k.three {
		n, _ = strconv.Atoi(m[2])
	}
	versions.Store(k.name, n)
	return n
}

// ask runs the tool and gives all that it said.
func (k *tool) ask(t testing.TB, p *place, words, args []string) string {
	t.Helper()
	argv := fill(t, p, k.argv(words, p.app, args))
	argv[0] = need.Tool(t, argv[0], k.pkg)
	return output(t, command(t, argv...))
}

// fill puts in what the words ask for: {app}, {pid} of a process that waits, {core} of one that died,
// {qemu}, where a qemu that has not begun with the program waits for a debugger.
func fill(t testing.TB, p *place, words []string) []string {
	t.Helper()
	var list []string
	for _, w := range words {
		w = strings.ReplaceAll(w, "{app}", p.app)
		if strings.Contains(w, "{pid}") {
			w = strings.ReplaceAll(w, "{pid}", strconv.Itoa(waiting(t, p.app)))
		}
		if strings.Contains(w, "{qemu}") {
			w = strings.ReplaceAll(w, "{qemu}", emulator(t, p))
		}
		if strings.Contains(w, "{core}") {
			w = strings.ReplaceAll(w, "{core}", coreFile(t, p.app))
		}
		list = append(list, w)
	}
	return list
}
