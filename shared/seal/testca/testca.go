// Package testca is the test authority: in a minute it makes everything that
// real life takes months of applications for. A certificate authority with a
// P-256 key and the signer of PDF files under it; one with an SM2 key and,
// under it, a seal maker and the signer of OFD files; and a seal.
//
// Everything it issues says 测试 in its name. Only tests and the local stack
// import it. The authorities' own private keys are forgotten once they have
// signed, so nothing can be added to an authority afterwards.
package testca

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/seal/keys"
	"github.com/jiazhu/jiazhu/shared/seal/ses"
)

// The seal's name and size; the picture shows the same.
const (
	SealName = "住房和城乡建设部测试专用章"
	SealSize = 42 // mm, its diameter
)

// Issued is a private key with its certificates.
type Issued struct {
	Signer   keys.Signer
	KeyPEM   []byte // PKCS #8
	ChainPEM []byte // leaf, then authority
}

// Authority is all that documents are signed with, and what trusts it.
type Authority struct {
	Root     string // PEM of the P-256 authority
	SealRoot string // PEM of the SM2 authority
	PDF      Issued // signs PDF files
	Seal     Issued // signs OFD files with the seal

	maker       Issued
	from, until time.Time
}

// New makes an authority. Its certificates and its seal are valid from a year
// before now, so that tests can look back, until five years after.
func New(now time.Time) (*Authority, error) {
	from := now.UTC().Truncate(24*time.Hour).AddDate(-1, 0, 0)
	a := &Authority{from: from, until: from.AddDate(6, 0, 0)}
	p256 := func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }
	national := func() (crypto.Signer, error) { return sm2.GenerateKey(rand.Reader) }
	general, err := a.authority("加注测试 CA", p256)
	if err != nil {
		return nil, err
	}
	seals, err := a.authority("加注测试 SM2 CA", national)
	if err != nil {
		return nil, err
	}
	a.Root, a.SealRoot = string(general.pem()), string(seals.pem())
	for _, leaf := range []struct {
		into    *Issued
		by      *issuer
		subject string
		key     func() (crypto.Signer, error)
	}{
		{&a.PDF, general, "住房和城乡建设部（测试）证照签名", p256},
		{&a.maker, seals, "加注测试制章者", national},
		{&a.Seal, seals, "住房和城乡建设部（测试）签章", national},
	} {
		if *leaf.into, err = leaf.by.issue(leaf.subject, leaf.key, a.from, a.until); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// NewSeal makes the test seal for the signer Seal, with a picture in PNG, as
// the DER of GB/T 38540.
func (a *Authority) NewSeal(ctx context.Context, picture []byte) ([]byte, error) {
	return ses.NewSeal(ctx, a.maker.Signer, ses.Design{
		ID: "JIAZHU-TEST-" + a.Seal.Signer.KeyID(), Vendor: "JiazhuTest",
		Name: SealName, Kind: ses.Organisation,
		Signers:   [][]byte{a.Seal.Signer.Chain()[0]},
		CreatedAt: a.from, From: a.from, Until: a.until,
		Picture: ses.Picture{Type: "PNG", Data: picture, Width: SealSize, Height: SealSize},
	})
}

// issuer is an authority while its key is still known.
type issuer struct {
	certificate *smx509.Certificate
	key         crypto.Signer
}

func (a *Authority) authority(name string, generate func() (crypto.Signer, error)) (*issuer, error) {
	key, err := generate()
	if err != nil {
		return nil, fmt.Errorf("testca: key of %s: %w", name, err)
	}
	template, err := profile(name, a.from, a.until.AddDate(10, 0, 0))
	if err != nil {
		return nil, err
	}
	template.IsCA, template.BasicConstraintsValid = true, true
	template.MaxPathLenZero = true
	template.KeyUsage = smx509.KeyUsageCertSign | smx509.KeyUsageCRLSign
	der, err := smx509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("testca: certificate of %s: %w", name, err)
	}
	certificate, err := smx509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("testca: certificate of %s: %w", name, err)
	}
	return &issuer{certificate, key}, nil
}

func (i *issuer) pem() []byte { return certificatePEM(i.certificate.Raw) }

// issue makes a key and its certificate, for signing documents.
func (i *issuer) issue(name string, generate func() (crypto.Signer, error), from, until time.Time) (Issued, error) {
	key, err := generate()
	if err != nil {
		return Issued{}, fmt.Errorf("testca: key of %s: %w", name, err)
	}
	template, err := profile(name, from, until)
	if err != nil {
		return Issued{}, err
	}
	template.KeyUsage = smx509.KeyUsageDigitalSignature | smx509.KeyUsageContentCommitment
	template.UnknownExtKeyUsage = documentSigning()
	der, err := smx509.CreateCertificate(rand.Reader, template, i.certificate.ToX509(), key.Public(), i.key)
	if err != nil {
		return Issued{}, fmt.Errorf("testca: certificate of %s: %w", name, err)
	}
	private, err := smx509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Issued{}, fmt.Errorf("testca: key of %s: %w", name, err)
	}
	out := Issued{
		KeyPEM:   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		ChainPEM: append(certificatePEM(der), i.pem()...),
	}
	if out.Signer, err = keys.Parse(out.KeyPEM, out.ChainPEM); err != nil {
		return Issued{}, fmt.Errorf("testca: %s: %w", name, err)
	}
	return out, nil
}

func subject(name string) pkix.Name {
	return pkix.Name{Country: []string{"CN"}, Organization: []string{"加注（测试）"}, CommonName: name}
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
