package main

import (
	"io"
	"strings"
	"testing"
)

func TestWrongFlagsAreRefused(t *testing.T) {
	for _, tt := range []struct{ args, message string }{
		{"-rounds 0", "-rounds and -calls must be at least 1"},
		{"-calls -1", "-rounds and -calls must be at least 1"},
		{"-quick -docs docs", "leave one of the two out"},
		{"docs", `takes no arguments, got "docs"`},
	} {
		_, err := parseFlags(strings.Fields(tt.args), io.Discard)
		if err == nil || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: error %v, want %q", tt.args, err, tt.message)
		}
	}
}

func TestToolchainFolderComesFromTheEnvironment(t *testing.T) {
	t.Setenv("RELINTERP_DIST", "/opt/tools")
	for args, want := range map[string]string{"": "/opt/tools", "-dist other": "other"} {
		o, err := parseFlags(strings.Fields(args), io.Discard)
		if err != nil || o.Dist != want {
			t.Errorf("bench %s: folder %q, %v; want %q", args, o.Dist, err, want)
		}
	}
}

func TestMissingToolchainNamesTheMend(t *testing.T) {
	_, err := findToolchain(t.TempDir(), "gcc")
	if err == nil || !strings.Contains(err.Error(), "run: go tool mage build") {
		t.Errorf("error %v", err)
	}
}
