package keys

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"errors"
	"fmt"
)

// Errors about the result of a signing callback.
var (
	// ErrFormat reports a result that is not a DER SEQUENCE{r, s}. Many HSMs return r and
	// s side by side, 64 bytes, which the callback has to convert.
	ErrFormat = errors.New("keys: the signature is not a DER SEQUENCE{r, s}")
	// ErrForeign reports a well-formed signature that does not verify under the public
	// key: it was made with another key, or over something other than the digest.
	ErrForeign = errors.New("keys: the signature does not verify under the public key")
)

// Callback returns the signer of a key that is kept elsewhere: sign signs the 32-byte
// digest (see Signer for which digest) and returns the DER SEQUENCE{r, s}. Each
// signature is verified before it is used. A service that hashes the digest again, has
// another key under that name or returns another form causes ErrForeign or ErrFormat,
// and no broken document.
//
// chain is the key's certificates as DER, leaf first, or nil; a leaf of another key is
// ErrChain. pub must be an *ecdsa.PublicKey on P-256 or SM2, or the error is
// ErrKeyKind.
func Callback(pub crypto.PublicKey, chain [][]byte, sign func(ctx context.Context, digest []byte) ([]byte, error)) (Signer, error) {
	id, err := KeyID(pub)
	if err != nil {
		return nil, err
	}
	key := pub.(*ecdsa.PublicKey) // KeyID accepts no other type
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
