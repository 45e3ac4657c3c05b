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

// TimestampPath is where timestamps are requested.
const TimestampPath = "/tsa"

// listPath is where lists of revoked certificates are published, by authority.
const listPath = "/crl/"

// ErrOtherOrigin reports keys that cannot serve signatures for the long term here:
// their certificates name another address, or none.
var ErrOtherOrigin = errors.New("testkeys: the certificates say that revocations are published elsewhere")

func crlNames() []string { return []string{testca.General, testca.Times} }

func (p Paths) crlFile(name string) string { return filepath.Join(p.Timestamps, name+".crl") }
func (p Paths) originFile() string         { return filepath.Join(p.Timestamps, "origin") }

func (p Paths) ltvFiles() []string {
	files := []string{p.originFile(), filepath.Join(p.Timestamps, "tsa.key.pem"), filepath.Join(p.Timestamps, "tsa.chain.pem"), filepath.Join(p.Sign, "tsa.pem")}
	for _, name := range crlNames() {
		files = append(files, p.crlFile(name))
	}
	return files
}

// CheckOrigin returns ErrOtherOrigin, with what to do, if a stack at origin cannot make long-term signatures with these
// keys.
func (p Paths) CheckOrigin(origin string) error {
	made, err := os.ReadFile(p.originFile())
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
	patterns := []string{"POST " + TimestampPath}
	for _, name := range crlNames() {
		patterns = append(patterns, "GET "+listPath+name)
	}
	return patterns
}

// Handler serves timestamps, by POST at TimestampPath, and the lists of revoked certificates. It is nil for keys of an
// early version, which made none.
func (p Paths) Handler() (http.Handler, error) {
	signer, err := keys.Open(Location(p.Timestamps), "tsa")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("testkeys: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("POST "+TimestampPath, testca.NewTimestamper(signer, time.Now))
	for _, name := range crlNames() {
		mux.HandleFunc("GET "+listPath+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/pkix-crl")
			http.ServeFile(w, r, p.crlFile(name))
		})
	}
	return mux, nil
}
