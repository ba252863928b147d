package debug

import "testing"

// A loader without our patch announces nothing to a program without PT_INTERP: the entry object does, once.
func TestStockLoaderIsSeenAtTheStart(t *testing.T) {
	for _, k := range []*tool{&gdb, &lldb} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			r := row{variant: pie, ask: librariesOfBoth, want: []string{"stop: greet", "libraries: {start}", "exit: 0"}}
			r.check(t, k, stockRelinterp)
		})
	}
}

// A stub sends such a loader's announcements to where the debugger waits for them.
func TestStockLoaderAnnouncesThroughTheStub(t *testing.T) {
	for _, k := range []*tool{&gdb, &lldb} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			r := row{variant: pie, ask: librariesOfBoth, want: []string{"stop: greet", "libraries: {start}", "stop: plug", "exit: 0"}}
			r.check(t, k, stockRetrofit)
		})
	}
}
