package libctest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// SuiteCommit is the commit of libc-test that the expectations are about: upstream's newest of 2024-10-19.
const SuiteCommit = "f2bac7711bec93467b73bec1465579ea0b8d5071"

// SuiteDir is the environment variable that names a checkout of libc-test.
const SuiteDir = "LIBC_TEST_DIR"

// suiteURLs are upstream's places, the second one for who has the git protocol alone.
var suiteURLs = []string{"https://repo.or.cz/libc-test.git", "git://nsz.repo.hu:49100/repo/libc-test"}

// cloneTimeout is for one place; a machine without network says so at once or never.
const cloneTimeout = 30 * time.Second

// ErrNoSuite says that there is no libc-test to be had here: the probes alone are run.
var ErrNoSuite = errors.New("libc-test is absent: only the probes are run")

// Checkout gives a checkout of libc-test: LIBC_TEST_DIR, else the pinned commit in the user's cache,
// cloned if that can be done. The commit is "" where the folder does not tell.
func Checkout(ctx context.Context) (dir, commit string, err error) {
	if dir := os.Getenv(SuiteDir); dir != "" {
		return dir, head(ctx, dir), nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", "", err
	}
	dir = filepath.Join(cache, "relinterp", "libc-test-"+SuiteCommit)
	if head(ctx, dir) == SuiteCommit {
		return dir, SuiteCommit, nil
	}
	if err := cloneSuite(ctx, dir, suiteURLs); err != nil {
		return "", "", fmt.Errorf("%w (%w); set %s to a checkout of commit %s", ErrNoSuite, err, SuiteDir, SuiteCommit)
	}
	return dir, SuiteCommit, nil
}

// head gives the commit that a folder stands at, or "".
func head(ctx context.Context, dir string) string {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return "" // else git would answer for a repository around it
	}
	return firstLine(exec.CommandContext(ctx, "git", "-C", dir, "rev-parse", "HEAD"))
}

// cloneSuite brings the pinned commit from the first place that answers, all or nothing.
func cloneSuite(ctx context.Context, dir string, urls []string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), ".libc-test-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	var all error
	for _, url := range urls {
		if err := cloneFrom(ctx, part, url); err != nil {
			all = errors.Join(all, err)
			continue
		}
		if err := os.Rename(part, dir); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	}
	return all
}

func cloneFrom(ctx context.Context, dir, url string) error {
	ctx, cancel := context.WithTimeout(ctx, cloneTimeout)
	defer cancel()
	for _, words := range [][]string{
		{"init", "--quiet"},
		{"fetch", "--quiet", url, "HEAD"},
		{"checkout", "--quiet", SuiteCommit},
	} {
		cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, words...)...)
		cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0")
		if said, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: git %s: %w: %s", url, words[0], err, strings.TrimSpace(string(said)))
		}
	}
	return nil
}
