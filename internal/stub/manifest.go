package stub

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// Manifest, as manifest.json, says what the blobs are and what made them, so that anybody can prove it.
type Manifest struct {
	Compiler string `json:"compiler"` // first line of clang --version
	Blobs    []Blob `json:"blobs"`
}

// Blob is one stub.
type Blob struct {
	Arch       string `json:"arch"`
	Kind       Kind   `json:"kind"`
	Linker     string `json:"linker"` // first line of its --version
	Size       int    `json:"size"`   // in bytes
	SHA256     string `json:"sha256"`
	Entry      uint64 `json:"entry"`
	DebugState uint64 `json:"debug_state"`
	// Sources are the files in crt/ that the compiler read, SourcesSHA256 is SumSources of them.
	Sources       []string `json:"sources"`
	SourcesSHA256 string   `json:"sources_sha256"`
}

// File is the name of the file with its code.
func (b Blob) File() string { return b.Arch + "-" + string(b.Kind) + ".bin" }

// Sum is the sha256 of a blob, in hexadecimal.
func Sum(code []byte) string {
	s := sha256.Sum256(code)
	return hex.EncodeToString(s[:])
}

// SumSources is the sha256 over names and contents of these files in the folder dir.
func SumSources(dir string, names []string) (string, error) {
	h := sha256.New()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", name, len(text))
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
