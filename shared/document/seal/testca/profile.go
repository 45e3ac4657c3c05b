package testca

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// profile returns the common part of all certificates: a random serial number of 127
// bits (RFC 5280, 4.1.2.2), a name and a period.
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

// Purpose is what a certificate is issued for: its key usage and its extended
// key usage.
type Purpose string

// The purposes.
const (
	Documents     Purpose = "documents"             // signs, id-kp-documentSigning (RFC 9336)
	AnySigner     Purpose = "no extended key usage" // signs; no extended key usage
	Mail          Purpose = "e-mail"
	Server        Purpose = "TLS server"
	Client        Purpose = "TLS client"
	Code          Purpose = "code"
	Timestamps    Purpose = "timestamps" // the only usage, critical (RFC 3161, 2.3)
	OCSPResponses Purpose = "OCSP"
	KeyAgreement  Purpose = "key agreement" // does not sign
	Unstated      Purpose = "unstated"      // neither key usage nor extended key usage

	// OwnDocuments is OwnUsage, which only this authority uses for documents.
	OwnDocuments Purpose = "documents, of the authority's own"
)

// OwnUsage is an extended key usage that only this authority uses.
const OwnUsage = "1.3.6.1.4.1.99999.2"

// Purposes lists all purposes but OwnDocuments.
func Purposes() []Purpose {
	return []Purpose{Documents, AnySigner, Mail, Server, Client, Code, Timestamps, OCSPResponses, KeyAgreement, Unstated}
}

// apply sets the usages of a purpose in a certificate. crypto/x509 cannot mark the
// extended key usage timeStamping as critical, so its extension is encoded here.
func (p Purpose) apply(c *x509.Certificate) {
	c.KeyUsage = x509.KeyUsageDigitalSignature
	switch p {
	case Documents:
		c.KeyUsage |= x509.KeyUsageContentCommitment
		c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 36}}
	case OwnDocuments:
		c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 3, 6, 1, 4, 1, 99999, 2}}
	case Mail:
		c.KeyUsage |= x509.KeyUsageContentCommitment
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
	case Server:
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	case Client:
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	case Code:
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	case Timestamps:
		c.ExtraExtensions = []pkix.Extension{{
			Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true,
			Value: []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08},
		}}
	case OCSPResponses:
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	case KeyAgreement:
		c.KeyUsage = x509.KeyUsageKeyAgreement
	case Unstated:
		c.KeyUsage = 0
	}
}
