// Package keys provides the private keys that sign and seal certificates, behind one
// small interface: a Signer takes a 32-byte digest and returns a signature.
//
// The key may be in a file, an HSM or a key service. The writers of PDF, OFD and QR
// tokens only use a Signer, so none of them can leak a key, and moving a key changes
// no document code.
//
// There are two kinds of key. P-256 signs SHA-256 digests (PDF signatures, QR tokens,
// verification receipts). SM2 signs the SM3(ZA || message) digest of GB/T 32918.2 (OFD
// seals); SM2Digest computes it with the default user identifier of GM/T 0009.
package keys

import (
	"context"
	"crypto"
)

// DigestSize is the length in bytes of every digest a Signer accepts: SHA-256
// for a P-256 key, SM3(ZA || message) for an SM2 key.
const DigestSize = 32

// Signer signs digests with one private key.
type Signer interface {
	// Sign returns the ASN.1 DER SEQUENCE{r, s} over a digest of DigestSize
	// bytes. It never hashes the digest again.
	Sign(ctx context.Context, digest []byte) ([]byte, error)
	// PublicKey returns the public key, always an *ecdsa.PublicKey, on the curve P-256 or
	// SM2.
	PublicKey() crypto.PublicKey
	// Chain returns the key's certificates as DER, leaf first, or nil for a key that is
	// published as a JWK instead. The caller must not change it.
	Chain() [][]byte
	// KeyID returns the id of the public key; see the function KeyID.
	KeyID() string
}
