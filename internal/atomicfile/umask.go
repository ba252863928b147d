package atomicfile

import (
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// umask is the process's file mode creation mask, read without changing it (proc(5)) where /proc is there.
var umask = sync.OnceValue(func() uint32 {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "Umask:"); ok {
			if mask, err := strconv.ParseUint(strings.TrimSpace(rest), 8, 32); err == nil {
				return uint32(mask)
			}
		}
	}
	mask := unix.Umask(0o077)
	unix.Umask(mask)
	return uint32(mask)
})
