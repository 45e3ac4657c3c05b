package testkeys

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp/tsa"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func TestTheKeysServeTheLongTerm(t *testing.T) {
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	dir := filepath.Join(t.TempDir(), "keys")
	paths, err := Ensure(dir, server.URL, must.Get(scheme.Load()))
	if err != nil {
		t.Fatal(err)
	}
	if handler, err = paths.Handler(); err != nil {
		t.Fatal(err)
	}
	roots, err := os.ReadFile(filepath.Join(paths.Sign, "tsa.pem"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := keys.Open(Location(paths.Office(testca.Ministry)), "pdf")
	if err != nil {
		t.Fatal(err)
	}
	n, err := ltv.New(server.URL+TimestampPath, roots, true, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_, proofs, err := n.Prepare(t.Context(), signer.Chain())
	if err != nil {
		t.Fatal(err)
	}
	if len(proofs.CRLs) != 2 || len(proofs.Certificates) != 4 {
		t.Errorf("%d lists, %d certificates", len(proofs.CRLs), len(proofs.Certificates))
	}
	if _, err := n.TimestampPrepared(t.Context(), []byte("value")); err != nil {
		t.Error(err)
	}
	sealRoots, err := os.ReadFile(filepath.Join(paths.Sign, "seal-tsa.pem"))
	if err != nil {
		t.Fatal(err)
	}
	seals := tsa.New(server.URL+SealTimestampPath, tsp.SM, must.Get(tsp.ReadRoots(tsp.SM, sealRoots)), time.Now)
	if token, err := seals.Timestamp(t.Context(), []byte("value")); err != nil || token.Algorithms != tsp.SM {
		t.Errorf("with SM2: %v", err)
	}
	if err := paths.CheckOrigin(server.URL); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(paths.Sign, "seal-tsa.pem")); err != nil {
		t.Fatal(err)
	}
	if err := paths.CheckOrigin(server.URL); !errors.Is(err, ErrOtherOrigin) {
		t.Errorf("keys without timestamps of seals: got %v, want %v", err, ErrOtherOrigin)
	}
}

func TestKeysOfAnotherAddressDoNotServe(t *testing.T) {
	paths := ensure(t, filepath.Join(t.TempDir(), "keys"))
	if err := paths.CheckOrigin("http://127.0.0.1:9090"); !errors.Is(err, ErrOtherOrigin) {
		t.Errorf("got %v, want %v", err, ErrOtherOrigin)
	}
	if err := os.RemoveAll(paths.Timestamps); err != nil {
		t.Fatal(err)
	}
	if err := paths.CheckOrigin(origin); !errors.Is(err, ErrOtherOrigin) {
		t.Errorf("keys from before: got %v, want %v", err, ErrOtherOrigin)
	}
	if handler, err := paths.Handler(); handler != nil || err != nil {
		t.Errorf("keys from before answer: %v, %v", handler, err)
	}
}
