// Package strength says which keys of certificates this service believes in.
//
// A path of certificates is as strong as its weakest key: whoever can compute
// the private half of one that stands in it, can issue what they like under a
// root we trust. And a key that is longer than any authority's is only there to
// cost time: checking one signature of 100 000 bits takes seconds. So every
// certificate that is read from a signature, a time stamp, an answer about
// revocation or a list of roots is measured before it is used.
package strength

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
)

// ErrKey reports a certificate's key that nothing is believed of.
var ErrKey = errors.New("strength: a certificate's key is none that is believed")

// The bounds, in bits. RSA of 2048 has 112 bits of security (NIST SP 800-57 part 1,
// table 2), which is what authorities still issue; P-256 and SM2 have 128.
const (
	minRSA   = 2048
	maxRSA   = 8192
	minCurve = 256
)

// Check measures the public key of a certificate, as crypto/x509 or smx509
// parsed it. The error wraps ErrKey and says what the key is and what it ought
// to be.
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
