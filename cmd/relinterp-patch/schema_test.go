package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"relinterp/internal/need"
)

// checker checks values against the words of JSON Schema 2020-12 that our schema uses.
type checker struct {
	defs map[string]any
	seen map[string]bool // properties that a value had
	bad  []string
}

func (c *checker) check(at string, schema map[string]any, v any) {
	if ref, ok := schema["$ref"].(string); ok {
		at = strings.TrimPrefix(ref, "#/$defs/")
		c.check(at, c.defs[at].(map[string]any), v)
		return
	}
	if want, ok := schema["const"]; ok && want != v {
		c.fail(at, "is %v", v)
	}
	if list, ok := schema["enum"].([]any); ok && !slices.Contains(list, v) {
		c.fail(at, "is %v", v)
	}
	if want, ok := schema["type"].(string); ok && !isType(want, v) {
		c.fail(at, "is %T, not %s", v, want)
		return
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			c.check(at, schema["items"].(map[string]any), item)
		}
	case map[string]any:
		c.object(at, schema, v)
	}
}

func (c *checker) object(at string, schema, v map[string]any) {
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			c.fail(at, "lacks %s", name)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, value := range v {
		if names, ok := schema["propertyNames"].(map[string]any); ok {
			c.check(at+" name", names, name)
		}
		if p, ok := properties[name].(map[string]any); ok {
			c.seen[at+"."+name] = true
			c.check(at+"."+name, p, value)
		} else if more, ok := schema["additionalProperties"].(map[string]any); ok {
			c.check(at+"."+name, more, value)
		} else {
			c.fail(at, "has %s", name)
		}
	}
}

func (c *checker) fail(at, format string, args ...any) {
	c.bad = append(c.bad, at+" "+fmt.Sprintf(format, args...))
}

func isType(want string, v any) bool {
	switch v := v.(type) {
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "integer" && v == math.Trunc(v)
	case []any:
		return want == "array"
	case map[string]any:
		return want == "object"
	}
	return false
}

func TestEveryAnswerFitsTheSchemaAndEveryFieldOccurs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(need.Top(), "docs", "relinterp-patch.schema.json"))
	require.NoError(t, err)
	var schema map[string]any
	require.NoError(t, json.Unmarshal(text, &schema))
	c := &checker{defs: schema["$defs"].(map[string]any), seen: map[string]bool{}}
	dir := answersFolder(t)
	for _, line := range answers {
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir = dir
		out, err := cmd.Output()
		var v any
		require.NoError(t, json.Unmarshal(out, &v), "%s: %s %v", line, out, err)
		c.check("", schema, v)
		assert.Equal(t, float64(cmd.ProcessState.ExitCode()), v.(map[string]any)["exit"], line)
		assert.Empty(t, c.bad, line)
	}
	for at, d := range map[string]any{"": schema, "verify.libraries": schema["$defs"].(map[string]any)["verify"].(map[string]any)["properties"].(map[string]any)["libraries"].(map[string]any)["items"]} {
		c.allSeen(t, at, d)
	}
	for at, d := range c.defs {
		c.allSeen(t, at, d)
	}
}

// rare are fields that only odd files have; the tests of package patcher make those.
var rare = []string{"plan.notes", "info.soname"}

func (c *checker) allSeen(t *testing.T, at string, d any) {
	for name := range d.(map[string]any)["properties"].(map[string]any) {
		if field := at + "." + name; !c.seen[field] && !slices.Contains(rare, field) {
			t.Errorf("no answer has the field %s", field)
		}
	}
}

func answersFolder(t *testing.T) string {
	gcc := need.Tool(t, "gcc", "gcc")
	loader, libc := glibc(t, gcc)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "app.c"), []byte(appSource), 0o644))
	for _, line := range [][]string{
		{gcc, "-o", "app", "app.c", "-Wl,-rpath,/opt/lib"}, {gcc, "-static", "-o", "static", "app.c"},
		{"mkdir", "lib", "empty"}, {"cp", "-L", loader, libc, "lib"}, {"cp", "app", "tail"}, {"sh", "-c", "echo payload >>tail"}, {"ln", "-s", "app", "link"},
	} {
		cmd := exec.Command(line[0], line[1:]...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%v: %s", line, out)
	}
	return dir
}

var answers = []string{
	"relinterp-patch --json",
	"relinterp-patch --json app static missing --loader-dir lib --dry-run",
	"relinterp-patch --json app --loader-dir empty",
	"relinterp-patch --json link --loader-dir lib --fallback /lib/ld.so --stack-size 1M",
	"relinterp-patch --json link --loader-dir lib --fallback /lib/ld.so --stack-size 1M",
	"relinterp-patch --json tail --loader-dir lib -o tail2",
	"relinterp-patch --json --inspect app static tail app.c",
	"relinterp-patch --json --verify app static",
	"relinterp-patch --json -r --restore .",
	"relinterp-patch --json app --loader-dir lib",
	"printf X | dd of=app bs=1 seek=4200 conv=notrunc 2>/dev/null; relinterp-patch --json --inspect app",
	"relinterp-patch --json --restore app",
}
