package testkeys

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// The paths at which timestamps are requested.
const (
	TimestampPath     = "/tsa"      // RFC 3161
	SealTimestampPath = "/seal-tsa" // with SM2, over seals
)

// timestampPaths has the path of each authority's key.
func timestampPaths() map[string]string {
	return map[string]string{"tsa": TimestampPath, "seal-tsa": SealTimestampPath}
}

// listPath is where lists of revoked certificates are published, by authority.
const listPath = "/crl/"

// ErrOtherOrigin reports keys that cannot serve signatures for the long term here:
// their certificates name another address, or none.
var ErrOtherOrigin = errors.New("testkeys: the certificates say that revocations are published elsewhere")

func crlNames() []string { return []string{testca.General, testca.Times} }

func (p Paths) crlFile(name string) string { return filepath.Join(p.Timestamps, name+".crl") }
func (p Paths) originFile() string         { return filepath.Join(p.Timestamps, "origin") }

func (p Paths) ltvFiles() []string {
	files := []string{p.originFile()}
	for name := range timestampPaths() {
		files = append(files, filepath.Join(p.Timestamps, name+".key.pem"), filepath.Join(p.Timestamps, name+".chain.pem"), filepath.Join(p.Sign, name+".pem"))
	}
	for _, name := range crlNames() {
		files = append(files, p.crlFile(name))
	}
	return files
}

// CheckOrigin returns ErrOtherOrigin, with what to do, if a stack at origin cannot make long-term signatures with these
// keys.
func (p Paths) CheckOrigin(origin string) error {
	made, err := os.ReadFile(p.originFile())
	if err == nil {
		_, err = os.Stat(filepath.Join(p.Sign, "seal-tsa.pem"))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: these keys are of an earlier version; `make reset` makes new ones", ErrOtherOrigin)
	}
	if err != nil {
		return fmt.Errorf("testkeys: %w", err)
	}
	if at := strings.TrimSpace(string(made)); at != origin {
		return fmt.Errorf("%w: at %s and not %s; use that port, or `make reset` for new keys", ErrOtherOrigin, at, origin)
	}
	return nil
}

// Patterns are the routes of Handler.
func Patterns() []string {
	patterns := []string{"POST " + TimestampPath, "POST " + SealTimestampPath}
	for _, name := range crlNames() {
		patterns = append(patterns, "GET "+listPath+name)
	}
	return patterns
}

// Handler serves timestamps, by POST at the paths of their authorities, and the lists of revoked certificates. It is nil
// for keys of an early version, which made none; later ones made no key for timestamps with SM2.
func (p Paths) Handler() (http.Handler, error) {
	mux := http.NewServeMux()
	for name, path := range timestampPaths() {
		signer, err := keys.Open(Location(p.Timestamps), name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && name == "tsa":
			return nil, nil
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, fmt.Errorf("testkeys: %w", err)
		}
		mux.Handle("POST "+path, testca.NewTimestamper(signer, time.Now))
	}
	for _, name := range crlNames() {
		mux.HandleFunc("GET "+listPath+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/pkix-crl")
			http.ServeFile(w, r, p.crlFile(name))
		})
	}
	return mux, nil
}
