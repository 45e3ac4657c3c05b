package ses

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

var (
	made   = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	sealed = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	ends   = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
)

const property = "/Doc_0/Signs/Sign_0/Signature.xml"

// fixture is an authority, a seal maker and a signer, each with SM2 keys.
type fixture struct {
	authority     *smx509.Certificate
	key           *sm2.PrivateKey
	roots         *Roots
	maker, signer keys.Signer
	serial        int64
	usage         x509.KeyUsage // of certificates issued next
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	w := &fixture{key: newKey(t), usage: x509.KeyUsageDigitalSignature}
	template := w.template("加注测试 CA", made, ends)
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := smx509.CreateCertificate(rand.Reader, template, template, &w.key.PublicKey, w.key)
	check(t, err)
	w.authority, err = smx509.ParseCertificate(der)
	check(t, err)
	w.roots, err = NewRoots(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	check(t, err)
	w.maker = w.issue(t, "测试制章者", made, ends)
	w.signer = w.issue(t, "测试签章者", made, ends)
	return w
}

func (w *fixture) template(name string, from, until time.Time) *x509.Certificate {
	w.serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(w.serial), Subject: pkix.Name{CommonName: name},
		NotBefore: from, NotAfter: until, KeyUsage: w.usage,
	}
}

func (w *fixture) issue(t testing.TB, name string, from, until time.Time) keys.Signer {
	t.Helper()
	key := newKey(t)
	der, err := smx509.CreateCertificate(rand.Reader, w.template(name, from, until), w.authority.ToX509(), &key.PublicKey, w.key)
	check(t, err)
	private, err := smx509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	signer, err := keys.Parse(
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	check(t, err)
	return signer
}

func (w *fixture) design() Design {
	return Design{
		ID: "TEST-0001", Vendor: "Jiazhu", Name: "测试专用章", Kind: Organisation,
		Signers: [][]byte{w.signer.Chain()[0]}, CreatedAt: made, From: made, Until: ends,
		Picture: Picture{Type: "PNG", Data: []byte("picture"), Width: 42, Height: 42},
	}
}

func (w *fixture) seal(t testing.TB, d Design) []byte {
	t.Helper()
	der, err := NewSeal(t.Context(), w.maker, d)
	check(t, err)
	return der
}

func (w *fixture) sign(t testing.TB, seal []byte) []byte {
	t.Helper()
	der, err := Sign(t.Context(), w.signer, seal, hashOf(1), property, sealed)
	check(t, err)
	return der
}

func (w *fixture) expectedDocument(seal []byte) Expected {
	return Expected{Roots: w.roots, DataHash: hashOf(1), Seal: seal, Property: property}
}

func hashOf(b byte) []byte {
	hash := make([]byte, 32)
	hash[0] = b
	return hash
}

func newKey(t testing.TB) *sm2.PrivateKey {
	t.Helper()
	key, err := sm2.GenerateKey(rand.Reader)
	check(t, err)
	return key
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
