package debug

// noThreadLocals is what debuggers lack for thread-local variables, whatever the program is.
func noThreadLocals(get ...string) []limit {
	return []limit{{
		tool: "gdb", modes: []string{"musl"}, below: 17, get: get,
		why: "asks libthread_db, which musl has none of",
	}, {
		tool: "gdbserver", modes: []string{"musl"}, get: get,
		why: "asks libthread_db, which musl has none of",
	}, {
		tool: "lldb", modes: []string{"musl"}, get: get,
		why: "looks for glibc's description of a thread (`_thread_db_pthread_dtvp`), which musl has none of",
	}, {
		tool: "lldb", modes: []string{"glibc"}, below: 18, get: get,
		why: "does not know the thread pointer of x86_64",
	}}
}

// librariesOfBoth stops in a library of the start and in one of dlopen.
var librariesOfBoth = map[string][]string{
	"gdb":  {"break greet.c:12", "break plug", "run", "info sharedlibrary", "continue", "continue"},
	"lldb": {"breakpoint set -f greet.c -l 12", "breakpoint set -n plug", "run", "image list", "continue", "continue"},
}

// kernelsBase is what the kernel says of a program that was patched.
func kernelsBase() []limit {
	return []limit{{
		tool: "gdb", modes: []string{"musl retrofitted", "glibc retrofitted", "i386 musl retrofitted", "i386 glibc retrofitted"},
		get: []string{"AT_BASE: none"},
		why: "the kernel's AT_BASE is 0: the stub does not tell it where the loader is; libraries are found by DT_DEBUG",
	}}
}

// qemuRetrofits are the patched programs that qemu runs.
var qemuRetrofits = []string{"aarch64 musl retrofitted", "aarch64 glibc retrofitted", "riscv64 musl retrofitted", "riscv64 glibc retrofitted"}

// hiddenInQemu is what the stub cannot do where it does not see a debugger.
func hiddenInQemu(modes []string, get ...string) []limit {
	return []limit{{
		tool: "gdb-multiarch", modes: modes, get: get,
		why: "qemu keeps breakpoints outside of the program's memory, where the stub looks for one before it connects the loader with the debugger",
	}}
}

// launchRows are about programs that the debugger starts.
var launchRows = []row{
	{
		name: "break main",
		ask: map[string][]string{
			"gdb-multiarch": {"break main", "continue", "continue"},
			"gdb":           {"break main", "run", "continue"},
			"lldb":          {"breakpoint set -n main", "run", "continue"},
		},
		want: []string{"stop: main", "exit: 0"},
	},
	{
		name: "the same, linked with -no-pie", variant: noPIE,
		ask: map[string][]string{
			"gdb":  {"break main", "run", "info sharedlibrary", "continue"},
			"lldb": {"breakpoint set -n main", "run", "image list", "continue"},
		},
		want: []string{"stop: main", "libraries: {start}", "exit: 0"},
	},
	{
		name: "break before the first instruction, then main",
		ask: map[string][]string{
			"gdb":  {"starti", "break main", "continue", "info sharedlibrary", "continue"},
			"lldb": {"process launch --stop-at-entry", "breakpoint set -n main", "continue", "image list", "continue"},
		},
		want: []string{"stop: main", "libraries: {start}", "exit: 0"},
	},
	{
		name: "break _start",
		ask: map[string][]string{
			"gdb":  {"break _start", "run", "continue", "continue", "continue"},
			"lldb": {"breakpoint set -n _start -s app", "run", "continue", "continue"},
		},
		want: []string{"stop: _start", "exit: 0"},
		limits: []limit{{
			tool: "gdb", modes: []string{"musl -relinterp"}, get: []string{"stop: _start", "stop: _start", "exit: 0"},
			why: "a program of relinterp.o passes its `_start` twice: from the kernel, and from the loader",
		}},
	},
	{
		name: "pending breakpoint in a library of the start",
		ask: map[string][]string{
			"gdb-multiarch": {"break greet.c:12", "continue", "bt", "continue"},
			"gdb":           {"break greet.c:12", "run", "bt", "continue"},
			"lldb":          {"breakpoint set -f greet.c -l 12", "run", "bt", "continue"},
		},
		want: []string{"stop: greet", "frames: greet call_greet main", "exit: 0"},
	},
	{
		name: "pending breakpoint in a library's constructor", everywhere: true,
		ask: map[string][]string{
			"gdb-multiarch": {"break greet_constructor", "continue", "continue"},
			"gdb":           {"break greet_constructor", "run", "continue"},
			"gdbserver":     {"break greet_constructor", "continue", "continue"},
			"lldb":          {"breakpoint set -n greet_constructor", "run", "continue"},
		},
		want:   []string{"stop: greet_constructor", "exit: 0"},
		limits: hiddenInQemu([]string{"aarch64 glibc retrofitted", "riscv64 glibc retrofitted"}, "exit: 0"),
	},
	{
		name: "breakpoint in the program's constructor",
		ask: map[string][]string{
			"gdb":  {"break app_constructor", "run", "continue"},
			"lldb": {"breakpoint set -n app_constructor", "run", "continue"},
		},
		want: []string{"stop: app_constructor", "exit: 0"},
	},
	{
		name: "pending breakpoint in a library that dlopen brings",
		ask: map[string][]string{
			"gdb-multiarch": {"break plug", "continue", "bt", "continue"},
			"gdb":           {"break plug", "run", "bt", "continue"},
			"lldb":          {"breakpoint set -n plug", "run", "bt", "continue"},
		},
		want:   []string{"stop: plug", "frames: plug main", "exit: 0"},
		limits: hiddenInQemu(qemuRetrofits, "exit: 0"),
	},
	{
		name: "pending breakpoint in the constructor of such a library", everywhere: true,
		ask: map[string][]string{
			"gdb":       {"break plugin_constructor", "run", "continue"},
			"gdbserver": {"break plugin_constructor", "continue", "continue"},
			"lldb":      {"breakpoint set -n plugin_constructor", "run", "continue"},
		},
		want: []string{"stop: plugin_constructor", "exit: 0"},
	},
	{
		name: "libraries and their paths, before and after dlopen", everywhere: true,
		ask: map[string][]string{
			"gdb":       {"break main", "break plug", "run", "info sharedlibrary", "continue", "info sharedlibrary", "continue"},
			"gdbserver": {"break main", "break plug", "continue", "info sharedlibrary", "continue", "info sharedlibrary", "continue"},
			"lldb":      {"breakpoint set -n main", "breakpoint set -n plug", "run", "image list", "continue", "image list", "continue"},
		},
		want: []string{"stop: main", "libraries: {start}", "stop: plug", "libraries: {all}", "exit: 0"},
	},
	{
		name: "the same, linked with -no-pie", variant: noPIE,
		ask: map[string][]string{
			"gdb":       {"break main", "break plug", "run", "info sharedlibrary", "continue", "info sharedlibrary", "continue"},
			"gdbserver": {"break main", "break plug", "continue", "info sharedlibrary", "continue", "info sharedlibrary", "continue"},
			"lldb":      {"breakpoint set -n main", "breakpoint set -n plug", "run", "image list", "continue", "image list", "continue"},
		},
		want: []string{"stop: main", "libraries: {start}", "stop: plug", "libraries: {all}", "exit: 0"},
	},
	{
		name: "libraries and their paths, at main and in a thread after dlopen",
		ask: map[string][]string{
			"gdb":           {"break main", "break in_thread", "run", "info sharedlibrary", "continue", "info sharedlibrary", "continue"},
			"gdb-multiarch": {"break main", "break in_thread", "continue", "info sharedlibrary", "continue", "info sharedlibrary", "continue"},
		},
		want: []string{"stop: main", "libraries: {start}", "stop: in_thread", "libraries: {all}", "exit: 0"},
	},
	{
		name: "stop when a library is loaded",
		ask: map[string][]string{
			"gdb":  {"break main", "catch load libplugin", "run", "continue", "delete", "continue"},
			"lldb": {"breakpoint set -n main", "run", "settings set target.process.stop-on-sharedlibrary-events true", "continue", "image list"},
		},
		want: []string{"stop: main", "event: a library"},
	},
	{
		name: "step through the PLT into a library, bound lazily",
		ask: map[string][]string{
			"gdb":  {"break call_greet", "run", "step", "continue"},
			"lldb": {"breakpoint set -n call_greet", "run", "step", "continue"},
		},
		want: []string{"stop: call_greet", "at: greet", "exit: 0"},
		limits: []limit{{
			tool: "gdb", modes: []string{"glibc retrofitted"}, get: []string{"stop: call_greet", "exit: 0"},
			why: "tells glibc's resolver from a function of the program by the loader's place, which it takes from PT_INTERP only",
		}},
	},
	{
		name: "the same, bound at the start (-z now)", variant: bound,
		ask: map[string][]string{
			"gdb":  {"break call_greet", "run", "step", "continue"},
			"lldb": {"breakpoint set -n call_greet", "run", "step", "continue"},
		},
		want: []string{"stop: call_greet", "at: greet", "exit: 0"},
	},
	{
		name: "the same, bound at the start (LD_BIND_NOW)",
		ask: map[string][]string{
			"gdb": {"set environment LD_BIND_NOW 1", "break call_greet", "run", "step", "continue"},
		},
		want: []string{"stop: call_greet", "at: greet", "exit: 0"},
	},
	{
		name: "functions called by the debugger",
		ask: map[string][]string{
			"gdb":  {"break plug", "run", "print greet(5)", "print ((int (*)(int)) abs)(-3)", "continue"},
			"lldb": {"breakpoint set -n plug", "run", "print greet(5)", "print ((int (*)(int)) abs)(-3)", "continue"},
		},
		want: []string{"stop: plug", "value: 6", "value: 3", "exit: 0"},
	},
	{
		name: "threads", everywhere: true,
		ask: map[string][]string{
			"gdb-multiarch": {"break in_thread", "continue", "info threads", "bt", "continue"},
			"gdb":           {"break in_thread", "run", "info threads", "bt", "continue"},
			"lldb":          {"breakpoint set -n in_thread", "run", "thread list", "bt", "continue"},
		},
		want: []string{"stop: in_thread", "threads: 2", "frames: in_thread work", "exit: 0"},
	},
	{
		name: "thread-local variables of program and libraries",
		ask: map[string][]string{
			"gdb":       {"break plug", "run", "print app_tls", "print lib_tls", "print plugin_tls"},
			"gdbserver": {"break plug", "continue", "print app_tls", "print lib_tls", "print plugin_tls"},
			"lldb":      {"breakpoint set -n plug", "run", "print app_tls", "print lib_tls", "print plugin_tls"},
		},
		want:   []string{"stop: plug", "value: 42", "value: 8", "value: 6"},
		limits: noThreadLocals("stop: plug"),
	},
	{
		name: "thread-local variables of another thread",
		ask: map[string][]string{
			"gdb":  {"break in_thread", "run", "print app_tls", "print lib_tls"},
			"lldb": {"breakpoint set -n in_thread", "run", "print app_tls", "print lib_tls"},
		},
		want:   []string{"stop: in_thread", "value: 141", "value: 107"},
		limits: noThreadLocals("stop: in_thread"),
	},
	{
		name: "run twice",
		ask: map[string][]string{
			"gdb":  {"break greet.c:12", "break plug", "run", "continue", "continue", "run", "continue", "info sharedlibrary", "continue"},
			"lldb": {"breakpoint set -f greet.c -l 12", "breakpoint set -n plug", "run", "continue", "continue", "run", "continue", "image list", "continue"},
		},
		want: []string{"stop: greet", "stop: plug", "exit: 0", "stop: greet", "stop: plug", "libraries: {all}", "exit: 0"},
	},
	{
		name: "run twice with addresses that change",
		ask: map[string][]string{
			"gdb": {"set disable-randomization off", "break greet.c:12", "break plug", "run", "continue", "continue", "run", "continue",
				"info sharedlibrary", "continue"},
			"lldb": {"settings set target.disable-aslr false", "breakpoint set -f greet.c -l 12", "breakpoint set -n plug", "run", "continue",
				"continue", "run", "continue", "image list", "continue"},
		},
		want: []string{"stop: greet", "stop: plug", "exit: 0", "stop: greet", "stop: plug", "libraries: {all}", "exit: 0"},
	},
	{
		name: "stripped: breakpoints in libraries", variant: stripped,
		ask:  librariesOfBoth,
		want: []string{"stop: greet", "libraries: {start}", "stop: plug", "exit: 0"},
	},
	{
		name: "the same, patched first and stripped then", variant: strippedLater,
		ask:  librariesOfBoth,
		want: []string{"stop: greet", "libraries: {start}", "stop: plug", "exit: 0"},
		limits: []limit{{
			tool: "gdb", modes: []string{"musl retrofitted", "glibc retrofitted"}, get: []string{"exit: 0"},
			why: "has lost the symbol `_dl_debug_state`: strip first and patch then, or `strip -K _dl_debug_state`",
		}},
	},
	{
		name: "stripped, with a separate debug file", everywhere: true, variant: divided,
		ask: map[string][]string{
			"gdb":  {"break call_greet", "break plug", "run", "bt", "continue", "info sharedlibrary", "continue"},
			"lldb": {"breakpoint set -n call_greet", "breakpoint set -n plug", "run", "bt", "continue", "image list", "continue"},
		},
		want: []string{"stop: call_greet", "frames: call_greet main", "stop: plug", "libraries: {all}", "exit: 0"},
	},
	{
		name: "the same, patched first and stripped then", variant: dividedLater,
		ask: map[string][]string{
			"gdb":  {"break call_greet", "break plug", "run", "bt", "continue", "info sharedlibrary", "continue"},
			"lldb": {"breakpoint set -n call_greet", "breakpoint set -n plug", "run", "bt", "continue", "image list", "continue"},
		},
		want: []string{"stop: call_greet", "frames: call_greet main", "stop: plug", "libraries: {all}", "exit: 0"},
	},
	{
		name: "executed by a shell",
		ask: map[string][]string{
			"gdb": {"file /bin/sh", "set args -c 'exec {app}'", "break greet.c:12", "break plug", "run", "continue",
				"info sharedlibrary", "continue"},
			"lldb": {"target create /bin/sh", "breakpoint set -f greet.c -l 12", "breakpoint set -n plug",
				"process launch -- -c 'exec {app}'", "continue", "continue", "image list", "continue"},
		},
		want: []string{"stop: greet", "stop: plug", "libraries: {all}", "exit: 0"},
		limits: []limit{{
			tool: "lldb", modes: []string{"glibc"}, below: 18, get: []string{"stop: greet", "exit: 0", "libraries: {start}"},
			why: "does not follow dlopen in a glibc program that it saw executed by another",
		}},
	},
	{
		name: "every library event stops",
		ask: map[string][]string{
			"gdb":       {"break main", "break plug", "run", "set stop-on-solib-events 1", "continue", "continue", "continue", "continue", "continue", "continue"},
			"gdbserver": {"break main", "break plug", "continue", "set stop-on-solib-events 1", "continue", "continue", "continue", "continue", "continue", "continue"},
		},
		want: []string{"stop: main", "loaded: plugin", "stop: plug", "exit: 0"},
	},
	{
		name: "where AT_ENTRY and AT_PHDR point to", everywhere: true,
		ask: map[string][]string{
			"gdb": {"break main", "run", "info auxv", "continue"},
		},
		want: []string{"stop: main", "AT_ENTRY: the file's", "exit: 0"},
	},
	{
		name: "where they point to in a program linked with -no-pie", variant: noPIE,
		ask: map[string][]string{
			"gdb": {"break main", "run", "info auxv", "continue"},
		},
		want: []string{"stop: main", "AT_ENTRY: the file's", "exit: 0"},
	},
}
