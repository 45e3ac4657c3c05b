package testca

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
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

func TestFurtherCertificatesOfTheSameAuthorities(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	a, err := New(now)
	if err != nil {
		t.Fatal(err)
	}
	roots := smx509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(a.Root))
	roots.AppendCertsFromPEM([]byte(a.SealRoot))
	for _, by := range []string{General, Seals} {
		for _, purpose := range Purposes() {
			issued, err := a.Issue(by, "李四", purpose, now.AddDate(0, -6, 0), now.AddDate(0, -3, 0))
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := smx509.ParseCertificate(issued.Signer.Chain()[0])
			if err != nil {
				t.Fatal(err)
			}
			for at, good := range map[time.Time]bool{now: false, now.AddDate(0, -4, 0): true} {
				_, err := leaf.Verify(smx509.VerifyOptions{Roots: roots, CurrentTime: at, KeyUsages: []smx509.ExtKeyUsage{smx509.ExtKeyUsageAny}})
				if (err == nil) != good {
					t.Errorf("%s, %s, %v: %v", by, purpose, at, err)
				}
			}
			stated := len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) == 1
			if want := purpose != AnySigner && purpose != KeyAgreement && purpose != Unstated; stated != want {
				t.Errorf("%s, %s: extended key usage: %v", by, purpose, stated)
			}
			if (leaf.KeyUsage == 0) != (purpose == Unstated) {
				t.Errorf("%s, %s: key usage %v", by, purpose, leaf.KeyUsage)
			}
		}
	}
	if _, err := a.Issue(Times, "李四", Timestamps, now, now); err == nil {
		t.Error("a further certificate for time stamps")
	}
}
