package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
)

// command runs a program in the environment env (nil: ours) and gives what it wrote when it fails.
func command(env []string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}
