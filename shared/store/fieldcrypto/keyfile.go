package fieldcrypto

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

// keySize is the length of every key in bytes: HMAC-SHA-256 keys, and the keys from which cipher
// keys are derived.
const keySize = 32

var keyID = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// KeyFiles are the contents of the key files, nil for one that is not given. They have one key per
// line; empty lines and lines that begin with # are skipped:
//
//	names  <base64 of 32 bytes>            the key of Hash, exactly one
//	limits <base64 of 32 bytes>            the key of HashPassing, exactly one
//	field  2026-11  <base64 of 32 bytes>   a key of Seal and Open; Seal uses the first
//	integrity 2026-11 <base64 of 32 bytes> a key of Tag and Check; Tag uses the first
//
// To rotate, add a field or integrity line above the others. A file with a line of another kind is
// refused, because its holder would have more keys than they need.
type KeyFiles struct{ Names, Limits, Field, Integrity []byte }

// Generate makes the contents of new key files; id is the id of the field key and the integrity
// key.
func Generate(id string) (KeyFiles, error) {
	if !keyID.MatchString(id) {
		return KeyFiles{}, fmt.Errorf("fieldcrypto: key id %q: want 1 to 32 of a-z, 0-9 and -", id)
	}
	fresh := func() []byte {
		key := make([]byte, keySize)
		rand.Read(key)
		return key
	}
	return keyring{names: fresh(), limits: fresh(), fields: []namedKey{{id, fresh()}}, integrity: []namedKey{{id, fresh()}}}.files(), nil
}

// Split splits the single key file of earlier versions into files. That file has lines of names and
// field keys, or 32 raw bytes from which HKDF-SHA-256 derives both. HKDF-SHA-256 derives the limits
// and integrity keys from the names key. Hash returns the same hashes as before, and texts sealed
// before can be opened.
func Split(single []byte) (KeyFiles, error) {
	ring, err := ringOf(single)
	if err != nil {
		return KeyFiles{}, err
	}
	if ring.names == nil || len(ring.fields) == 0 {
		return KeyFiles{}, errors.New("fieldcrypto: a single key file wants one names line and at least one field line")
	}
	if ring.limits == nil {
		if ring.limits, err = derive(ring.names, "limits"); err != nil {
			return KeyFiles{}, err
		}
	}
	if len(ring.integrity) == 0 {
		secret, err := derive(ring.names, "integrity")
		if err != nil {
			return KeyFiles{}, err
		}
		ring.integrity = []namedKey{{id: "derived", secret: secret}}
	}
	return ring.files(), nil
}

func ringOf(single []byte) (ring keyring, err error) {
	if len(single) != keySize {
		return ring, ring.read(single)
	}
	if ring.names, err = derive(single, "names"); err != nil {
		return keyring{}, err
	}
	field, err := derive(single, "field")
	ring.fields = []namedKey{{id: "derived", secret: field}}
	return ring, err
}

func derive(secret []byte, what string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "jiazhu/vault/"+what, keySize)
	if err != nil {
		return nil, fmt.Errorf("fieldcrypto: derive the key of %s: %w", what, err)
	}
	return key, nil
}

// keyring holds the keys of one file or of several.
type keyring struct {
	names, limits []byte
	fields        []namedKey
	integrity     []namedKey
}

type namedKey struct {
	id     string
	secret []byte
}

func (r keyring) files() KeyFiles {
	f := KeyFiles{
		Names:  fmt.Appendf(nil, "names %s\n", encode(r.names)),
		Limits: fmt.Appendf(nil, "limits %s\n", encode(r.limits)),
	}
	for _, k := range r.fields {
		f.Field = fmt.Appendf(f.Field, "field %s %s\n", k.id, encode(k.secret))
	}
	for _, k := range r.integrity {
		f.Integrity = fmt.Appendf(f.Integrity, "integrity %s %s\n", k.id, encode(k.secret))
	}
	return f
}

func encode(key []byte) string { return base64.StdEncoding.EncodeToString(key) }

// parse reads the given files, each of which has keys of one kind.
func parse(f KeyFiles) (keyring, error) {
	var all keyring
	for _, file := range []struct {
		kind string
		data []byte
		take func(keyring)
	}{
		{"names", f.Names, func(r keyring) { all.names = r.names }},
		{"limits", f.Limits, func(r keyring) { all.limits = r.limits }},
		{"field", f.Field, func(r keyring) { all.fields = r.fields }},
		{"integrity", f.Integrity, func(r keyring) { all.integrity = r.integrity }},
	} {
		if file.data == nil {
			continue
		}
		var ring keyring
		if err := ring.read(file.data); err != nil {
			return keyring{}, fmt.Errorf("%w (in the file of the %s key)", err, file.kind)
		}
		if kinds := ring.kinds(); len(kinds) != 1 || kinds[0] != file.kind {
			return keyring{}, fmt.Errorf("fieldcrypto: the file of the %s key has lines of %q, and wants its own alone: `jiazhu keys split` cuts up a file with all of them", file.kind, kinds)
		}
		file.take(ring)
	}
	return all, nil
}

func (r keyring) kinds() (all []string) {
	if r.names != nil {
		all = append(all, "names")
	}
	if r.limits != nil {
		all = append(all, "limits")
	}
	if len(r.fields) > 0 {
		all = append(all, "field")
	}
	if len(r.integrity) > 0 {
		all = append(all, "integrity")
	}
	return all
}

func (r *keyring) read(file []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(file))
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := r.add(words); err != nil {
			return fmt.Errorf("fieldcrypto: key file, line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("fieldcrypto: read the key file: %w", err)
	}
	return nil
}

func (r *keyring) add(words []string) error {
	switch {
	case words[0] == "names" && len(words) == 2:
		return addOnly(&r.names, words)
	case words[0] == "limits" && len(words) == 2:
		return addOnly(&r.limits, words)
	case words[0] == "field" && len(words) == 3:
		return addNamed(&r.fields, words)
	case words[0] == "integrity" && len(words) == 3:
		return addNamed(&r.integrity, words)
	}
	return errors.New(`want "names <key>", "limits <key>", "field <id> <key>" or "integrity <id> <key>"`)
}

func addOnly(into *[]byte, words []string) (err error) {
	if *into != nil {
		return fmt.Errorf("a second %s key", words[0])
	}
	*into, err = decode(words[1])
	return err
}

// addNamed adds a key with an id; no other key of its kind has that id.
func addNamed(into *[]namedKey, words []string) error {
	id := words[1]
	if !keyID.MatchString(id) {
		return errors.New("a key id is 1 to 32 of a-z, 0-9 and -")
	}
	for _, k := range *into {
		if k.id == id {
			return fmt.Errorf("key id %q is there twice", id)
		}
	}
	key, err := decode(words[2])
	if err != nil {
		return err
	}
	*into = append(*into, namedKey{id: id, secret: key})
	return nil
}

func decode(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != keySize {
		return nil, errors.New("a key is 32 bytes in base64")
	}
	return key, nil
}
