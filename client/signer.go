package client

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// keyIDBytes is how much of a public key's SHA-256 its id has.
const keyIDBytes = 9

// Signer signs with a P-256 key, as a machine client or an identity app does.
type Signer struct{ jose jose.Signer }

// OpenSigner returns a signer for the key in a file. See [ReadKey].
func OpenSigner(file string) (*Signer, error) {
	key, err := ReadKey(file)
	if err != nil {
		return nil, err
	}
	return NewSigner(key)
}

// NewSigner returns a signer for the key. Signatures name it by the id under which the service's
// settings have it: the first 9 bytes of the SHA-256 of its SubjectPublicKeyInfo, in base64url.
func NewSigner(key *ecdsa.PrivateKey) (*Signer, error) {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, fmt.Errorf("compute the key's id: %w", err)
	}
	sum := sha256.Sum256(der)
	id := base64.RawURLEncoding.EncodeToString(sum[:keyIDBytes])
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("prepare to sign: %w", err)
	}
	return &Signer{signer}, nil
}

// Sign returns the claims as a signed JWT (compact JWS, ES256).
func (s *Signer) Sign(claims any) (string, error) {
	return jwt.Signed(s.jose).Claims(claims).Serialize()
}

// ReadKey reads a private P-256 key from a file with one PEM block, in PKCS #8 or SEC 1.
func ReadKey(file string) (*ecdsa.PrivateKey, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(data)
	if block != nil && block.Type == "EC PARAMETERS" { // openssl ecparam -genkey writes them first
		block, rest = pem.Decode(rest)
	}
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("%s is not one PEM block; `jiazhu keys generate` makes such a file", file)
	}
	key := parseKey(block)
	if key == nil || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%s contains no private P-256 key, neither in PKCS #8 nor in SEC 1", file)
	}
	return key, nil
}

// parseKey returns the block's key, or nil if it is not an elliptic-curve key.
func parseKey(block *pem.Block) *ecdsa.PrivateKey {
	if block.Type == "EC PRIVATE KEY" {
		key, _ := x509.ParseECPrivateKey(block.Bytes)
		return key
	}
	parsed, _ := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, _ := parsed.(*ecdsa.PrivateKey)
	return key
}
