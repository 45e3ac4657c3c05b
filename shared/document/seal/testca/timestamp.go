package testca

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"net/http"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
)

// Timestamper is a timestamp authority (RFC 3161): an http.Handler that answers
// requests for SHA-256 digests with tokens that state the time of its clock.
type Timestamper struct {
	signer keys.Signer
	now    func() time.Time
}

// NewTimestamper returns an authority that signs with a P-256 key and includes its
// certificate.
func NewTimestamper(signer keys.Signer, now func() time.Time) *Timestamper {
	return &Timestamper{signer, now}
}

func (t *Timestamper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := io.ReadAll(io.LimitReader(r.Body, 16<<10))
	var answer []byte
	if err == nil {
		answer, err = t.Answer(r.Context(), request)
	}
	reply(w, "application/timestamp-reply", answer, err)
}

var (
	oidSHA256      = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSA       = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidSignedData  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidPolicy      = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1} // a policy for tests
	tag0           = tag.Tag(0).ContextSpecific().Constructed()
)

// timestampRequest holds the used parts of a request.
type timestampRequest struct {
	imprint cryptobyte.String // the whole MessageImprint
	nonce   *big.Int
	certify bool
}

func readRequest(der []byte) (q timestampRequest, ok bool) {
	input := cryptobyte.String(der)
	var body, imprint, algorithm, digest cryptobyte.String
	var version int
	var oid asn1.ObjectIdentifier
	ok = input.ReadASN1(&body, tag.SEQUENCE) && input.Empty() &&
		body.ReadASN1Integer(&version) && version == 1 &&
		body.ReadASN1Element(&q.imprint, tag.SEQUENCE)
	whole := q.imprint
	ok = ok && whole.ReadASN1(&imprint, tag.SEQUENCE) &&
		imprint.ReadASN1(&algorithm, tag.SEQUENCE) && algorithm.ReadASN1ObjectIdentifier(&oid) && oid.Equal(oidSHA256) &&
		imprint.ReadASN1(&digest, tag.OCTET_STRING) && len(digest) == sha256.Size &&
		body.SkipOptionalASN1(tag.OBJECT_IDENTIFIER)
	if ok && body.PeekASN1Tag(tag.INTEGER) {
		q.nonce = new(big.Int)
		ok = body.ReadASN1Integer(q.nonce)
	}
	if ok && body.PeekASN1Tag(tag.BOOLEAN) {
		ok = body.ReadASN1Boolean(&q.certify)
	}
	return q, ok
}

// Answer returns the TimeStampResp, DER, to a TimeStampReq. A request it cannot read
// gets a response with status rejection, as the protocol requires.
func (t *Timestamper) Answer(ctx context.Context, request []byte) ([]byte, error) {
	q, ok := readRequest(request)
	var b cryptobyte.Builder
	if !ok {
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
		})
		return b.Bytes()
	}
	token, err := t.token(ctx, q)
	if err != nil {
		return nil, err
	}
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(0) })
		b.AddBytes(token)
	})
	return b.Bytes()
}

// Timestamp returns a token, DER, over message.
func (t *Timestamper) Timestamp(ctx context.Context, message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	request, err := tsp.Request(digest[:], big.NewInt(42))
	if err != nil {
		return nil, err
	}
	answer, err := t.Answer(ctx, request)
	if err != nil {
		return nil, err
	}
	return tsp.Answer(answer)
}

func (t *Timestamper) token(ctx context.Context, q timestampRequest) ([]byte, error) {
	chain := t.signer.Chain()
	if len(chain) == 0 {
		return nil, errors.New("testca: an authority without a certificate")
	}
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return nil, err
	}
	info, err := t.info(q)
	if err != nil {
		return nil, err
	}
	attributes := timestampAttributes(leaf, info)
	signed := sha256.Sum256(element(tag.SET, attributes))
	value, err := t.signer.Sign(ctx, signed[:])
	if err != nil {
		return nil, err
	}
	enclosed := chain[:1] // the verifier has the root
	if !q.certify {
		enclosed = nil
	}
	return signedInfo(leaf, enclosed, info, attributes, value)
}

// info writes TSTInfo. Its serial number is random.
func (t *Timestamper) info(q timestampRequest) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1ObjectIdentifier(oidPolicy)
		b.AddBytes(q.imprint)
		b.AddASN1BigInt(serial)
		b.AddASN1GeneralizedTime(t.now().UTC())
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(1) })
		if q.nonce != nil {
			b.AddASN1BigInt(q.nonce)
		}
	})
	return b.Bytes()
}

func timestampAttributes(leaf *x509.Certificate, info []byte) []byte {
	digest, hash := sha256.Sum256(info), sha256.Sum256(leaf.Raw)
	sequence := func(b *cryptobyte.Builder, f func(*cryptobyte.Builder)) { b.AddASN1(tag.SEQUENCE, f) }
	var list [][]byte
	for _, a := range []struct {
		oid   asn1.ObjectIdentifier
		value func(*cryptobyte.Builder)
	}{
		{oidContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidTSTInfo) }},
		{oidDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest[:]) }},
		{oidCertificate, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				sequence(b, func(b *cryptobyte.Builder) {
					sequence(b, func(b *cryptobyte.Builder) { b.AddASN1OctetString(hash[:]) })
				})
			})
		}},
	} {
		var b cryptobyte.Builder
		sequence(&b, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(a.oid)
			b.AddASN1(tag.SET, a.value)
		})
		list = append(list, b.BytesOrPanic())
	}
	slices.SortFunc(list, bytes.Compare)
	return bytes.Join(list, nil)
}

func signedInfo(leaf *x509.Certificate, chain [][]byte, info, attributes, value []byte) ([]byte, error) {
	certificates := slices.Clone(chain)
	slices.SortFunc(certificates, bytes.Compare)
	algorithm := func(b *cryptobyte.Builder, oid asn1.ObjectIdentifier) {
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		b.AddASN1(tag0, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(3)
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) { algorithm(b, oidSHA256) })
				b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidTSTInfo)
					b.AddASN1(tag0, func(b *cryptobyte.Builder) { b.AddASN1OctetString(info) })
				})
				if len(certificates) > 0 {
					b.AddBytes(element(tag0, bytes.Join(certificates, nil)))
				}
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) {
					b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1Int64(1)
						b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddBytes(leaf.RawIssuer)
							b.AddASN1BigInt(leaf.SerialNumber)
						})
						algorithm(b, oidSHA256)
						b.AddBytes(element(tag0, attributes))
						algorithm(b, oidECDSA)
						b.AddASN1OctetString(value)
					})
				})
			})
		})
	})
	return b.Bytes()
}

func element(t tag.Tag, contents []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(t, func(b *cryptobyte.Builder) { b.AddBytes(contents) })
	return b.BytesOrPanic()
}
