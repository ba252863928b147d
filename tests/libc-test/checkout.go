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

// SuiteDir is the environment variable that names a checkout of libc-test, SuiteURL one that names places
// to clone from, between blanks, in upstream's stead. Whatever the place is, what counts is the commit's hash.
const (
	SuiteDir = "LIBC_TEST_DIR"
	SuiteURL = "LIBC_TEST_URL"
)

// upstream are upstream's places, the second one for who has the git protocol alone.
var upstream = []string{"https://repo.or.cz/libc-test.git", "git://nsz.repo.hu:49100/repo/libc-test"}

// cloneTimeout is for one place; a machine without network says so at once or never.
const cloneTimeout = 60 * time.Second

// ErrNoSuite says that there is no libc-test to be had here: the probes alone are run.
var ErrNoSuite = errors.New("libc-test is absent: only the probes are run")

// Checkout gives a checkout of libc-test: LIBC_TEST_DIR, else the pinned commit in the user's cache,
// cloned if that can be done. The commit is "" where the folder does not tell, and has "+changes" behind it
// where its files are not the commit's.
func Checkout(ctx context.Context) (dir, commit string, err error) {
	if dir := os.Getenv(SuiteDir); dir != "" {
		return dir, head(ctx, dir), nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", "", err
	}
	dir = filepath.Join(cache, "relinterp", "libc-test-"+SuiteCommit)
	if _, err := os.Stat(dir); err == nil {
		if got := head(ctx, dir); got != SuiteCommit {
			return "", "", fmt.Errorf("%s is not at commit %s but at %q; remove it", dir, SuiteCommit, got)
		}
		return dir, SuiteCommit, nil
	}
	places := upstream
	if own := strings.Fields(os.Getenv(SuiteURL)); len(own) > 0 {
		places = own
	}
	if err := cloneSuite(ctx, dir, places, SuiteCommit); err != nil {
		return "", "", fmt.Errorf("%w (%w); set %s to a clone that holds commit %s, or %s to a checkout of it",
			ErrNoSuite, err, SuiteURL, SuiteCommit, SuiteDir)
	}
	return dir, SuiteCommit, nil
}

// head gives the commit that a folder stands at, "+changes" behind it if its files are others; or "".
func head(ctx context.Context, dir string) string {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return "" // else git would answer for a repository around it
	}
	commit := firstLine(exec.CommandContext(ctx, "git", "-C", dir, "rev-parse", "HEAD"))
	changes, err := exec.CommandContext(ctx, "git", "-C", dir, "status", "--porcelain").Output()
	if commit != "" && (err != nil || len(changes) > 0) {
		commit += "+changes"
	}
	return commit
}

// cloneSuite brings a commit from the first place that has it, all or nothing.
func cloneSuite(ctx context.Context, dir string, places []string, commit string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	var said []string
	for _, place := range places {
		err := cloneFrom(ctx, dir, place, commit)
		if err == nil {
			return nil
		}
		said = append(said, err.Error())
	}
	return errors.New(strings.Join(said, "; "))
}

// cloneFrom fetches all branches, since a mirror may have commits of its own on top. git computes the hash
// of everything it is sent, so a commit of the right hash has the right files.
func cloneFrom(ctx context.Context, dir, place, commit string) error {
	ctx, cancel := context.WithTimeout(ctx, cloneTimeout)
	defer cancel()
	part, err := os.MkdirTemp(filepath.Dir(dir), ".libc-test-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	for _, words := range [][]string{
		{"init", "--quiet"},
		{"fetch", "--quiet", place, "+refs/heads/*:refs/remotes/origin/*"},
		{"checkout", "--quiet", "--detach", commit},
	} {
		cmd := exec.CommandContext(ctx, "git", append([]string{"-C", part}, words...)...)
		cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: git %s: %s", place, words[0], reason(ctx, err, string(text)))
		}
	}
	if got := head(ctx, part); got != commit {
		return fmt.Errorf("%s: checked out %q, not %s", place, got, commit)
	}
	if err := os.Chmod(part, 0o755); err != nil {
		return err
	}
	if err := os.Rename(part, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// reason is why git failed, in one line.
func reason(ctx context.Context, err error, text string) string {
	if ctx.Err() != nil {
		return ctx.Err().Error()
	}
	for _, line := range strings.Split(text, "\n") {
		for _, mark := range []string{"fatal: ", "error: "} {
			if said, ok := strings.CutPrefix(line, mark); ok {
				return said
			}
		}
	}
	return err.Error()
}
