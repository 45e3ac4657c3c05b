package strength_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// authority is a P-256 test authority.
type authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := authority{key: key, certificate: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}}
	a.certificate = a.issue(t, 1, &key.PublicKey)
	return a
}

// issue issues a certificate with every usage that the test needs.
func (a authority) issue(t *testing.T, serial int64, key any) *x509.Certificate {
	t.Helper()
	template := *a.certificate
	template.SerialNumber = big.NewInt(serial)
	if serial > 1 {
		template.Subject, template.RawSubject = pkix.Name{CommonName: "below"}, nil
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, a.certificate, key, a.key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mismatchedSigner is a signer with a chain that is not its own.
type mismatchedSigner struct {
	keys.Signer
	chain [][]byte
}

func (b mismatchedSigner) Chain() [][]byte { return b.chain }

func inPEM(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// statement returns an OCSP response that a certificate is good, signed by the
// authority's delegated responder.
func (a authority) statement(t *testing.T, about, by *x509.Certificate, key crypto.Signer) []byte {
	t.Helper()
	der, err := ocsp.CreateResponse(a.certificate, by, ocsp.Response{
		Status: ocsp.Good, SerialNumber: about.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Hour), Certificate: by,
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// Every package that reads certificates refuses a short key and accepts a good one.
func TestNowhereIsAShortKeyBelieved(t *testing.T) {
	ca, err := testca.New(now)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthority(t)
	leaf := ca.PDF.Signer.Chain()[0]
	digest := make([]byte, keys.DigestSize)
	for name, believe := range map[string]func(c *x509.Certificate, key crypto.Signer) error{
		"beside a signature in a PDF": func(c *x509.Certificate, _ crypto.Signer) error {
			der, err := cms.Sign(t.Context(), mismatchedSigner{ca.PDF.Signer, [][]byte{leaf, c.Raw, a.certificate.Raw}}, digest)
			if err != nil {
				t.Fatal(err)
			}
			_, err = cms.Verify(der, digest)
			return err
		},
		"of a time stamp": func(c *x509.Certificate, _ crypto.Signer) error {
			der, err := testca.NewTimestamper(mismatchedSigner{ca.Time.Signer, [][]byte{c.Raw}}, clock).Timestamp(t.Context(), []byte("value"))
			if err != nil {
				t.Fatal(err)
			}
			_, err = tsp.Parse(der)
			return err
		},
		"of an answer about revocation": func(c *x509.Certificate, key crypto.Signer) error {
			_, err := revocation.CheckOCSP(a.statement(t, a.certificate, c, key), a.certificate, a.certificate, now)
			return err
		},
		"of an authority of seals": func(c *x509.Certificate, _ crypto.Signer) error {
			_, err := ses.NewRoots(inPEM(c))
			return err
		},
		"of an authority of seals, the second in its file": func(c *x509.Certificate, _ crypto.Signer) error {
			_, err := ses.NewRoots(inPEM(a.certificate) + inPEM(c))
			return err
		},
		"of an authority of time stamps": func(c *x509.Certificate, _ crypto.Signer) error {
			_, err := ltv.New("https://tsa.example", []byte(inPEM(c)), false, clock)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := believe(a.issue(t, 2, short.Public()), short); !errors.Is(err, strength.ErrKey) {
				t.Errorf("RSA of 1024 bits: got %v, want %v", err, strength.ErrKey)
			}
			if err := believe(a.issue(t, 3, long.Public()), long); err != nil {
				t.Errorf("RSA of 2048 bits: %v", err)
			}
		})
	}
}
