// Package issuetest makes real documents for tests: it has a test authority with a seal,
// a key for QR codes, and the trust bundle that verifies the documents. Only tests import
// it.
package issuetest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/preview"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Origin stands in the QR codes.
const Origin = "https://jiazhu.example.cn"

// Issuer makes the documents of endorsements, with everything they are made with.
type Issuer struct {
	DocumentIssuer *issue.Issuer
	Tokens         keys.Signer
	Receipts       keys.Signer
	Status         keys.Signer // of status lists
	Bundle         evidence.Bundle
	Trust          []byte // Bundle in JSON
	CA             *testca.Authority
	Keys           issue.Keys // of the ministry
	Authorities    issue.Authorities
	Schemes        scheme.Set
}

// New returns an Issuer of a new test authority whose certificates are valid around now.
func New(t testing.TB, now time.Time) *Issuer {
	t.Helper()
	ca, err := testca.New(now)
	must(t, err)
	return NewWithAuthority(t, ca, nil)
}

// NewWithAuthority returns an Issuer of a test authority, with a Timestamper or nil.
func NewWithAuthority(t testing.TB, ca *testca.Authority, timestamper issue.Timestamper) *Issuer {
	t.Helper()
	p := &Issuer{CA: ca, Tokens: newKey(t), Receipts: newKey(t), Status: newKey(t), Authorities: issue.Authorities{}}
	var err error
	p.Schemes, err = scheme.Load()
	must(t, err)
	offices, err := testtrust.Offices(ca, p.Schemes)
	must(t, err)
	for _, o := range offices {
		esl, err := o.NewSeal(t.Context(), ca, SealImage(t))
		must(t, err)
		p.Authorities[o.Code] = issue.Keys{PDF: o.PDF.Signer, Seal: o.Seal.Signer, ESL: esl, Timestamper: timestamper}
	}
	p.Keys = p.Authorities[testca.Ministry]
	p.DocumentIssuer, err = issue.New(Fonts(t), p.Authorities)
	must(t, err)
	p.Bundle = testtrust.NewBundle(ca, offices, p.Tokens, p.Receipts)
	testtrust.AddStatusKey(&p.Bundle, ca, p.Status)
	p.Trust, err = json.Marshal(p.Bundle)
	must(t, err)
	return p
}

// WithKeys returns the Issuer with other keys for the documents of every authority, also
// of further ones by their codes, and the same key for its QR codes.
func (p *Issuer) WithKeys(t testing.TB, k issue.Keys, further ...string) *Issuer {
	t.Helper()
	other := *p
	other.Keys, other.Authorities = k, issue.Authorities{}
	for _, code := range slices.AppendSeq(further, maps.Keys(p.Authorities)) {
		other.Authorities[code] = k
	}
	var err error
	other.DocumentIssuer, err = issue.New(Fonts(t), other.Authorities)
	must(t, err)
	return &other
}

// Fonts loads the fonts.
func Fonts(t testing.TB) *font.Set {
	t.Helper()
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	return fonts
}

// IssuedCopy is an endorsement and its files.
type IssuedCopy struct {
	Endorsement endorsement.Endorsement
	Copy        endorsement.Copy
	Token       string
	Preview     []byte
	issue.Documents
}

// Make makes the documents of an endorsement, with its QR code, and sets their digests in
// the endorsement.
func (p *Issuer) Make(t testing.TB, e endorsement.Endorsement, c certificate.Certificate) IssuedCopy {
	t.Helper()
	token, err := credential.Issue(t.Context(), p.Tokens, credential.NewClaims(e, c))
	must(t, err)
	e.QR = credential.Link(Origin, token)
	return p.MakeFromCopy(t, e, CopyOf(e, c), token)
}

// MakeFromCopy makes the documents of a given copy and sets their digests in e.
func (p *Issuer) MakeFromCopy(t testing.TB, e endorsement.Endorsement, c endorsement.Copy, token string) IssuedCopy {
	t.Helper()
	return p.MakeFromCopyAt(t, e, c, token, c.MadeAt)
}

// MakeFromCopyAt is MakeFromCopy with another stated time of signing.
func (p *Issuer) MakeFromCopyAt(t testing.TB, e endorsement.Endorsement, c endorsement.Copy, token string, at time.Time) IssuedCopy {
	t.Helper()
	in := p.Input(t, c)
	in.At = at
	documents, err := p.DocumentIssuer.Make(t.Context(), in)
	must(t, err)
	e.CopyDigest, e.Excerpt = documents.Digest, c.Excerpt()
	e.Files = map[string]endorsement.File{}
	for kind, data := range map[string][]byte{"pdf": documents.PDF, "ofd": documents.OFD} {
		e.Files[kind] = endorsement.File{SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Bytes: int64(len(data))}
	}
	return IssuedCopy{Endorsement: e, Copy: c, Token: token, Preview: p.Preview(t, documents), Documents: documents}
}

// Preview draws the preview of a copy.
func (p *Issuer) Preview(t testing.TB, documents issue.Documents) []byte {
	t.Helper()
	drawn, err := preview.New(Fonts(t), p.Schemes).Draw(documents.OFD)
	must(t, err)
	return drawn
}

// Input returns the input for a copy, with a photo and an image of handwriting.
func (p *Issuer) Input(t testing.TB, c endorsement.Copy) issue.Input {
	t.Helper()
	s, ok := p.Schemes.ByID(c.Certificate.Scheme)
	if !ok {
		t.Fatalf("no scheme %q", c.Certificate.Scheme)
	}
	return issue.Input{Scheme: s, Copy: c, Photo: Photo(t), SignatureImage: Handwriting(t), At: c.MadeAt}
}

func newKey(t testing.TB) keys.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	signer, err := keys.Parse(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil)
	must(t, err)
	return signer
}

// FlipBit returns data with one bit of the byte at changed.
func FlipBit(data []byte, at int) []byte {
	changed := bytes.Clone(data)
	changed[at] ^= 1
	return changed
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
