package tsp

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // identifies certificates in tokens of the original RFC 3161
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"slices"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/smx509"
	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// Algorithms is a family of algorithms that a timestamp authority uses.
type Algorithms string

// The families. No token mixes them.
const (
	SHA2 Algorithms = "sha2" // digest SHA-256, signed by ECDSA or RSA with SHA-2
	SM   Algorithms = "sm2"  // digest SM3, signed by SM2 with SM3
)

// Sum returns the digest of a message of which a timestamp is requested.
func (a Algorithms) Sum(message []byte) []byte { return a.digest().sum(message) }

func (a Algorithms) digest() hashing {
	if a == SM {
		return sm3Hashing()
	}
	return hashings()[0]
}

// isOf reports whether a key is one of the family.
func (a Algorithms) isOf(key crypto.PublicKey) bool { return keys.IsSM2(key) == (a == SM) }

// hashing is a digest algorithm and its signature algorithms.
type hashing struct {
	oid        asn1.ObjectIdentifier
	hash       crypto.Hash // 0 for SM3
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

// sm3Hashing is SM3 (GM/T 0006: 1.2.156.10197.1.401).
func sm3Hashing() hashing {
	return hashing{oid: asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 401}}
}

// signaturesOfSM2 lists the object identifiers that SignerInfo may have for SM2 over SM3: SM2 with
// SM3; the signature of SM2, as GB/T 35275 has it; and SM2 itself, which some implementations
// write. The digest is stated beside them, so that they mean the same.
func signaturesOfSM2() []asn1.ObjectIdentifier {
	return []asn1.ObjectIdentifier{{1, 2, 156, 10197, 1, 501}, {1, 2, 156, 10197, 1, 301, 1}, {1, 2, 156, 10197, 1, 301}}
}

// rsaEncryption is the OID for RSA without a digest, which another field states.
func rsaEncryption() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
}

// algorithms returns the family of the digest.
func (h hashing) algorithms() Algorithms {
	if h.hash == 0 {
		return SM
	}
	return SHA2
}

func (h hashing) sum(data []byte) []byte {
	if h.hash == 0 {
		sum := sm3.Sum(data)
		return sum[:]
	}
	d := h.hash.New()
	d.Write(data)
	return d.Sum(nil)
}

// signature returns the algorithm that checks a signature of this OID.
func (h hashing) signature(oid asn1.ObjectIdentifier) (x509.SignatureAlgorithm, bool) {
	switch {
	case h.hash == 0:
		return smx509.SM2WithSM3, slices.ContainsFunc(signaturesOfSM2(), oid.Equal)
	case oid.Equal(h.ecdsaOID):
		return h.ecdsa, true
	case oid.Equal(h.rsaOID), oid.Equal(rsaEncryption()):
		return h.rsa, true
	}
	return 0, false
}

// readHash reads an AlgorithmIdentifier of SHA-256, -384 or -512, or SM3.
func readHash(s *cryptobyte.String) (hashing, bool) {
	oid, ok := readAlgorithm(s)
	for _, h := range append(hashings(), sm3Hashing()) {
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
