// Package tsp writes requests for time stamps and judges what a time-stamping
// authority answers (RFC 3161, with the update of RFC 5816).
//
// A time stamp is a statement by someone else: "at this time I was shown this
// digest". Over the value of a signature it proves that the signature existed
// then, so that the signature stays good when its certificate runs out or is
// revoked later. That is worth as much as the checks around it: the token must
// be about our digest, signed by its certificate, which must be one for time
// stamps and nothing else, under an authority that is trusted.
//
// The package is pure: package tsp/tsa asks an authority over HTTP. Digests are
// SHA-256; authorities may sign with ECDSA or RSA (PKCS #1 v1.5) and SHA-2.
package tsp

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"time"
)

// Why a time stamp proves nothing.
var (
	// ErrMalformed reports bytes that are not a token, or an answer, of RFC 3161.
	ErrMalformed = errors.New("tsp: not a time stamp of the expected form")
	// ErrRefused reports an answer without a token; the error tells the status.
	ErrRefused = errors.New("tsp: the authority gave no time stamp")
	// ErrImprint reports a token about something else.
	ErrImprint = errors.New("tsp: the time stamp is of something else")
	// ErrNonce reports an answer to another request.
	ErrNonce = errors.New("tsp: the time stamp answers another request")
	// ErrSignature reports a token that its certificate did not sign.
	ErrSignature = errors.New("tsp: the time stamp does not fit its certificate")
	// ErrPurpose reports a signer whose certificate is not, or not only, for
	// time stamps (RFC 3161, 2.3: extended key usage timeStamping, critical).
	ErrPurpose = errors.New("tsp: the certificate is not one for time stamps alone")
	// ErrTrust reports a signer under no authority that is trusted.
	ErrTrust = errors.New("tsp: the time-stamping authority is not trusted")
)

// MediaTypes of requests and answers over HTTP (RFC 3161, 3.4).
const (
	QueryType = "application/timestamp-query"
	ReplyType = "application/timestamp-reply"
)

// Token is a time stamp as read from its DER.
type Token struct {
	Time        time.Time     // UTC
	Accuracy    time.Duration // the true time is at most this far away; 0 when not stated
	Imprint     []byte        // SHA-256 of what was stamped
	Nonce       *big.Int      // of the request, nil when not stated
	Certificate *x509.Certificate
	Chain       []*x509.Certificate // the other certificates sent along, unordered and unverified
	Raw         []byte

	info       []byte // TSTInfo, what the signature is about
	attributes []byte // contents of signedAttrs
	hash       hashing
	algorithm  x509.SignatureAlgorithm
	value      []byte
}

var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidCertificateV1 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidCertificateV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidExtKeyUsage   = asn1.ObjectIdentifier{2, 5, 29, 37}
)
