package debsrc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// aptConfig keeps apt inside dir. The hooks of the machine are dropped: they clean its own caches.
// A mirror that lags behind is good enough: the pinned checksum decides, not the list's age.
func aptConfig(dir string) string {
	return fmt.Sprintf(`Dir::Etc::SourceList "%[1]s/private.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "%[1]s/lists";
Dir::Cache "%[1]s/cache";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`, dir)
}

// apt runs the package manager inside one private folder.
type apt struct {
	ctx context.Context
	dir string
}

func (a apt) prepare(sources string) error {
	if err := os.Chmod(a.dir, 0o755); err != nil {
		return err
	}
	for _, sub := range []string{"lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(a.dir, sub), 0o755); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(a.dir, "private.sources"), []byte(sources), 0o644),
		os.WriteFile(filepath.Join(a.dir, "apt.conf"), []byte(aptConfig(a.dir)), 0o644),
	)
}

func (a apt) run(name string, args ...string) (string, error) {
	cmd := exec.CommandContext(a.ctx, name, append([]string{"-c", filepath.Join(a.dir, "apt.conf")}, args...)...)
	cmd.Dir = a.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, args[len(args)-1], err, firstError(stderr.String()))
	}
	return stdout.String(), nil
}

// firstError picks apt's first line marked E: or Err, which says what went wrong.
func firstError(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		if strings.HasPrefix(line, "E: ") {
			return strings.TrimPrefix(line, "E: ")
		}
	}
	return lines[0]
}
