package testca

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// profile is what all certificates here have in common: a random serial number
// of 127 bits (RFC 5280, 4.1.2.2), a name and a period.
func profile(name string, from, until time.Time) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("testca: serial number: %w", err)
	}
	return &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)),
		Subject:      subject(name),
		NotBefore:    from,
		NotAfter:     until.Add(-time.Second),
	}, nil
}

// documentSigning is id-kp-documentSigning (RFC 9336).
func documentSigning() []asn1.ObjectIdentifier {
	return []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 36}}
}
