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

// StampPath is where time stamps are given.
const TimestampPath = "/tsa"

// listPath is where lists of revoked certificates are published, by authority.
const listPath = "/crl/"

// ErrElsewhere reports keys that cannot serve signatures for the long term here:
// their certificates name another address, or none.
var ErrOtherOrigin = errors.New("authority: the certificates say that revocations are published elsewhere")

func crlNames() []string { return []string{testca.General, testca.Times} }

func (p Paths) crlFile(name string) string { return filepath.Join(p.Notary, name+".crl") }
func (p Paths) originFile() string         { return filepath.Join(p.Notary, "origin") }

func (p Paths) ltvFiles() []string {
	files := []string{p.originFile(), filepath.Join(p.Notary, "tsa.key.pem"), filepath.Join(p.Notary, "tsa.chain.pem"), filepath.Join(p.Sign, "tsa.pem")}
	for _, name := range crlNames() {
		files = append(files, p.crlFile(name))
	}
	return files
}

func (h *keyMaterial) writeLTVFiles(w *writer, p Paths) {
	w.file(p.originFile(), []byte(h.origin+"\n"))
	w.file(filepath.Join(p.Notary, "tsa.key.pem"), h.ca.Time.KeyPEM)
	w.file(filepath.Join(p.Notary, "tsa.chain.pem"), h.ca.Time.ChainPEM)
	for name, list := range h.lists {
		w.file(p.crlFile(name), list)
	}
}

// CheckOrigin says whether signatures for the long term can be made with these keys
// by a stack at origin, or ErrElsewhere with what to do.
func (p Paths) CheckOrigin(origin string) error {
	made, err := os.ReadFile(p.originFile())
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: these keys are older than that; `make reset` makes new ones", ErrOtherOrigin)
	}
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	if at := strings.TrimSpace(string(made)); at != origin {
		return fmt.Errorf("%w: at %s and not %s; use that port, or `make reset` for new keys", ErrOtherOrigin, at, origin)
	}
	return nil
}

// Patterns are what Published answers to.
func Patterns() []string {
	patterns := []string{"POST " + TimestampPath}
	for _, name := range crlNames() {
		patterns = append(patterns, "GET "+listPath+name)
	}
	return patterns
}

// Handler answers for the authorities: time stamps by POST at StampPath, and
// the lists of revoked certificates. It is nil where the keys are older than
// that.
func (p Paths) Handler() (http.Handler, error) {
	signer, err := keys.Open(Location(p.Notary), "tsa")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
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
