package build

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"relinterp/internal/stub"
)

// All builds every stub, at the same time: those of each machine one after the other.
func All(ctx context.Context, crtDir string) (stub.Manifest, []Built, error) {
	var m stub.Manifest
	var err error
	if m.Compiler, err = Version(ctx, "clang"); err != nil {
		return m, nil, err
	}
	machines, kinds := Machines(), stub.Kinds()
	built, errs := make([]Built, len(machines)*len(kinds)), make([]error, len(machines)*len(kinds))
	var wg sync.WaitGroup
	for i := range built {
		wg.Add(1)
		go func() {
			defer wg.Done()
			built[i], errs[i] = One(ctx, crtDir, machines[i/len(kinds)], kinds[i%len(kinds)])
		}()
	}
	wg.Wait()
	for i, b := range built {
		if errs[i] != nil {
			return m, nil, errs[i]
		}
		m.Blobs = append(m.Blobs, b.Blob)
	}
	return m, built, nil
}

// Write puts the blobs and the manifest into dir; changed says whether any of them is new.
func Write(dir string, m stub.Manifest, built []Built) (changed bool, err error) {
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return false, err
	}
	files := map[string][]byte{"manifest.json": append(text, '\n')}
	for _, b := range built {
		files[b.File()] = b.Code
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.bin"))
	if err != nil {
		return false, err
	}
	for _, path := range old {
		if _, kept := files[filepath.Base(path)]; !kept {
			changed = true
			if err := os.Remove(path); err != nil {
				return changed, err
			}
		}
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		if was, err := os.ReadFile(path); err == nil && string(was) == string(data) {
			continue
		}
		changed = true
		if err := replace(path, data); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// replace never leaves half a file where go:embed looks.
func replace(path string, data []byte) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
