// Package testca makes test certificates and a test seal: a certificate authority with
// a P-256 key and, under it, the signer of PDF files; one with an SM2 key and, under
// it, a seal maker, the signer of OFD files and one of timestamps over seals; a seal; and
// an international timestamp authority.
//
// Issue makes further certificates of the same authorities, for any purpose, so that
// tests can try what the holder of another certificate of a trusted authority can do.
//
// The name of every signer of documents contains 测试. Only tests and the local stack
// import the package. The authorities' own private keys exist only in the Authority,
// so nothing can be issued later.
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

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
)

// The code (GB 32100) of the issuing authority for which PDF and Seal sign, the ministry, and its seal's
// name and size; the seal image shows the same.
const (
	Ministry = "11100000000013338W"
	SealName = "住房和城乡建设部测试专用章"
	SealSize = 42 // mm, its diameter
)

// The names of the signers whose certificates can be renewed.
const (
	pdfName  = "住房和城乡建设部（测试）证照签名"
	timeName = "加注测试时间戳"

	sealTimeName = "加注测试国密时间戳"
)

// Issued is a private key with its certificates.
type Issued struct {
	Signer   keys.Signer
	KeyPEM   []byte // PKCS #8
	ChainPEM []byte // leaf, then authority
}

// Authority holds everything that signs documents, and the roots to trust.
type Authority struct {
	Root     string // PEM of the P-256 authority
	SealRoot string // PEM of the SM2 authority, also of its timestamps
	TimeRoot string // PEM of the timestamp authority
	PDF      Issued // signs PDF files
	Seal     Issued // signs OFD files with the seal
	Maker    Issued // makes the seal
	Time     Issued // signs timestamps
	SealTime Issued // signs timestamps with SM2

	general, seals, times *issuer
	revocationURLs        RevocationURLs
	from, until           time.Time
	revoked               revoked
}

// New makes an authority whose certificates name no address for revocation
// information; see NewPublishing.
func New(now time.Time) (*Authority, error) { return NewPublishing(now, RevocationURLs{}) }

// NewPublishing makes an authority. Its certificates and its seal are valid from one
// year before now, so that tests can use past dates, until five years after.
func NewPublishing(now time.Time, places RevocationURLs) (*Authority, error) {
	from := now.UTC().Truncate(24*time.Hour).AddDate(-1, 0, 0)
	a := &Authority{revocationURLs: places, from: from, until: from.AddDate(6, 0, 0)}
	var err error
	if a.general, err = a.newAuthority("加注测试 CA", newP256); err != nil {
		return nil, err
	}
	if a.times, err = a.newAuthority("加注测试时间戳 CA", newP256); err != nil {
		return nil, err
	}
	if a.seals, err = a.newAuthority("加注测试 SM2 CA", newSM2); err != nil {
		return nil, err
	}
	a.general.revocationURLs, a.times.revocationURLs = places.forAuthority(General), places.forAuthority(Times)
	a.Root, a.SealRoot, a.TimeRoot = string(a.general.pem()), string(a.seals.pem()), string(a.times.pem())
	for _, leaf := range []struct {
		into    *Issued
		by      *issuer
		subject string
		key     func() (crypto.Signer, error)
		purpose Purpose
	}{
		{&a.PDF, a.general, pdfName, newP256, Documents},
		{&a.Maker, a.seals, "加注测试制章者", newSM2, Documents},
		{&a.Seal, a.seals, "住房和城乡建设部（测试）签章", newSM2, Documents},
		{&a.Time, a.times, timeName, newP256, Timestamps},
		{&a.SealTime, a.seals, sealTimeName, newSM2, Timestamps},
	} {
		if *leaf.into, err = leaf.by.issue(leaf.subject, leaf.key, leaf.purpose, a.from, a.until); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Period returns when the authority's certificates are valid.
func (a *Authority) Period() (from, until time.Time) { return a.from, a.until }

func newP256() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }
func newSM2() (crypto.Signer, error)  { return sm2.GenerateKey(rand.Reader) }

// NewSeal makes the test seal for the signer Seal, with a PNG image, as the DER of
// GB/T 38540.
func (a *Authority) NewSeal(ctx context.Context, picture []byte) ([]byte, error) {
	return ses.NewSeal(ctx, a.Maker.Signer, a.Design(a.Seal, picture))
}

// Design returns the unsigned test seal for one signer, with a PNG image, valid as
// long as the authority's certificates.
func (a *Authority) Design(signer Issued, picture []byte) ses.Design {
	return ses.Design{
		ID: "JIAZHU-TEST-" + signer.Signer.KeyID(), Vendor: "JiazhuTest",
		Name: SealName, Kind: ses.Organisation,
		Signers:   [][]byte{signer.Signer.Chain()[0]},
		CreatedAt: a.from, From: a.from, Until: a.until,
		Picture: ses.Picture{Type: "PNG", Data: picture, Width: SealSize, Height: SealSize},
	}
}

// issuer is an authority's certificate and key.
type issuer struct {
	certificate    *smx509.Certificate
	key            crypto.Signer
	revocationURLs RevocationURLs // where revocations of its certificates are published
}

// newAuthority makes a self-signed authority.
func (a *Authority) newAuthority(name string, generate func() (crypto.Signer, error)) (*issuer, error) {
	return a.newAuthorityUnder(nil, name, generate)
}

// newAuthorityUnder makes an authority certified by above, or self-signed if above is nil.
func (a *Authority) newAuthorityUnder(above *issuer, name string, generate func() (crypto.Signer, error)) (*issuer, error) {
	key, err := generate()
	if err != nil {
		return nil, fmt.Errorf("testca: key of %s: %w", name, err)
	}
	template, err := profile(name, a.from, a.until.AddDate(10, 0, 0))
	if err != nil {
		return nil, err
	}
	template.IsCA, template.BasicConstraintsValid, template.MaxPathLen = true, true, 1
	template.KeyUsage = smx509.KeyUsageCertSign | smx509.KeyUsageCRLSign
	parent, by := template, key
	if above != nil {
		template.MaxPathLen, template.MaxPathLenZero = 0, true
		parent, by = above.certificate.ToX509(), above.key
	}
	der, err := smx509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
	if err != nil {
		return nil, fmt.Errorf("testca: certificate of %s: %w", name, err)
	}
	certificate, err := smx509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("testca: certificate of %s: %w", name, err)
	}
	return &issuer{certificate: certificate, key: key}, nil
}

func (i *issuer) pem() []byte { return certificatePEM(i.certificate.Raw) }

// issue makes a key and its certificate for a purpose.
func (i *issuer) issue(name string, generate func() (crypto.Signer, error), purpose Purpose, from, until time.Time) (Issued, error) {
	key, err := generate()
	if err != nil {
		return Issued{}, fmt.Errorf("testca: key of %s: %w", name, err)
	}
	template, err := profile(name, from, until)
	if err != nil {
		return Issued{}, err
	}
	purpose.apply(template)
	i.revocationURLs.writeTo(template)
	der, err := smx509.CreateCertificate(rand.Reader, template, i.certificate.ToX509(), key.Public(), i.key)
	if err != nil {
		return Issued{}, fmt.Errorf("testca: certificate of %s: %w", name, err)
	}
	return newIssued(key, append(certificatePEM(der), i.pem()...))
}

// NewKey makes a P-256 key without a certificate, such as one for tokens.
func NewKey() (Issued, error) {
	key, err := newP256()
	if err != nil {
		return Issued{}, fmt.Errorf("testca: %w", err)
	}
	return newIssued(key, nil)
}

func newIssued(key crypto.Signer, chain []byte) (Issued, error) {
	private, err := smx509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Issued{}, fmt.Errorf("testca: %w", err)
	}
	out := Issued{KeyPEM: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), ChainPEM: chain}
	if out.Signer, err = keys.Parse(out.KeyPEM, out.ChainPEM); err != nil {
		return Issued{}, fmt.Errorf("testca: %w", err)
	}
	return out, nil
}

func subject(name string) pkix.Name {
	return pkix.Name{Country: []string{"CN"}, Organization: []string{"加注（测试）"}, CommonName: name}
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
