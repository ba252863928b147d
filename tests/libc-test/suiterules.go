package libctest

import (
	"fmt"
	"path/filepath"
	"strings"
)

// suiteRule is what a .mk file of libc-test says of its program.
type suiteRule struct {
	part        bool   // no program, but a library of another
	shared      string // a library beside it, made of this file's neighbour
	linked      bool   // it is linked with that library, or with its object where static
	onlyStatic  bool
	onlyDynamic bool
	cflags      []string
	ldflags     []string
}

// suiteRules holds every .mk file of the pinned commit.
var suiteRules = map[string]suiteRule{
	"functional/dlopen_dso":          {part: true},
	"functional/tls_align_dso":       {part: true},
	"functional/tls_init_dso":        {part: true},
	"regression/tls_get_new-dtv_dso": {part: true},
	"functional/dlopen":              {onlyDynamic: true, shared: "dlopen_dso", ldflags: []string{"-rdynamic"}},
	"functional/tls_align":           {shared: "tls_align_dso", linked: true, ldflags: suiteRunpath},
	"functional/tls_align_dlopen":    {onlyDynamic: true, shared: "tls_align_dso"},
	"functional/tls_init_dlopen":     {onlyDynamic: true, shared: "tls_init_dso"},
	"regression/tls_get_new-dtv":     {onlyDynamic: true, shared: "tls_get_new-dtv_dso", ldflags: suiteRunpath},
	"musl/pleval":                    {onlyStatic: true, cflags: []string{"-w"}},
}

// suiteRunpath finds the library beside the program, and the loader in lib/ where that is our work.
var suiteRunpath = []string{"-Wl,-rpath,$ORIGIN:$ORIGIN/../lib"}

// knowsRules is an error where the checkout has a rule that stands not above.
func (s *suite) knowsRules() error {
	rules, err := filepath.Glob(filepath.Join(s.src, "*", "*.mk"))
	for _, path := range rules {
		name := filepath.Base(filepath.Dir(path)) + "/" + strings.TrimSuffix(filepath.Base(path), ".mk")
		if _, known := suiteRules[name]; !known {
			return fmt.Errorf("%s is a rule of libc-test that we do not know; use commit %s, or add a row to suiteRules", path, SuiteCommit)
		}
	}
	return err
}
