package testca

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/smx509"
	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
)

// smRequest is a TimeStampReq for an SM3 digest.
type smRequest struct {
	imprint          []byte
	nonce            *big.Int // nil if absent
	wantsCertificate bool
}

var (
	oidSM3     = asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 401}
	oidTSTInfo = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
)

// readSMRequest reads a request (RFC 3161, 2.4.1; GB/T 20520-2006, 8.4).
func readSMRequest(der []byte) (r smRequest, ok bool) {
	input := cryptobyte.String(der)
	var request, imprint, algorithm cryptobyte.String
	var version int
	ok = input.ReadASN1(&request, tag.SEQUENCE) && input.Empty() &&
		request.ReadASN1Integer(&version) && version == 1 &&
		request.ReadASN1(&imprint, tag.SEQUENCE) &&
		imprint.ReadASN1(&algorithm, tag.SEQUENCE) && signeddata.ReadOID(&algorithm, oidSM3) &&
		imprint.ReadASN1Bytes(&r.imprint, tag.OCTET_STRING) && imprint.Empty() && len(r.imprint) == sm3.Size &&
		request.SkipOptionalASN1(tag.OBJECT_IDENTIFIER)
	if ok && request.PeekASN1Tag(tag.INTEGER) {
		r.nonce = new(big.Int)
		ok = request.ReadASN1Integer(r.nonce)
	}
	if ok && request.PeekASN1Tag(tag.BOOLEAN) {
		ok = request.ReadASN1Boolean(&r.wantsCertificate)
	}
	return r, ok && request.Empty()
}

// answerSM returns the TimeStampResp to a request for a timestamp with SM2.
func (t *Timestamper) answerSM(ctx context.Context, der []byte) ([]byte, error) {
	request, ok := readSMRequest(der)
	if !ok {
		return []byte{0x30, 0x09, 0x30, 0x07, 2, 1, 2, 3, 2, 5, 0x20}, nil // rejection, badRequest
	}
	token, err := t.signSM(ctx, request)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(0) })
		b.AddBytes(token)
	})
	return b.Bytes()
}

// signSM writes a TimeStampToken with SM2 over SM3.
func (t *Timestamper) signSM(ctx context.Context, request smRequest) ([]byte, error) {
	chain := t.signer.Chain()
	if len(chain) == 0 {
		return nil, errors.New("testca: an authority without a certificate")
	}
	leaf, err := smx509.ParseCertificate(chain[0])
	if err != nil {
		return nil, err
	}
	info, err := tstInfo(request, t.now().UTC())
	if err != nil {
		return nil, err
	}
	attributes := smAttributes(info, leaf.Raw)
	digest, err := keys.SM2Digest(t.signer.PublicKey(), signeddata.Encode(tag.SET, attributes))
	if err != nil {
		return nil, err
	}
	value, err := t.signer.Sign(ctx, digest)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(t.syntax.OID)
		b.AddASN1(signeddata.Tag0, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(int64(t.syntax.Version))
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) { addAlgorithm(b, oidSM3) })
				b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidTSTInfo)
					b.AddASN1(signeddata.Tag0, func(b *cryptobyte.Builder) { b.AddASN1OctetString(info) })
				})
				if request.wantsCertificate {
					b.AddBytes(signeddata.Encode(signeddata.Tag0, leaf.Raw))
				}
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) { t.addSigner(b, leaf, attributes, value) })
			})
		})
	})
	return b.Bytes()
}

func tstInfo(request smRequest, at time.Time) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1ObjectIdentifier(policy)
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			addAlgorithm(b, oidSM3)
			b.AddASN1OctetString(request.imprint)
		})
		b.AddASN1BigInt(serial)
		b.AddASN1GeneralizedTime(at.Truncate(time.Second))
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1Int64(1) }) // accurate to a second
		if request.nonce != nil {
			b.AddASN1BigInt(request.nonce)
		}
	})
	return b.Bytes()
}

// smAttributes returns the contents of the signed attributes in the order of DER: the content's type,
// its digest, and the digest of the signer's certificate (RFC 5816).
func smAttributes(info, certificate []byte) []byte {
	digest, named := sm3.Sum(info), sm3.Sum(certificate)
	var all [][]byte
	for _, a := range []struct {
		oid   asn1.ObjectIdentifier
		value func(*cryptobyte.Builder)
	}{
		{signeddata.OIDContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidTSTInfo) }},
		{signeddata.OIDMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest[:]) }},
		{signeddata.OIDSigningCertificateV2, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
						addAlgorithm(b, oidSM3)
						b.AddASN1OctetString(named[:])
					})
				})
			})
		}},
	} {
		var b cryptobyte.Builder
		b.AddASN1ObjectIdentifier(a.oid)
		b.AddASN1(tag.SET, a.value)
		all = append(all, signeddata.Encode(tag.SEQUENCE, b.BytesOrPanic()))
	}
	slices.SortFunc(all, bytes.Compare)
	return bytes.Join(all, nil)
}

// signatureOID is what GB/T 35275 calls the signature of SM2; in RFC 5652 it is SM2 with SM3.
func signatureOID(s signeddata.Syntax) asn1.ObjectIdentifier {
	if s.OID.Equal(signeddata.Chinese().OID) {
		return asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 301, 1}
	}
	return asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 501}
}

func (t *Timestamper) addSigner(b *cryptobyte.Builder, c *smx509.Certificate, attributes, value []byte) {
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(c.RawIssuer)
			b.AddASN1BigInt(c.SerialNumber)
		})
		addAlgorithm(b, oidSM3)
		b.AddBytes(signeddata.Encode(signeddata.Tag0, attributes))
		addAlgorithm(b, signatureOID(t.syntax))
		b.AddASN1OctetString(value)
	})
}

func addAlgorithm(b *cryptobyte.Builder, oid asn1.ObjectIdentifier) {
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
}
