package vault

import (
	"bufio"
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// keySize is the length of every key, in bytes: AES-256 and HMAC-SHA-256.
const keySize = 32

var keyID = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

type keyring struct {
	names  []byte
	fields []namedKey
}

type namedKey struct {
	id     string
	secret []byte
}

// Generate makes the contents of a new key file. Its form is one key a line:
//
//	# comments and empty lines are skipped
//	names  <base64 of 32 bytes>            the key of Hash, exactly one
//	field  2026-11  <base64 of 32 bytes>   a key of Seal and Open; the first seals
//
// To rotate, add a field line above the others. Thirty-two raw bytes are a key
// file too: both keys are then derived from them, by HKDF-SHA-256.
func Generate(id string) ([]byte, error) {
	if !keyID.MatchString(id) {
		return nil, fmt.Errorf("vault: key id %q: want 1 to 32 of a-z, 0-9 and -", id)
	}
	names, field := make([]byte, keySize), make([]byte, keySize)
	rand.Read(names)
	rand.Read(field)
	return fmt.Appendf(nil, "names %s\nfield %s %s\n", encode(names), id, encode(field)), nil
}

func encode(key []byte) string { return base64.StdEncoding.EncodeToString(key) }

func parse(secret []byte) (keyring, error) {
	if len(secret) == keySize {
		return derive(secret)
	}
	var ring keyring
	lines := bufio.NewScanner(bytes.NewReader(secret))
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := ring.add(words); err != nil {
			return keyring{}, fmt.Errorf("vault: key file, line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return keyring{}, fmt.Errorf("vault: read the key file: %w", err)
	}
	if ring.names == nil || len(ring.fields) == 0 {
		return keyring{}, errors.New("vault: the key file wants one names line and at least one field line")
	}
	return ring, nil
}

func (r *keyring) add(words []string) error {
	switch {
	case words[0] == "names" && len(words) == 2:
		key, err := decode(words[1])
		if err == nil && r.names != nil {
			err = errors.New("a second names key")
		}
		r.names = key
		return err
	case words[0] == "field" && len(words) == 3:
		key, err := decode(words[2])
		if err != nil {
			return err
		}
		return r.addField(words[1], key)
	}
	return errors.New(`want "names <key>" or "field <id> <key>"`)
}

func (r *keyring) addField(id string, key []byte) error {
	if !keyID.MatchString(id) {
		return errors.New("a key id is 1 to 32 of a-z, 0-9 and -")
	}
	for _, k := range r.fields {
		if k.id == id {
			return fmt.Errorf("key id %q is there twice", id)
		}
	}
	r.fields = append(r.fields, namedKey{id: id, secret: key})
	return nil
}

func decode(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != keySize {
		return nil, errors.New("a key is 32 bytes in base64")
	}
	return key, nil
}

func derive(secret []byte) (keyring, error) {
	names, err := hkdf.Key(sha256.New, secret, nil, "jiazhu/vault/names", keySize)
	if err != nil {
		return keyring{}, fmt.Errorf("vault: derive the names key: %w", err)
	}
	field, err := hkdf.Key(sha256.New, secret, nil, "jiazhu/vault/field", keySize)
	if err != nil {
		return keyring{}, fmt.Errorf("vault: derive the field key: %w", err)
	}
	return keyring{names: names, fields: []namedKey{{id: "derived", secret: field}}}, nil
}
