package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/smx509"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// ErrKeyKind reports a key that is neither on P-256 nor on the SM2 curve.
var ErrKeyKind = errors.New("keys: neither a P-256 nor an SM2 key")

// keyIDBytes is how many bytes of a SHA-256 form a KeyID: 72 bits, 12 characters in a
// QR code.
const keyIDBytes = 9

// IsSM2 reports whether pub is a public key on the SM2 curve.
func IsSM2(pub crypto.PublicKey) bool { return sm2.IsSM2PublicKey(pub) }

// SM2Digest returns SM3(ZA || message), the value an SM2 key signs, where ZA
// binds the public key and the default user identifier "1234567812345678"
// (GB/T 32918.2, 5.5; GM/T 0009, 10). It returns ErrKeyKind for any other key.
func SM2Digest(pub crypto.PublicKey, message []byte) ([]byte, error) {
	key, ok := pub.(*ecdsa.PublicKey)
	if !ok || !IsSM2(key) {
		return nil, ErrKeyKind
	}
	digest, err := sm2.CalculateSM2Hash(key, message, nil)
	if err != nil {
		return nil, fmt.Errorf("keys: digest for SM2: %w", err)
	}
	return digest, nil
}

// NewSM2Hash returns the SM3 that SM2Digest computes, to which ZA has been written, and the message
// has not. Its state can be marshalled as that of sm3.New. It returns ErrKeyKind for any other key.
func NewSM2Hash(pub crypto.PublicKey) (hash.Hash, error) {
	key, ok := pub.(*ecdsa.PublicKey)
	if !ok || !IsSM2(key) {
		return nil, ErrKeyKind
	}
	za, err := sm2.CalculateZA(key, []byte(sm2UserID))
	if err != nil {
		return nil, fmt.Errorf("keys: digest for SM2: %w", err)
	}
	h := sm3.New()
	h.Write(za)
	return h, nil
}

// sm2UserID is the default user identifier of GM/T 0009.
const sm2UserID = "1234567812345678"

// Digest returns the value a key signs for a message: SHA-256 for P-256,
// SM2Digest for SM2.
func Digest(pub crypto.PublicKey, message []byte) ([]byte, error) {
	if IsSM2(pub) {
		return SM2Digest(pub, message)
	}
	if !isP256(pub) {
		return nil, ErrKeyKind
	}
	sum := sha256.Sum256(message)
	return sum[:], nil
}

// Verify reports whether signature, a DER SEQUENCE{r, s}, is pub's over digest. It
// returns false for any other kind of key.
func Verify(pub crypto.PublicKey, digest, signature []byte) bool {
	key, ok := pub.(*ecdsa.PublicKey)
	switch {
	case !ok || len(digest) != DigestSize:
		return false
	case IsSM2(key):
		return sm2.VerifyASN1(key, digest, signature)
	case isP256(key):
		return ecdsa.VerifyASN1(key, digest, signature)
	}
	return false
}

// isSignature reports whether der is one DER SEQUENCE{r, s} of positive numbers.
func isSignature(der []byte) bool {
	input := cryptobyte.String(der)
	var pair cryptobyte.String
	var r, s big.Int
	return input.ReadASN1(&pair, asn1.SEQUENCE) && input.Empty() &&
		pair.ReadASN1Integer(&r) && pair.ReadASN1Integer(&s) && pair.Empty() &&
		r.Sign() > 0 && s.Sign() > 0
}

// KeyID returns the id of a public key: the first 9 bytes of the SHA-256 of its
// SubjectPublicKeyInfo, in base64url, 12 characters. Tokens and published JWKs use it
// as `kid`.
func KeyID(pub crypto.PublicKey) (string, error) {
	if !isP256(pub) && !IsSM2(pub) {
		return "", ErrKeyKind
	}
	der, err := smx509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return "", fmt.Errorf("keys: public key: %w", err)
	}
	sum := sha256.Sum256(der)
	return base64.RawURLEncoding.EncodeToString(sum[:keyIDBytes]), nil
}

func isP256(pub crypto.PublicKey) bool {
	key, ok := pub.(*ecdsa.PublicKey)
	return ok && key.Curve == elliptic.P256()
}
