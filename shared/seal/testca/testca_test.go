package testca

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/seal/ses"
)

func TestTheAuthorityIsTrustedByItsRoots(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	a, err := New(now)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the signer of PDF files chains to the root", func(t *testing.T) {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM([]byte(a.Root))
		block, _ := pem.Decode(a.PDF.ChainPEM)
		leaf, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("the seal seals", func(t *testing.T) {
		seal, err := a.NewSeal(t.Context(), []byte("picture"))
		if err != nil {
			t.Fatal(err)
		}
		value, err := ses.Sign(t.Context(), a.Seal.Signer, seal, make([]byte, 32), "/S.xml", now)
		if err != nil {
			t.Fatal(err)
		}
		roots, err := ses.NewRoots(a.SealRoot)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ses.Verify(value, ses.Expected{Roots: roots, DataHash: make([]byte, 32), Seal: seal}); err != nil {
			t.Error(err)
		}
	})
}
