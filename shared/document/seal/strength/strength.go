// Package strength decides which certificate keys are accepted.
//
// A certificate path is as strong as its weakest key: an attacker who can compute one
// of its private keys can issue certificates under a root we trust. And a key longer
// than any authority uses only costs time: checking one signature of 100,000 bits
// takes seconds. So every certificate that is read from a signature, a timestamp, an
// OCSP response or a list of roots is checked before it is used.
package strength

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
)

// ErrKey reports a certificate's key that is not accepted.
var ErrKey = errors.New("strength: the key of a certificate is not accepted")

// The bounds, in bits. RSA of 2048 bits has 112 bits of security (NIST SP 800-57 part
// 1, table 2) and is still issued by authorities; P-256 and SM2 have 128.
const (
	minRSA   = 2048
	maxRSA   = 8192
	minCurve = 256
)

// Check checks the public key of a certificate, as parsed by crypto/x509 or smx509.
// The error wraps ErrKey and states the key and the requirement.
func Check(public any) error {
	switch key := public.(type) {
	case *rsa.PublicKey:
		if n := key.N.BitLen(); n < minRSA || n > maxRSA {
			return fmt.Errorf("%w: RSA of %d bits, not of %d to %d", ErrKey, n, minRSA, maxRSA)
		}
	case *ecdsa.PublicKey:
		if n := key.Curve.Params().BitSize; n < minCurve {
			return fmt.Errorf("%w: a curve of %d bits, not of %d", ErrKey, n, minCurve)
		}
	case ed25519.PublicKey:
	default:
		return fmt.Errorf("%w: neither RSA nor of a known curve", ErrKey)
	}
	return nil
}
