package credential

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// ErrKeys reports a key set that is not made of distinct P-256 public keys.
var ErrKeys = errors.New("credential: not a set of ES256 public keys")

// Keys are the public keys that may have signed a token, the present one and
// its predecessors: a printed code outlives a rotation.
type Keys struct {
	byID map[string]*ecdsa.PublicKey
	jwks jose.JSONWebKeySet
}

// A key is published, and named in what it signed, under a name made from its
// id: for tokens its first characters, because they stand in a printed code; for
// receipts with a prefix, so that one look tells what a key is for.
const (
	tokenNameLength   = 4
	receiptNamePrefix = "receipt-"
)

func tokenKeyID(id string) string { return id[:min(len(id), tokenNameLength)] }

func receiptKeyID(id string) string {
	return receiptNamePrefix + strings.TrimPrefix(id, receiptNamePrefix)
}

// ParseTokenKeys reads a JWK set (RFC 7517, 5) of keys that sign tokens. Every
// member must be a P-256 public key with its own `kid` and, where they are
// given, `alg` ES256 and `use` sig; a private key among them is refused, for the
// set is going to be published. The error wraps ErrKeys.
func ParseTokenKeys(jwks []byte) (Keys, error) { return parseKeys(jwks, tokenKeyID) }

// ParseReceiptKeys is ParseTokenKeys for keys that sign receipts.
func ParseReceiptKeys(jwks []byte) (Keys, error) { return parseKeys(jwks, receiptKeyID) }

func parseKeys(jwks []byte, name func(id string) string) (Keys, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(jwks, &set); err != nil {
		return Keys{}, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	keys := Keys{byID: make(map[string]*ecdsa.PublicKey, len(set.Keys))}
	for i, k := range set.Keys {
		pub, ok := k.Key.(*ecdsa.PublicKey)
		switch {
		case !ok || pub.Curve != elliptic.P256():
			return Keys{}, fmt.Errorf("%w: key %d is not a P-256 public key", ErrKeys, i)
		case k.Algorithm != "" && k.Algorithm != algorithm, k.Use != "" && k.Use != "sig":
			return Keys{}, fmt.Errorf("%w: key %d is meant for something else", ErrKeys, i)
		case k.KeyID == "" || !keys.add(name(k.KeyID), pub):
			return Keys{}, fmt.Errorf("%w: key %d needs a kid and a key of its own", ErrKeys, i)
		}
	}
	return keys, nil
}

// add reports false for a name or a key that is there already.
func (k *Keys) add(id string, pub *ecdsa.PublicKey) bool {
	for held, other := range k.byID {
		if held == id || other.Equal(pub) {
			return false
		}
	}
	k.byID[id] = pub
	k.jwks.Keys = append(k.jwks.Keys, jose.JSONWebKey{Key: pub, KeyID: id, Algorithm: algorithm, Use: "sig"})
	return true
}

// Join is both sets in one. A key in both is ErrKeys: what signs a token must
// not sign a receipt.
func Join(a, b Keys) (Keys, error) {
	both := Keys{byID: make(map[string]*ecdsa.PublicKey, len(a.byID)+len(b.byID))}
	for _, set := range []Keys{a, b} {
		for _, k := range set.jwks.Keys {
			if !both.add(k.KeyID, set.byID[k.KeyID]) {
				return Keys{}, fmt.Errorf("%w: key %s is in both sets", ErrKeys, k.KeyID)
			}
		}
	}
	return both, nil
}

// JWKS writes the set for publication, in the order it was read.
func (k Keys) JWKS() ([]byte, error) {
	set := k.jwks
	if set.Keys == nil {
		set.Keys = []jose.JSONWebKey{}
	}
	text, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("credential: publish keys: %w", err)
	}
	return text, nil
}

// Len is how many keys there are.
func (k Keys) Len() int { return len(k.byID) }
