// Package vault keeps the fields that identify a person — ID numbers, phone
// numbers — unreadable to whoever can only read the tables.
//
// It does two different things, with two different keys:
//
//   - Seal and Open encrypt a field with AES-256-GCM. The sealed text names the
//     key that made it, so keys can be rotated: the first key of the file seals,
//     every key of the file opens. The additional data ("account/idNo/mohurd/zhang")
//     says where the field belongs; a sealed text copied to another place does
//     not open there.
//   - Hash turns a value into a name for it (HMAC-SHA-256), so that a person can
//     be looked up by ID number without the table holding one. ID numbers are few
//     enough to try them all, which is why the hash is keyed. The hash key never
//     rotates: it is what the names in the tables are made of.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// ErrOpen says that a sealed text is damaged, was made by an unknown key, or
// does not belong at the place named by its additional data.
var ErrOpen = errors.New("vault: sealed text does not open here")

// format is the first part of every sealed text; another layout gets another.
const format = "f1"

var encoding = base64.RawURLEncoding.Strict()

// Vault holds the keys in memory. It is safe for concurrent use.
type Vault struct {
	seal  fieldKey
	open  map[string]fieldKey
	names []byte
}

type fieldKey struct {
	id   string
	aead cipher.AEAD
}

// New reads the contents of a key file, in one of the two forms described at
// Generate. An error never repeats the secret.
func New(secret []byte) (*Vault, error) {
	keys, err := parse(secret)
	if err != nil {
		return nil, err
	}
	v := &Vault{names: keys.names, open: make(map[string]fieldKey, len(keys.fields))}
	for i, k := range keys.fields {
		block, err := aes.NewCipher(k.secret)
		if err != nil {
			return nil, fmt.Errorf("vault: key %q: %w", k.id, err)
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, fmt.Errorf("vault: key %q: %w", k.id, err)
		}
		fk := fieldKey{id: k.id, aead: aead}
		v.open[k.id] = fk
		if i == 0 {
			v.seal = fk
		}
	}
	return v, nil
}

// Seal encrypts plain for the place aad names. The same plain text seals
// differently every time. The result is ASCII: "f1.<key id>.<base64url>".
func (v *Vault) Seal(plain, aad string) (string, error) {
	sealed := v.seal.aead.Seal(nil, nil, []byte(plain), []byte(aad))
	return strings.Join([]string{format, v.seal.id, encoding.EncodeToString(sealed)}, "."), nil
}

// Open decrypts what Seal made for the same aad, by whichever key of the file
// made it. It returns ErrOpen for everything else.
func (v *Vault) Open(sealed, aad string) (string, error) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != format {
		return "", ErrOpen
	}
	key, ok := v.open[parts[1]]
	if !ok {
		return "", fmt.Errorf("key %q is not in the key file: %w", parts[1], ErrOpen)
	}
	raw, err := encoding.DecodeString(parts[2])
	if err != nil {
		return "", ErrOpen
	}
	plain, err := key.aead.Open(nil, nil, raw, []byte(aad))
	if err != nil {
		return "", ErrOpen
	}
	return string(plain), nil
}

// Hash names a value within a domain: 43 characters of base64url. Parts are
// length-prefixed, so ("a","bc") and ("ab","c") have different names. A person
// is Hash("holder", idType, idNumber).
func (v *Vault) Hash(domain string, parts ...string) string {
	mac := hmac.New(sha256.New, v.names)
	for _, part := range append([]string{domain}, parts...) {
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		mac.Write([]byte(part))
	}
	return encoding.EncodeToString(mac.Sum(nil))
}
