// Package fieldcrypto encrypts the fields that identify a person (ID numbers, phone numbers), so
// that they cannot be read with access to the tables alone.
//
// It also authenticates the items of the tables (Tag, Check).
//
// There are four kinds of keys, each in a file of its own, and a program is given only those it
// needs:
//
//   - The field keys encrypt (seal) and decrypt (open) a field. The sealed text names its
//     key, so keys can be rotated: the first key of the file seals, every key of the
//     file opens. The additional data ("account/idNo/mohurd/zhang") says where the
//     field belongs; a sealed text copied to another place does not open there.
//   - The names key makes a keyed hash of a person (Hash, HMAC-SHA-256), so
//     that they can be looked up by ID number without the table holding one. ID
//     numbers are few enough to try them all, which is why the hash is keyed. This
//     key never rotates, because the tables are indexed by these hashes.
//   - The limits key does the same for short-lived values (HashPassing): the keys of
//     limits, one-time codes, the person and the phone of a challenge. It may be
//     exchanged at any time; all limits are then reset, and codes and challenges
//     in use become void.
//   - The integrity keys tag an item of a table and check the tag (HMAC-SHA-256). The
//     tag names the key that made it: the first key of the file tags, every key checks.
//
// # Sealed texts
//
// A text is sealed by XChaCha20-Poly1305 with a random nonce of 24 bytes, under a subkey that
// HKDF-SHA-256 derives from the field key. Even 2^80 texts under one key have two equal nonces with
// a probability of 2^-33 only, so the number of texts under a key needs no limit. The earlier
// format, f1, was AES-256-GCM under the field key itself with a random nonce of 12 bytes, which
// limits a key to 2^32 texts; f1 texts can be opened and are no longer made.
package fieldcrypto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

var (
	// ErrOpen says that a sealed text is damaged, was made with an unknown key, or belongs to
	// another place than the additional data says.
	ErrOpen = errors.New("fieldcrypto: sealed text does not open here")
	// ErrNoFieldKey says that the program was not given the field key.
	ErrNoFieldKey = errors.New("fieldcrypto: this program has no field key")
)

// The first part of a sealed text names its format.
const (
	formatGCM    = "f1" // opened only
	formatXNonce = "f2"
)

var encoding = base64.RawURLEncoding.Strict()

// Sealer holds the keys that a program was given. It is safe for concurrent use. A nil Sealer has
// no keys.
type Sealer struct {
	seal          fieldKey
	open          map[string]fieldKey
	names, limits []byte
	integrity     []namedKey
}

type fieldKey struct {
	id     string
	gcm    cipher.AEAD // of f1; brings its own nonces
	xnonce cipher.AEAD // of f2
}

// New makes a Sealer from the given key files, see KeyFiles. Its errors never contain a secret.
func New(files KeyFiles) (*Sealer, error) {
	keys, err := parse(files)
	if err != nil {
		return nil, err
	}
	v := &Sealer{names: keys.names, limits: keys.limits, integrity: keys.integrity, open: make(map[string]fieldKey, len(keys.fields))}
	for i, k := range keys.fields {
		fk, err := newFieldKey(k)
		if err != nil {
			return nil, fmt.Errorf("fieldcrypto: key %q: %w", k.id, err)
		}
		v.open[k.id] = fk
		if i == 0 {
			v.seal = fk
		}
	}
	return v, nil
}

func newFieldKey(k namedKey) (fieldKey, error) {
	block, err := aes.NewCipher(k.secret)
	if err != nil {
		return fieldKey{}, err
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return fieldKey{}, err
	}
	subkey, err := hkdf.Key(sha256.New, k.secret, nil, "jiazhu/vault/f2", chacha20poly1305.KeySize)
	if err != nil {
		return fieldKey{}, err
	}
	xnonce, err := chacha20poly1305.NewX(subkey)
	return fieldKey{id: k.id, gcm: gcm, xnonce: xnonce}, err
}

// Seal encrypts plain for the place that aad names. Sealing the same text twice gives different
// results. The result is ASCII: "f2.<key id>.<base64url of the nonce, the ciphertext and the tag>".
// Error: ErrNoFieldKey.
func (v *Sealer) Seal(plain, aad string) (string, error) {
	if v == nil || v.seal.xnonce == nil {
		return "", ErrNoFieldKey
	}
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(plain)+chacha20poly1305.Overhead)
	rand.Read(nonce)
	sealed := v.seal.xnonce.Seal(nonce, nonce, []byte(plain), []byte(aad))
	return strings.Join([]string{formatXNonce, v.seal.id, encoding.EncodeToString(sealed)}, "."), nil
}

// Open decrypts a text that Seal made for the same aad, with any key of the file. Errors:
// ErrNoFieldKey where there is none, ErrOpen for everything else.
func (v *Sealer) Open(sealed, aad string) (string, error) {
	if v == nil || len(v.open) == 0 {
		return "", ErrNoFieldKey
	}
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 {
		return "", ErrOpen
	}
	raw, err := encoding.DecodeString(parts[2])
	if err != nil {
		return "", ErrOpen
	}
	key, ok := v.open[parts[1]]
	if !ok {
		return "", fmt.Errorf("key %q is not in the key file: %w", parts[1], ErrOpen)
	}
	var plain []byte
	switch parts[0] {
	case formatGCM:
		plain, err = key.gcm.Open(nil, nil, raw, []byte(aad))
	case formatXNonce:
		if len(raw) < chacha20poly1305.NonceSizeX {
			return "", ErrOpen
		}
		plain, err = key.xnonce.Open(nil, raw[:chacha20poly1305.NonceSizeX], raw[chacha20poly1305.NonceSizeX:], []byte(aad))
	default:
		err = ErrOpen
	}
	if err != nil {
		return "", ErrOpen
	}
	return string(plain), nil
}

// Hash makes the keyed hash of a person, or of another value that is stored permanently, within a
// domain: 43 characters of base64url. Parts are length-prefixed, so ("a","bc") and ("ab","c") have
// different hashes. The hash of a person is Hash("holder", idType, idNumber). It panics without the
// names key.
func (v *Sealer) Hash(domain string, parts ...string) string {
	if v == nil || v.names == nil {
		panic("fieldcrypto: this program has no key of names")
	}
	return keyedHash(v.names, domain, parts)
}

// HashPassing is Hash for a short-lived value, with the limits key. It panics without that key.
func (v *Sealer) HashPassing(domain string, parts ...string) string {
	if v == nil || v.limits == nil {
		panic("fieldcrypto: this program has no key of limits")
	}
	return keyedHash(v.limits, domain, parts)
}

// NamesPassing reports whether the Sealer has the limits key.
func (v *Sealer) NamesPassing() bool { return v != nil && v.limits != nil }

func keyedHash(key []byte, domain string, parts []string) string {
	mac := hmac.New(sha256.New, key)
	for _, part := range append([]string{domain}, parts...) {
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		mac.Write([]byte(part))
	}
	return encoding.EncodeToString(mac.Sum(nil))
}
