package muslsrc

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Unpack writes the tarball's files into dir, without their common top folder.
func Unpack(tarball, dir string) error {
	f, err := os.Open(tarball)
	if err != nil {
		return err
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", tarball, err)
	}
	tr := tar.NewReader(zr)
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", tarball, err)
		}
		if err := unpackOne(tr, h, dir); err != nil {
			return fmt.Errorf("%s: %s: %w", tarball, h.Name, err)
		}
	}
}

func unpackOne(r io.Reader, h *tar.Header, dir string) error {
	_, name, ok := strings.Cut(strings.Trim(h.Name, "/"), "/")
	if !ok {
		return nil
	}
	if !filepath.IsLocal(name) {
		return errors.New("leads out of the folder")
	}
	path := filepath.Join(dir, name)
	switch h.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(path, 0o755)
	case tar.TypeReg:
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, os.FileMode(h.Mode)&0o755)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, r)
		return errors.Join(err, out.Close())
	case tar.TypeXGlobalHeader:
		return nil
	}
	return fmt.Errorf("kind %q is not expected in a source tarball", h.Typeflag)
}
