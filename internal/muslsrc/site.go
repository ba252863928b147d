package muslsrc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// maxTarball bounds a download; musl's tarballs have about 1.1 MB.
const maxTarball = 16 << 20

// siteClient gives up soon on a machine without network: other providers come after it.
var siteClient = &http.Client{
	Timeout: 60 * time.Second,
	Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 10 * time.Second,
	},
}

// fromSite downloads the tarball from the release site into dir.
func (f Finder) fromSite(ctx context.Context, r Release, dir string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Site+"/"+r.File(), nil)
	if err != nil {
		return "", err
	}
	resp, err := siteClient.Do(req)
	if err != nil {
		return "", plainNetError(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", req.URL, resp.Status)
	}
	path := filepath.Join(dir, r.File())
	out, err := os.Create(path)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, io.LimitReader(resp.Body, maxTarball))
	return path, errors.Join(err, out.Close())
}

// plainNetError drops the layers that repeat the address.
func plainNetError(err error) error {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return fmt.Errorf("cannot look up %s", dns.Name)
	}
	var u *url.Error
	if errors.As(err, &u) {
		return fmt.Errorf("%s: %w", u.URL, u.Err)
	}
	return err
}
