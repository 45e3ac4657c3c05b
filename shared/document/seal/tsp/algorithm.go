package tsp

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // identifies certificates in tokens of the original RFC 3161
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// hashing is a digest algorithm and its signature algorithms.
type hashing struct {
	oid        asn1.ObjectIdentifier
	hash       crypto.Hash
	rsa, ecdsa x509.SignatureAlgorithm
	rsaOID     asn1.ObjectIdentifier
	ecdsaOID   asn1.ObjectIdentifier
}

func hashings() []hashing {
	return []hashing{
		{
			asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA256, x509.SHA256WithRSA, x509.ECDSAWithSHA256,
			asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2},
		},
		{
			asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384, x509.SHA384WithRSA, x509.ECDSAWithSHA384,
			asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3},
		},
		{
			asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512, x509.SHA512WithRSA, x509.ECDSAWithSHA512,
			asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4},
		},
	}
}

// rsaEncryption is the OID for RSA without a digest, which another field states.
func rsaEncryption() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
}

func (h hashing) sum(data []byte) []byte {
	d := h.hash.New()
	d.Write(data)
	return d.Sum(nil)
}

// signature returns the algorithm that checks a signature of this OID.
func (h hashing) signature(oid asn1.ObjectIdentifier) (x509.SignatureAlgorithm, bool) {
	switch {
	case oid.Equal(h.ecdsaOID):
		return h.ecdsa, true
	case oid.Equal(h.rsaOID), oid.Equal(rsaEncryption()):
		return h.rsa, true
	}
	return 0, false
}

// readHash reads an AlgorithmIdentifier of SHA-256, -384 or -512.
func readHash(s *cryptobyte.String) (hashing, bool) {
	oid, ok := readAlgorithm(s)
	for _, h := range hashings() {
		if ok && h.oid.Equal(oid) {
			return h, true
		}
	}
	return hashing{}, false
}

// readAlgorithm reads an AlgorithmIdentifier whose parameters are absent or NULL;
// implementations write both.
func readAlgorithm(s *cryptobyte.String) (oid asn1.ObjectIdentifier, ok bool) {
	var a cryptobyte.String
	if !s.ReadASN1(&a, tag.SEQUENCE) || !a.ReadASN1ObjectIdentifier(&oid) {
		return nil, false
	}
	return oid, a.Empty() || bytes.Equal(a, []byte{byte(tag.NULL), 0})
}
