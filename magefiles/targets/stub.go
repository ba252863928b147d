package targets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"relinterp/internal/stub/build"
)

// Stub rebuilds the retrofit's stubs in internal/stub from crt/; commit what it changes
func Stub(ctx context.Context) error {
	if err := ensure(ctx, newProgress(os.Stderr), stubNeeds); err != nil {
		return err
	}
	top, err := findTop()
	if err != nil {
		return err
	}
	m, built, err := build.All(ctx, filepath.Join(top, "crt"))
	if err != nil {
		return err
	}
	dir := filepath.Join(top, "internal", "stub")
	changed, err := build.Write(dir, m, built)
	if err != nil {
		return err
	}
	for _, b := range built {
		fmt.Printf("%-20s %5d bytes\n", b.File(), b.Size)
	}
	if !changed {
		fmt.Println("nothing changed")
	}
	return nil
}

// stubNeeds is what `stub` wants.
var stubNeeds = []requirement{tool("clang", "clang"), tool("ld.lld", "lld"), bfdForS390x}
