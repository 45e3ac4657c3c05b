package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/smx509"
)

// ErrPEM reports text that is not exactly the PEM blocks expected.
var ErrPEM = errors.New("keys: not the PEM expected")

// maxChain bounds a chain: leaf, two intermediates and a root.
const maxChain = 4

// Parse returns a signer from a PKCS #8 private key in PEM and its certificates in
// PEM, leaf first, or no certificates. It returns ErrPEM for other text, ErrKeyKind
// for other keys, ErrChain when the leaf has another public key.
func Parse(keyPEM, chainPEM []byte) (Signer, error) {
	key, err := parseKey(keyPEM)
	if err != nil {
		return nil, err
	}
	chain, err := ParseChain(chainPEM)
	if err != nil {
		return nil, err
	}
	m, err := newMemorySigner(key, chain)
	if err != nil {
		return nil, err
	}
	if err := checkChainKey(m.pub, chain); err != nil {
		return nil, err
	}
	return m, nil
}

func parseKey(text []byte) (crypto.PrivateKey, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" || len(bytes.TrimSpace(rest)) != 0 {
		return nil, fmt.Errorf("%w: one PRIVATE KEY", ErrPEM)
	}
	key, err := smx509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("keys: private key: %w", err)
	}
	return key, nil
}

// ParseChain returns the certificates in PEM text as DER, in order; each must be well
// formed. Empty text gives an empty chain.
func ParseChain(text []byte) ([][]byte, error) {
	var chain [][]byte
	for len(bytes.TrimSpace(text)) > 0 {
		block, rest := pem.Decode(text)
		if block == nil || block.Type != "CERTIFICATE" || len(chain) == maxChain {
			return nil, fmt.Errorf("%w: at most %d CERTIFICATE blocks", ErrPEM, maxChain)
		}
		if _, err := smx509.ParseCertificate(block.Bytes); err != nil {
			return nil, fmt.Errorf("keys: certificate %d: %w", len(chain)+1, err)
		}
		chain = append(chain, block.Bytes)
		text = rest
	}
	return chain, nil
}

func checkChainKey(pub *ecdsa.PublicKey, chain [][]byte) error {
	if len(chain) == 0 {
		return nil
	}
	leaf, err := smx509.ParseCertificate(chain[0])
	if err != nil {
		return fmt.Errorf("keys: certificate: %w", err)
	}
	if !pub.Equal(leaf.PublicKey) {
		return ErrChain
	}
	return nil
}
