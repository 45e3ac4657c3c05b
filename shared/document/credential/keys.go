package credential

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ErrKeys reports a key set that is not made of distinct P-256 public keys.
var ErrKeys = errors.New("credential: not a set of ES256 public keys")

// Keys are the public keys that may have signed a token: the current one and its
// predecessors, because printed codes outlive a change of keys. Each key is accepted
// only for the time in which it was in use.
type Keys struct {
	byID map[string]PublicKey
	set  KeySet
}

// KeySet is a JWK set (RFC 7517, 5) of keys with their time of use.
type KeySet struct {
	Keys []PublicKey `json:"keys"`
}

// PublicKey is a JWK with its time of use, in the members nbf and exp (OpenID
// Federation 1.0, 8.7.2): whole seconds since 1970. From is the first instant, Until
// the first instant after the last.
type PublicKey struct {
	jose.JSONWebKey
	From, Until time.Time
}

// NewPublicKey returns the entry for a key that signs tokens or receipts, with its id.
func NewPublicKey(public crypto.PublicKey, id string, from, until time.Time) PublicKey {
	return PublicKey{jose.JSONWebKey{Key: public, KeyID: id, Algorithm: algorithm, Use: "sig"}, from, until}
}

// keyDays are the members that a JWK of package jose does not have.
type keyDays struct {
	From  *int64 `json:"nbf"`
	Until *int64 `json:"exp"`
}

// MarshalJSON writes a JWK.
func (k PublicKey) MarshalJSON() ([]byte, error) {
	text, err := k.JSONWebKey.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(bytes.TrimSuffix(text, []byte("}")), `,"nbf":%d,"exp":%d}`, k.From.Unix(), k.Until.Unix()), nil
}

// UnmarshalJSON reads a JWK. It fails for a key without nbf or exp, or with exp before
// nbf.
func (k *PublicKey) UnmarshalJSON(text []byte) error {
	var d keyDays
	if err := errors.Join(k.JSONWebKey.UnmarshalJSON(text), json.Unmarshal(text, &d)); err != nil {
		return err
	}
	if d.From == nil || d.Until == nil || *d.From >= *d.Until {
		return fmt.Errorf("key %q needs nbf and exp, the time from which and until which it signs", k.KeyID)
	}
	k.From, k.Until = time.Unix(*d.From, 0).UTC(), time.Unix(*d.Until, 0).UTC()
	return nil
}

// inUse reports whether the key was in use at a time.
func (k PublicKey) inUse(at time.Time) bool { return !at.Before(k.From) && at.Before(k.Until) }

// The published `kid` is made from the key's id: for tokens its first characters,
// because they are in a printed code; for receipts with a prefix, so that the purpose
// of a key can be seen.
const (
	tokenNameLength   = 4
	receiptNamePrefix = "receipt-"
)

func tokenKeyID(id string) string { return id[:min(len(id), tokenNameLength)] }

func receiptKeyID(id string) string {
	return receiptNamePrefix + strings.TrimPrefix(id, receiptNamePrefix)
}

// ParseTokenKeys reads a JWK set of keys that sign tokens. The error wraps
// ErrKeys.
func ParseTokenKeys(jwks []byte) (Keys, error) {
	var set KeySet
	if err := json.Unmarshal(jwks, &set); err != nil {
		return Keys{}, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	return TokenKeys(set)
}

// TokenKeys returns the keys of a set that signs tokens. Every member must be a P-256
// public key with its own `kid` and, if present, `alg` ES256 and `use` sig. A private
// key is refused, because the set is published. The error wraps ErrKeys.
func TokenKeys(set KeySet) (Keys, error) { return newKeys(set, tokenKeyID) }

// ReceiptKeys is TokenKeys for keys that sign receipts.
func ReceiptKeys(set KeySet) (Keys, error) { return newKeys(set, receiptKeyID) }

func newKeys(set KeySet, name func(id string) string) (Keys, error) {
	keys := Keys{byID: make(map[string]PublicKey, len(set.Keys))}
	for i, k := range set.Keys {
		pub, ok := k.Key.(*ecdsa.PublicKey)
		switch {
		case !ok || pub.Curve != elliptic.P256():
			return Keys{}, fmt.Errorf("%w: key %d is not a P-256 public key", ErrKeys, i)
		case k.Algorithm != "" && k.Algorithm != algorithm, k.Use != "" && k.Use != "sig":
			return Keys{}, fmt.Errorf("%w: key %d is meant for something else", ErrKeys, i)
		case k.KeyID == "" || !keys.add(NewPublicKey(pub, name(k.KeyID), k.From, k.Until)):
			return Keys{}, fmt.Errorf("%w: key %d needs a kid and a key of its own", ErrKeys, i)
		}
	}
	return keys, nil
}

// add adds a key and reports whether its name and its key were both new.
func (k *Keys) add(key PublicKey) bool {
	for held, other := range k.byID {
		if held == key.KeyID || other.ecdsaKey().Equal(key.Key) {
			return false
		}
	}
	k.byID[key.KeyID] = key
	k.set.Keys = append(k.set.Keys, key)
	return true
}

// ecdsaKey returns the key; newKeys accepts only ECDSA keys.
func (k PublicKey) ecdsaKey() *ecdsa.PublicKey { return k.Key.(*ecdsa.PublicKey) }

// Join returns the union of two sets. A key in both is ErrKeys, because a key must not
// sign both tokens and receipts.
func Join(a, b Keys) (Keys, error) {
	both := Keys{byID: make(map[string]PublicKey, len(a.byID)+len(b.byID))}
	for _, key := range append(slices.Clone(a.set.Keys), b.set.Keys...) {
		if !both.add(key) {
			return Keys{}, fmt.Errorf("%w: key %s is in both sets", ErrKeys, key.KeyID)
		}
	}
	return both, nil
}

// Set returns the set for publication, in the order it was read and under the
// published names.
func (k Keys) Set() KeySet { return KeySet{append([]PublicKey{}, k.set.Keys...)} }

// Len returns the number of keys.
func (k Keys) Len() int { return len(k.byID) }
