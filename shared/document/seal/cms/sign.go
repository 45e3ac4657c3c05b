package cms

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
)

// Signer signs SHA-256 digests with an ECDSA key that it does not reveal.
type Signer interface {
	Sign(ctx context.Context, digest []byte) ([]byte, error) // DER SEQUENCE{r,s}
	PublicKey() crypto.PublicKey
	Chain() [][]byte // DER certificates, the signer's first
}

// TimestampFunc returns a timestamp token (RFC 3161, DER) over a signature's value.
type TimestampFunc func(ctx context.Context, value []byte) ([]byte, error)

// Signatory is a Signer with its certificates parsed. It is safe for concurrent use if
// the Signer is.
type Signatory struct {
	signer Signer
	chain  []*x509.Certificate // the certificates included in signatures, the signer's own first
}

// NewSignatory parses a signer's certificates. Self-signed certificates other than the
// signer's own are not included in signatures, because verifiers must have the root
// already. The first certificate must belong to the signer's key.
func NewSignatory(signer Signer) (*Signatory, error) {
	chain, err := enclosedCertificates(signer)
	if err != nil {
		return nil, fmt.Errorf("signatory: %w", err)
	}
	return &Signatory{signer, chain}, nil
}

// Sign returns the DER of a detached signature over content with the given SHA-256
// digest. If timestamp is not nil, the signature carries a timestamp over its value, as
// CAdES and PAdES require at baseline level T (ETSI EN 319 122-1, 5.3).
func (s *Signatory) Sign(ctx context.Context, digest []byte, timestamp TimestampFunc) ([]byte, error) {
	if len(digest) != sha256.Size {
		return nil, fmt.Errorf("sign: a digest of %d bytes, want %d", len(digest), sha256.Size)
	}
	attributes, err := signedAttributes(s.chain[0], digest)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	sum := sha256.Sum256(signeddata.Encode(tag.SET, attributes))
	value, err := s.signer.Sign(ctx, sum[:])
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	var token []byte
	if timestamp != nil {
		if token, err = timestamp(ctx, value); err != nil {
			return nil, fmt.Errorf("timestamp: %w", err)
		}
	}
	return signedData(s.chain, attributes, value, token)
}

// Sign is Signatory.Sign without a timestamp, for one signature.
func Sign(ctx context.Context, signer Signer, digest []byte) ([]byte, error) {
	s, err := NewSignatory(signer)
	if err != nil {
		return nil, err
	}
	return s.Sign(ctx, digest, nil)
}

// maxECDSASize is the largest length of a DER SEQUENCE{r, s} on P-256: 33 bytes for each
// number whose first bit is set, and the headers.
const maxECDSASize = 72

// SignatureSize returns the largest size of a signature in bytes, with a timestamp
// token of tokenSize bytes, or without one for 0. It must be known before signing,
// because the space reserved for the signature in a PDF is part of the signed data.
func (s *Signatory) SignatureSize(tokenSize int) (int, error) {
	attributes, err := signedAttributes(s.chain[0], make([]byte, sha256.Size))
	if err != nil {
		return 0, fmt.Errorf("size of a signature: %w", err)
	}
	all, err := signedData(s.chain, attributes, make([]byte, maxECDSASize), make([]byte, tokenSize))
	return len(all), err
}

// SignatureSize returns the largest size of a signature without a timestamp.
func SignatureSize(signer Signer) (int, error) {
	s, err := NewSignatory(signer)
	if err != nil {
		return 0, err
	}
	return s.SignatureSize(0)
}

func enclosedCertificates(signer Signer) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	for i, raw := range signer.Chain() {
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of the chain: %w", i, err)
		}
		if i == 0 || !bytes.Equal(c.RawSubject, c.RawIssuer) {
			chain = append(chain, c)
		}
	}
	if len(chain) == 0 {
		return nil, errors.New("the signer has no certificate")
	}
	public, ok := chain[0].PublicKey.(*ecdsa.PublicKey)
	if !ok || !public.Equal(signer.PublicKey()) {
		return nil, errors.New("the first certificate is not one of the signer's ECDSA key")
	}
	return chain, nil
}

// signedAttributes returns the contents of the SET OF, sorted as DER requires.
func signedAttributes(c *x509.Certificate, digest []byte) ([]byte, error) {
	hash := sha256.Sum256(c.Raw)
	attributes := make([][]byte, 0, 3)
	for _, a := range []struct {
		oid   asn1.ObjectIdentifier
		value func(*cryptobyte.Builder)
	}{
		{signeddata.OIDContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) }},
		{signeddata.OIDMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest) }},
		{signeddata.OIDSigningCertificateV2, func(b *cryptobyte.Builder) { signingCertificate(b, c, hash[:]) }},
	} {
		var b cryptobyte.Builder
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(a.oid)
			b.AddASN1(tag.SET, a.value)
		})
		raw, err := b.Bytes()
		if err != nil {
			return nil, err
		}
		attributes = append(attributes, raw)
	}
	return joinSorted(attributes), nil
}

// signingCertificate writes SigningCertificateV2 with one ESSCertIDv2; the hash
// algorithm is the default and therefore omitted.
func signingCertificate(b *cryptobyte.Builder, c *x509.Certificate, hash []byte) {
	sequence := func(b *cryptobyte.Builder, f func(*cryptobyte.Builder)) { b.AddASN1(tag.SEQUENCE, f) }
	sequence(b, func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(hash)
				sequence(b, func(b *cryptobyte.Builder) {
					sequence(b, func(b *cryptobyte.Builder) {
						b.AddASN1(tag.Tag(4).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
							b.AddBytes(c.RawIssuer)
						})
					})
					b.AddASN1BigInt(c.SerialNumber)
				})
			})
		})
	})
}

// signedData writes ContentInfo, SignedData and its one SignerInfo.
func signedData(chain []*x509.Certificate, attributes, value, token []byte) ([]byte, error) {
	certificates := make([][]byte, len(chain))
	for i, c := range chain {
		certificates[i] = c.Raw
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(signeddata.Data().OID)
		b.AddASN1(signeddata.Tag0, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) { algorithm(b, oidSHA256) })
				b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) })
				b.AddBytes(signeddata.Encode(signeddata.Tag0, joinSorted(certificates)))
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) { signerInfo(b, chain[0], attributes, value, token) })
			})
		})
	})
	return b.Bytes()
}

func signerInfo(b *cryptobyte.Builder, c *x509.Certificate, attributes, value, token []byte) {
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(c.RawIssuer)
			b.AddASN1BigInt(c.SerialNumber)
		})
		algorithm(b, oidSHA256)
		b.AddBytes(signeddata.Encode(signeddata.Tag0, attributes))
		algorithm(b, oidECDSAWithSHA256)
		b.AddASN1OctetString(value)
		if len(token) == 0 {
			return
		}
		b.AddASN1(signeddata.Tag1, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidTimestamp)
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) { b.AddBytes(token) })
			})
		})
	})
}

func joinSorted(elements [][]byte) []byte {
	slices.SortFunc(elements, bytes.Compare)
	return bytes.Join(elements, nil)
}
