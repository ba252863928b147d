package targets

import (
	"path/filepath"
	"strings"
)

// benchCommand is the bench with the user's own flags last, so that they win.
func (c config) benchCommand(flags string) command {
	argv := []string{"go", "run", "./tests/bench", "-dist", c.dist(), "-json", filepath.Join(c.dist(), "bench.json")}
	return command{dir: c.top, argv: append(argv, strings.Fields(flags)...)}
}
