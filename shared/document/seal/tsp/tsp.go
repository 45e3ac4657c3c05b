// Package tsp writes timestamp requests and verifies the responses of timestamp
// authorities (RFC 3161, with the update of RFC 5816), also of Chinese ones with SM2
// (GB/T 20520, GM/T 0033), whose protocol and tokens are those of RFC 3161.
//
// A timestamp is an authority's statement that a digest existed at a time. Over the
// value of a signature it proves that the signature existed then, so that the
// signature stays good when its certificate expires or is revoked later. The token
// must be about the expected digest and be signed by its certificate, which must be
// for timestamps and nothing else, under a trusted authority.
//
// The package sends no requests; package tsp/tsa does. There are two families of
// algorithms. With SHA2, digests are SHA-256, and authorities may sign with ECDSA or RSA
// (PKCS #1 v1.5) and SHA-2. With SM, digests are SM3, authorities sign with SM2 over SM3
// and the default user identifier of GM/T 0009, and the path to the root has SM2 keys only.
//
// A token of SM may be SignedData of RFC 5652 or of GM/T 0010 (now GB/T 35275), which
// differ in an object identifier and a version number. The content is an OCTET STRING of
// type id-ct-TSTInfo in both. GB/T 20520-2006 and the overviews of GM/T 0033 were read for
// this, and the object identifiers of GM/T 0006 and GB/T 35275 in other implementations;
// the full text of GM/T 0033 and of GB/T 20520-2025 was not at hand.
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
	// ErrNone reports that no timestamp could be had from an authority, whatever the reason.
	ErrNone = errors.New("tsp: no timestamp from the authority")
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
	// ErrAlgorithms reports a response with other algorithms than requested.
	ErrAlgorithms = errors.New("tsp: the timestamp has other algorithms than requested")
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
	Algorithms  Algorithms
	Imprint     []byte   // digest of the message
	Nonce       *big.Int // of the request; nil if absent
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
