package keys

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"errors"
	"fmt"
)

// What a keeper can answer that is no signature of the key.
var (
	// ErrFormat reports an answer that is not a DER SEQUENCE{r, s}. Many HSMs
	// answer r and s side by side, 64 bytes: whoever writes the callback has to
	// wrap them.
	ErrFormat = errors.New("keys: the signature is not a DER SEQUENCE{r, s}")
	// ErrForeign reports a well-formed signature that the public key does not
	// verify: made with another key, or over something else than the digest.
	ErrForeign = errors.New("keys: the signature does not verify under the public key")
)

// Callback returns the signer of a key that is kept elsewhere: sign has the
// 32-byte digest signed there (see Signer for which digest) and returns the DER
// SEQUENCE{r, s}. Nothing that comes back is believed: each signature is
// verified before it is used, so a keeper that hashes the digest once more, has
// another key under that name or answers in another form is ErrForeign or
// ErrFormat and never a broken document.
//
// chain is the key's certificates as DER, leaf first, or nil; a leaf of another
// key is ErrChain. pub is an *ecdsa.PublicKey on P-256 or SM2, or ErrKeyKind.
func Callback(pub crypto.PublicKey, chain [][]byte, sign func(ctx context.Context, digest []byte) ([]byte, error)) (Signer, error) {
	id, err := KeyID(pub)
	if err != nil {
		return nil, err
	}
	key := pub.(*ecdsa.PublicKey) // or KeyID would have refused it
	if err := checkChainKey(key, chain); err != nil {
		return nil, err
	}
	return &callbackSigner{sign: sign, pub: key, chain: chain, id: id}, nil
}

type callbackSigner struct {
	sign  func(ctx context.Context, digest []byte) ([]byte, error)
	pub   *ecdsa.PublicKey
	chain [][]byte
	id    string
}

func (c *callbackSigner) Sign(ctx context.Context, digest []byte) ([]byte, error) {
	if len(digest) != DigestSize {
		return nil, ErrDigest
	}
	signature, err := c.sign(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("keys: sign: %w", err)
	}
	if !isSignature(signature) {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(signature))
	}
	if !Verify(c.pub, digest, signature) {
		return nil, ErrForeign
	}
	return signature, nil
}

func (c *callbackSigner) PublicKey() crypto.PublicKey { return c.pub }
func (c *callbackSigner) Chain() [][]byte             { return c.chain }
func (c *callbackSigner) KeyID() string               { return c.id }
