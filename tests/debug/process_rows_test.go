package debug

// processRows are about programs that run already, or that have died.
var processRows = []row{
	{
		name: "attach: backtrace, threads", everywhere: true,
		ask: map[string][]string{
			"gdb":  {"attach {pid}", "thread 1", "bt", "info threads", "detach"},
			"lldb": {"attach -p {pid}", "bt", "thread list", "detach"},
		},
		want: []string{"frames: wait_here here between main", "threads: 2"},
	},
	{
		name: "attach: libraries", everywhere: true,
		ask: map[string][]string{
			"gdb":  {"attach {pid}", "info sharedlibrary", "detach"},
			"lldb": {"attach -p {pid}", "image list", "detach"},
		},
		want: []string{"libraries: {all}"},
	},
	{
		name: "the same, linked with -no-pie", variant: noPIE,
		ask: map[string][]string{
			"gdb":  {"attach {pid}", "thread 1", "bt", "info sharedlibrary", "detach"},
			"lldb": {"attach -p {pid}", "bt", "image list", "detach"},
		},
		want: []string{"frames: wait_here here between main", "libraries: {all}"},
	},
	{
		name: "attach without naming the program",
		ask: map[string][]string{
			"gdb":  {"file", "attach {pid}", "thread 1", "bt", "info sharedlibrary", "detach"},
			"lldb": {"target delete", "attach -p {pid}", "bt", "image list", "detach"},
		},
		want: []string{"frames: wait_here here between main", "libraries: {all}"},
	},
	{
		name: "attach: what is mapped",
		ask: map[string][]string{
			"gdb": {"attach {pid}", "info proc mappings", "detach"},
		},
		want: []string{"mapped: {all}"},
	},
	{
		name: "attach: AT_BASE",
		ask: map[string][]string{
			"gdb": {"attach {pid}", "info sharedlibrary", "info auxv", "detach"},
		},
		want:   []string{"AT_BASE: the loader's"},
		limits: kernelsBase(),
	},
	{
		name: "attach: thread-local variables",
		ask: map[string][]string{
			"gdb":  {"attach {pid}", "thread 1", "print app_tls", "print lib_tls", "detach"},
			"lldb": {"attach -p {pid}", "print app_tls", "print lib_tls", "detach"},
		},
		want:   []string{"value: 42", "value: 8"},
		limits: noThreadLocals(),
	},
	{
		name: "core file: signal, backtrace, threads", everywhere: true,
		ask: map[string][]string{
			"gdb":  {"core-file {core}", "bt", "info threads"},
			"lldb": {"target create {app} --core {core}", "bt", "thread list"},
		},
		want: []string{"signal: SIGSEGV", "frames: here between main", "threads: 2"},
	},
	{
		name: "core file: libraries", everywhere: true,
		ask: map[string][]string{
			"gdb":  {"core-file {core}", "info sharedlibrary"},
			"lldb": {"target create {app} --core {core}", "image list"},
		},
		want: []string{"libraries: {all}"},
	},
	{
		name: "the same, linked with -no-pie", variant: noPIE,
		ask: map[string][]string{
			"gdb":  {"core-file {core}", "bt", "info sharedlibrary"},
			"lldb": {"target create {app} --core {core}", "bt", "image list"},
		},
		want: []string{"frames: here between main", "libraries: {all}"},
	},
	{
		name: "core file: AT_BASE", everywhere: true,
		ask: map[string][]string{
			"gdb": {"core-file {core}", "info sharedlibrary", "info auxv"},
		},
		want:   []string{"AT_BASE: the loader's"},
		limits: kernelsBase(),
	},
	{
		name: "core file that the debugger wrote",
		ask: map[string][]string{
			"gdb": {"attach {pid}", "generate-core-file by-gdb", "detach", "core-file by-gdb", "thread 1", "bt", "info sharedlibrary"},
		},
		want: []string{"frames: wait_here here between main", "libraries: {all}"},
	},
	{
		name: "core file of a stripped program with a separate debug file", variant: divided,
		ask: map[string][]string{
			"gdb":  {"core-file {core}", "bt", "info sharedlibrary"},
			"lldb": {"target create {app} --core {core}", "bt", "image list"},
		},
		want: []string{"signal: SIGSEGV", "frames: here between main", "libraries: {all}"},
	},
}
