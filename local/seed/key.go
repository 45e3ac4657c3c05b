package seed

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// Signer signs with one P-256 key, as a machine client or the identity app does.
type Signer struct{ jose jose.Signer }

// OpenSigner reads a PKCS#8 PEM key. Its key id is the one the service's settings publish.
func OpenSigner(path string) (*Signer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM block", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a %T, not a P-256 key", path, parsed)
	}
	return NewSigner(key)
}

// NewSigner signs with key.
func NewSigner(key *ecdsa.PrivateKey) (*Signer, error) {
	id, err := keys.KeyID(key.Public())
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, err
	}
	return &Signer{signer}, nil
}

// Sign returns the claims as a compact JWS.
func (s *Signer) Sign(claims any) (string, error) {
	return jwt.Signed(s.jose).Claims(claims).Serialize()
}
