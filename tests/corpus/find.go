package main

import (
	"debug/elf"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Program is a dynamic executable of this machine.
type Program struct {
	Path        string   `json:"path"`
	Interpreter string   `json:"interpreter"` // PT_INTERP
	Needed      []string `json:"-"`           // DT_NEEDED
	Strings     int64    `json:"strings"`     // DT_STRSZ, in bytes
	Size        int64    `json:"size"`        // in bytes
}

// usual are the folders where a machine keeps its programs.
var usual = []string{"/usr", "/bin", "/sbin", "/lib", "/opt"}

// find gives every ET_EXEC and ET_DYN file with a PT_INTERP below the folders, sorted by path. Files
// of several names count once; what cannot be read or makes no sense is no program.
func find(folders []string) ([]Program, error) {
	type inode struct{ dev, ino uint64 }
	seen := map[inode]bool{}
	var all []Program
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return nil
			}
			var st syscall.Stat_t
			if syscall.Stat(path, &st) != nil || st.Size < 64 || seen[inode{st.Dev, st.Ino}] {
				return nil
			}
			seen[inode{st.Dev, st.Ino}] = true
			if p, ok := program(path); ok {
				p.Size = st.Size
				all = append(all, p)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no dynamic executable below %s", strings.Join(folders, ", "))
	}
	slices.SortFunc(all, func(a, b Program) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// program reads what concerns us of one file.
func program(path string) (Program, bool) {
	raw, err := os.Open(path)
	if err != nil {
		return Program{}, false
	}
	defer raw.Close()
	f, err := elf.NewFile(raw)
	if err != nil || f.Type != elf.ET_EXEC && f.Type != elf.ET_DYN {
		return Program{}, false
	}
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP || p.Filesz < 2 || p.Filesz > 4096 {
			continue
		}
		text := make([]byte, p.Filesz)
		if _, err := p.ReadAt(text, 0); err != nil {
			return Program{}, false
		}
		name, _, _ := strings.Cut(string(text), "\x00")
		found := Program{Path: path, Interpreter: name}
		found.Needed, _ = f.ImportedLibraries()
		if size, err := f.DynValue(elf.DT_STRSZ); err == nil && len(size) == 1 {
			found.Strings = int64(size[0])
		}
		return found, true
	}
	return Program{}, false
}

// sample picks n of the programs, the same ones for the same seed on the same machine.
func sample(all []Program, n int, seed uint64) []Program {
	if n <= 0 || n >= len(all) {
		return all
	}
	picked := slices.Clone(all)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(picked), func(i, j int) { picked[i], picked[j] = picked[j], picked[i] })
	picked = picked[:n]
	slices.SortFunc(picked, func(a, b Program) int { return strings.Compare(a.Path, b.Path) })
	return picked
}
