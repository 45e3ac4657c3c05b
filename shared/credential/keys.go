package credential

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"fmt"

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

// ParseKeys reads a JWK set (RFC 7517, 5). Every member must be a P-256 public
// key with its own `kid` and, where they are given, `alg` ES256 and `use` sig;
// a private key among them is refused, for the set is going to be published.
func ParseKeys(jwks []byte) (Keys, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(jwks, &set); err != nil {
		return Keys{}, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	keys := Keys{byID: make(map[string]*ecdsa.PublicKey, len(set.Keys))}
	for i, k := range set.Keys {
		pub, ok := k.Key.(*ecdsa.PublicKey)
		_, twice := keys.byID[k.KeyID]
		switch {
		case !ok || pub.Curve != elliptic.P256():
			return Keys{}, fmt.Errorf("%w: key %d is not a P-256 public key", ErrKeys, i)
		case k.KeyID == "" || twice:
			return Keys{}, fmt.Errorf("%w: key %d needs a kid of its own", ErrKeys, i)
		case k.Algorithm != "" && k.Algorithm != algorithm, k.Use != "" && k.Use != "sig":
			return Keys{}, fmt.Errorf("%w: key %d is meant for something else", ErrKeys, i)
		}
		keys.byID[k.KeyID] = pub
		keys.jwks.Keys = append(keys.jwks.Keys, jose.JSONWebKey{Key: pub, KeyID: k.KeyID, Algorithm: algorithm, Use: "sig"})
	}
	return keys, nil
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
