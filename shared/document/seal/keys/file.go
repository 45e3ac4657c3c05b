package keys

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/emmansun/gmsm/sm2"
)

// Errors about keys and their locations.
var (
	// ErrLocation reports a location that is not file:///absolute/directory.
	ErrLocation = errors.New("keys: location is not file:///directory")
	// ErrDigest reports a digest that is not DigestSize bytes long.
	ErrDigest = errors.New("keys: a digest has 32 bytes")
	// ErrChain reports a certificate chain that does not belong to its key.
	ErrChain = errors.New("keys: the first certificate is not this key's")
)

func directory(location string) (string, error) {
	u, err := url.Parse(location)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrLocation, err)
	}
	if u.Scheme != "file" || u.Host != "" || !filepath.IsAbs(u.Path) {
		return "", fmt.Errorf("%w: %q", ErrLocation, location)
	}
	return filepath.FromSlash(u.Path), nil
}

// memorySigner is a Signer whose private key is in this process.
type memorySigner struct {
	sign  func(digest []byte) ([]byte, error)
	pub   *ecdsa.PublicKey
	chain [][]byte
	id    string
}

func newMemorySigner(key crypto.PrivateKey, chain [][]byte) (*memorySigner, error) {
	m := &memorySigner{chain: chain}
	switch k := key.(type) {
	case *sm2.PrivateKey:
		m.pub = &k.PublicKey
		m.sign = func(digest []byte) ([]byte, error) { return sm2.SignASN1(rand.Reader, k, digest, nil) }
	case *ecdsa.PrivateKey:
		m.pub = &k.PublicKey
		m.sign = func(digest []byte) ([]byte, error) { return ecdsa.SignASN1(rand.Reader, k, digest) }
	default:
		return nil, ErrKeyKind
	}
	id, err := KeyID(m.pub)
	if err != nil {
		return nil, err
	}
	m.id = id
	return m, nil
}

func (m *memorySigner) Sign(ctx context.Context, digest []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("keys: sign: %w", err)
	}
	if len(digest) != DigestSize {
		return nil, ErrDigest
	}
	signature, err := m.sign(digest)
	if err != nil {
		return nil, fmt.Errorf("keys: sign: %w", err)
	}
	return signature, nil
}

func (m *memorySigner) PublicKey() crypto.PublicKey { return m.pub }
func (m *memorySigner) Chain() [][]byte             { return m.chain }
func (m *memorySigner) KeyID() string               { return m.id }
