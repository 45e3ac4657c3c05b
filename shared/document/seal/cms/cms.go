// Package cms makes and checks the signature inside a PDF: a detached CAdES signature
// (RFC 5652, ETSI EN 319 122-1) with ECDSA and SHA-256, as PAdES baseline requires
// (ETSI EN 319 142-1).
//
// The signature covers a short list of signed attributes: that the content is plain
// data, the digest of the content, and the digest of the signer's certificate, so that
// the certificate cannot be replaced by another one of the same key. The time of
// signing is not among them: PAdES puts it in the PDF, where the digest covers it. A
// timestamp over the finished signature may be added as an unsigned attribute.
//
// Verify states what the bytes prove and which certificate signed them. Trust in that
// certificate is decided elsewhere.
package cms

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// Signed is a signature that matches its content.
type Signed struct {
	Certificate *x509.Certificate   // of the signer
	Chain       []*x509.Certificate // the other certificates included, unordered and unverified
	Value       []byte              // the signature itself, DER SEQUENCE{r, s}
	Timestamp   []byte              // the token over Value, DER, unverified (package tsp reads it); nil without one
}

// Errors of Verify.
var (
	ErrMalformed = errors.New("not a signature of the expected form")
	ErrContent   = errors.New("the content is not the one that was signed")
	ErrSignature = errors.New("the signature does not fit its certificate")
)

var (
	oidData            = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidTimestamp       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14} // RFC 3161, appendix A
	oidSHA256          = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSAWithSHA256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

// algorithm writes an AlgorithmIdentifier without parameters, as RFC 5754 requires for
// SHA-256 and for ECDSA.
func algorithm(b *cryptobyte.Builder, oid asn1.ObjectIdentifier) {
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
}
