package forgery

import (
	"context"
	"crypto"
	"time"

	"github.com/emmansun/gmsm/smx509"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
)

// signer puts a value into a PDF's place for a signature.
type signer struct {
	name string // the signer's, as the PDF states it; a forger writes the genuine one's
	room int    // for the value, bytes
	sign func(ctx context.Context, digest []byte) []byte
}

// newSigner signs as the service does, with a key and its certificates.
func newSigner(name string, key cms.Signer) signer {
	signatory := must.Get(cms.NewSignatory(key))
	room := must.Get(signatory.SignatureSize(0))
	return signer{name, room, func(ctx context.Context, digest []byte) []byte {
		return must.Get(signatory.Sign(ctx, digest, nil))
	}}
}

// newReplaySigner puts a genuine signature's value under another page.
func newReplaySigner(c Copy) signer {
	return signer{c.Signer, len(c.CMS), func(context.Context, []byte) []byte { return c.CMS }}
}

// impostor signs with its own key and shows somebody else's certificates.
type impostor struct {
	keys.Signer
	presented keys.Signer
}

func (i impostor) PublicKey() crypto.PublicKey { return i.presented.PublicKey() }
func (i impostor) Chain() [][]byte             { return i.presented.Chain() }

// signerKey is what a PDF is signed with.
type signerKey = cms.Signer

// shownCertificate is somebody's certificate without their key.
type shownCertificate struct {
	keys.Signer
	public crypto.PublicKey
	chain  [][]byte
}

func (s shownCertificate) PublicKey() crypto.PublicKey { return s.public }
func (s shownCertificate) Chain() [][]byte             { return s.chain }

func parseShownCertificate(der []byte) shownCertificate {
	c := must.Get(smx509.ParseCertificate(der))
	return shownCertificate{public: c.PublicKey, chain: [][]byte{der}}
}

// readCertificates are the certificates in a genuine copy's files.
func readCertificates(c Copy) (both struct{ pdf, seal shownCertificate }) {
	value := must.Get(ses.Parse(c.Value))
	both.seal = parseShownCertificate(value.Certificate)
	file := must.Get(pdf.Read(c.PDF))
	signed := must.Get(cms.Verify(file.Signature.CMS, file.Signature.Digest))
	both.pdf = parseShownCertificate(signed.Certificate.Raw)
	return both
}

// chainSigner signs with its own key and certificate and encloses others with them.
type chainSigner struct {
	keys.Signer
	chain [][]byte
}

func (e chainSigner) Chain() [][]byte { return e.chain }

// sealer seals an OFD.
type sealer struct {
	esl  []byte
	sign func(ctx context.Context, hash []byte, property string, at time.Time) []byte
}

// newSealer seals as the service does, with a seal and a key that it names.
func newSealer(key keys.Signer, esl []byte) sealer {
	return sealer{esl, func(ctx context.Context, hash []byte, property string, at time.Time) []byte {
		return must.Get(ses.Sign(ctx, key, esl, hash, property, at))
	}}
}

// newUnlistedSealer seals with a key that the seal does not name, which no honest program does.
func newUnlistedSealer(key keys.Signer, esl []byte) sealer {
	return sealer{esl, func(ctx context.Context, hash []byte, property string, at time.Time) []byte {
		return sealValue(ctx, key, esl, hash, property, at)
	}}
}

// newReplaySealer puts a genuine signature's value into another package.
func newReplaySealer(esl, value []byte) sealer {
	return sealer{esl, func(context.Context, []byte, string, time.Time) []byte { return value }}
}

// sealValue writes SES_Signature (GB/T 38540) and asks nobody whether the key may use the seal.
func sealValue(ctx context.Context, key keys.Signer, esl, hash []byte, property string, at time.Time) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(4)
		b.AddBytes(esl)
		b.AddASN1GeneralizedTime(at.UTC().Truncate(time.Second))
		b.AddASN1BitString(hash)
		b.AddASN1(asn1.IA5String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(property)) })
	})
	signed := must.Get(b.Bytes())
	sum := must.Get(keys.SM2Digest(key.PublicKey(), signed))
	value := must.Get(key.Sign(ctx, sum))
	var out cryptobyte.Builder
	out.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(signed)
		b.AddASN1OctetString(key.Chain()[0])
		b.AddASN1ObjectIdentifier([]int{1, 2, 156, 10197, 1, 501})
		b.AddASN1BitString(value)
	})
	return must.Get(out.Bytes())
}
