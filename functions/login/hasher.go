package main

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// params are the cost parameters of argon2id.
type params struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

// currentParams is OWASP's recommendation for argon2id that fits a function of 512 MB.
var currentParams = params{memory: 19456, time: 2, threads: 1}

const (
	saltSize = 16
	hashSize = 32
)

// hasher hashes passwords. The derivation is a field so that tests can count the calls.
type hasher struct {
	params params
	derive func(password, salt []byte, p params) []byte
}

func newHasher() hasher {
	return hasher{params: currentParams, derive: func(password, salt []byte, p params) []byte {
		return argon2.IDKey(password, salt, p.time, p.memory, p.threads, hashSize)
	}}
}

// normalize returns the form of a password that does not depend on the keyboard: every space is U+0020 (RFC 8265,
// 4.2.2), and full-width and other compatibility characters are the ordinary ones, composed (NFKC; NIST SP 800-63B-4,
// 3.1.1.2).
func normalize(password string) []byte { return norm.NFKC.Bytes(mapSpaces(password)) }

// formerForms returns the forms in which passwords were hashed before: composed only, and before that with the spaces
// as typed.
func formerForms(password string) [][]byte {
	return [][]byte{norm.NFC.Bytes(mapSpaces(password)), norm.NFC.Bytes([]byte(password))}
}

func mapSpaces(password string) []byte {
	return []byte(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, password))
}

// hash returns a PHC string with a fresh salt.
func (h hasher) hash(password string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	sum := h.derive(normalize(password), salt, h.params)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.params.memory, h.params.time, h.params.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

// verify reports whether phc is the hash of this password, and outdated whether it was made with
// other parameters than the current ones, or of a former form of the password. It derives exactly one key whatever
// phc is, and one more for each former form that differs, if the earlier ones do not match: for an empty or damaged phc
// with the current parameters, and returns false.
func (h hasher) verify(phc, password string) (ok, outdated bool) {
	p, salt, want, whole := parsePHC(phc)
	if !whole {
		p, salt, want = h.params, make([]byte, saltSize), make([]byte, hashSize)
	}
	forms := append([][]byte{normalize(password)}, formerForms(password)...)
	forms = slices.CompactFunc(forms, bytes.Equal)
	for i, form := range forms {
		if subtle.ConstantTimeCompare(h.derive(form, salt, p), want) == 1 && whole {
			return true, i > 0 || p != h.params
		}
	}
	return false, false
}

// parsePHC reads "$argon2id$v=19$m=19456,t=2,p=1$salt$hash". It refuses parameters that cost more
// than this function's memory and time allow.
func parsePHC(phc string) (p params, salt, sum []byte, ok bool) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return params{}, nil, nil, false
	}
	n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads)
	if err != nil || n != 3 || parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", p.memory, p.time, p.threads) {
		return params{}, nil, nil, false
	}
	if p.memory < 8 || p.memory > 128<<10 || p.time < 1 || p.time > 16 || p.threads < 1 || p.threads > 8 {
		return params{}, nil, nil, false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	sum, sumErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || sumErr != nil || len(salt) < 8 || len(sum) != hashSize {
		return params{}, nil, nil, false
	}
	return p, salt, sum, true
}
