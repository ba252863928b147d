package debug

// tracerRows are about tools that follow a program without stopping it.
var tracerRows = []row{
	{
		name: "no error, nothing lost",
		ask: map[string][]string{
			"valgrind": {"valgrind", "--leak-check=full", "--show-leak-kinds=definite", "{app}"},
		},
		want: []string{"prints: done", "errors: 0"},
	},
	{
		name: "lost memory, and where it came from",
		ask: map[string][]string{
			"valgrind": {"valgrind", "--leak-check=full", "--errors-for-leak-kinds=definite", "{app}", "lose"},
		},
		want: []string{"prints: done", "lost: lose main"},
		limits: []limit{{
			tool: "valgrind", modes: []string{"musl"}, below: 22, get: []string{"prints: done"},
			why: "does not put its malloc in place of musl's",
		}},
	},
	{
		name: "system calls",
		ask: map[string][]string{
			"strace": {"sh", "-c", "strace -o log {app}; cat log"},
		},
		want: []string{"opens: greet", "opens: plugin", "prints: done", "exit: 0"},
	},
	{
		name: "library calls",
		ask: map[string][]string{
			"ltrace": {"ltrace", "{app}"},
		},
		want: []string{"call: greet", "call: dlopen", "call: dlsym", "call: pthread_create", "call: pthread_join", "call: puts", "exit: 0"},
	},
	{
		name: "where the time goes, by symbol",
		ask: map[string][]string{
			"perf": {"sh", "-c", "perf record -q -e cpu-clock:u -F 2000 -o perf.data {app} burn && " +
				"perf report --stdio --sort dso,sym -i perf.data"},
		},
		want: []string{"hot: burn of app, burn_in_library of libgreet.so"},
	},
	{
		name: "record and replay",
		ask: map[string][]string{
			"rr": {"sh", "-c", "rr record -n -o trace {app} && rr replay -a trace"},
		},
		want: []string{"prints: done", "prints: done"},
	},
	{
		name: "backtraces of a process",
		ask: map[string][]string{
			"eu-stack": {"eu-stack", "-p", "{pid}"},
		},
		want: []string{"frames: wait_here here between main", "frames: wait_here work"},
	},
	{
		name: "libraries of a process",
		ask: map[string][]string{
			"pldd": {"pldd", "{pid}"},
		},
		want: []string{"libraries: {all}"},
		limits: []limit{{
			tool: "pldd", modes: []string{"musl -relinterp"},
			why: "finds a PIE only by its PT_PHDR, and GNU ld writes none into a program without PT_INTERP",
		}},
	},
}
