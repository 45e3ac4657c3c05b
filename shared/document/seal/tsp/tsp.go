// Package tsp writes timestamp requests and verifies the responses of timestamp
// authorities (RFC 3161, with the update of RFC 5816).
//
// A timestamp is an authority's statement that a digest existed at a time. Over the
// value of a signature it proves that the signature existed then, so that the
// signature stays good when its certificate expires or is revoked later. The token
// must be about the expected digest and be signed by its certificate, which must be
// for timestamps and nothing else, under a trusted authority.
//
// The package sends no requests; package tsp/tsa does. Digests are SHA-256;
// authorities may sign with ECDSA or RSA (PKCS #1 v1.5) and SHA-2.
package tsp

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"time"
)

// Errors of Parse, Answer and Verify.
var (
	// ErrMalformed reports bytes that are not a token, or a response, of RFC 3161.
	ErrMalformed = errors.New("tsp: not a timestamp of the expected form")
	// ErrRefused reports a response without a token; the error states the status.
	ErrRefused = errors.New("tsp: the authority gave no timestamp")
	// ErrImprint reports a token over another message.
	ErrImprint = errors.New("tsp: the timestamp is of something else")
	// ErrNonce reports a response to another request.
	ErrNonce = errors.New("tsp: the timestamp answers another request")
	// ErrSignature reports a token whose signature does not verify under its certificate.
	ErrSignature = errors.New("tsp: the timestamp does not fit its certificate")
	// ErrPurpose reports a signer whose certificate is not for timestamps alone (RFC 3161,
	// 2.3: extended key usage timeStamping, critical).
	ErrPurpose = errors.New("tsp: the certificate is not one for timestamps alone")
	// ErrTrust reports a signer whose certificate leads to no trusted authority.
	ErrTrust = errors.New("tsp: the timestamp authority is not trusted")
)

// The media types of requests and responses over HTTP (RFC 3161, 3.4).
const (
	QueryType = "application/timestamp-query"
	ReplyType = "application/timestamp-reply"
)

// Token is a timestamp as read from its DER.
type Token struct {
	Time        time.Time     // UTC
	Accuracy    time.Duration // largest difference from the true time; 0 if not stated
	Imprint     []byte        // SHA-256 of the message
	Nonce       *big.Int      // of the request; nil if absent
	Certificate *x509.Certificate
	Chain       []*x509.Certificate // the other certificates included, unordered and unverified
	Raw         []byte

	info       []byte // TSTInfo, the signed content
	attributes []byte // contents of signedAttrs
	hash       hashing
	algorithm  x509.SignatureAlgorithm
	value      []byte
}

var (
	oidTSTInfo       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidCertificateV1 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidExtKeyUsage   = asn1.ObjectIdentifier{2, 5, 29, 37}
)
