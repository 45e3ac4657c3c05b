// Package breach knows passwords that stand in published lists of breached ones (NIST SP 800-63B, 3.1.1.2: a
// verifier compares a new password with a blocklist of commonly used, expected, or compromised values).
//
// It keeps no passwords. The filter is the first four bytes of the SHA-1 of each, sorted, so a password that was never
// breached is taken for a breached one in one of some forty thousand cases. SHA-1 is the digest in which Have I Been
// Pwned publishes its list; nothing is protected by it here.
package breach

import (
	"bytes"
	"crypto/sha1"
	_ "embed"
	"encoding/binary"
	"errors"
	"slices"
	"sort"
	"sync"
)

// MinLength is how many characters a new password has at least. Shorter ones are not in the filter.
const MinLength = 10

// digestSize is how many bytes of a digest the filter keeps.
const digestSize = 4

// Digest is what the filter keeps of a password.
type Digest [digestSize]byte

// DigestOf returns the digest of a password as it is typed, in UTF-8.
func DigestOf(password string) Digest {
	sum := sha1.Sum([]byte(password))
	return Digest(sum[:digestSize])
}

// Filter is a set of digests with a word on where they come from.
type Filter struct {
	Source  string // one line
	digests []byte // sorted, one after the other
}

// ErrMalformed reports bytes that Filter.Encode did not make.
var ErrMalformed = errors.New("breach: not a filter of passwords")

// NewFilter returns the filter of the digests, in any order.
func NewFilter(source string, digests []Digest) Filter {
	digests = slices.Clone(digests)
	slices.SortFunc(digests, func(a, b Digest) int { return bytes.Compare(a[:], b[:]) })
	f := Filter{Source: source}
	for _, d := range slices.Compact(digests) {
		f.digests = append(f.digests, d[:]...)
	}
	return f
}

// Encode returns the source in a line and the digests behind it.
func (f Filter) Encode() []byte {
	return slices.Concat([]byte(f.Source), []byte("\n"), f.digests)
}

// Decode reads what Encode made.
func Decode(encoded []byte) (Filter, error) {
	source, digests, ok := bytes.Cut(encoded, []byte("\n"))
	if !ok || len(digests) == 0 || len(digests)%digestSize != 0 {
		return Filter{}, ErrMalformed
	}
	f := Filter{string(source), digests}
	for i := 1; i < f.Len(); i++ {
		if f.at(i) <= f.at(i-1) {
			return Filter{}, ErrMalformed
		}
	}
	return f, nil
}

// Len is how many digests the filter has.
func (f Filter) Len() int { return len(f.digests) / digestSize }

func (f Filter) at(i int) uint32 { return binary.BigEndian.Uint32(f.digests[i*digestSize:]) }

// Has reports whether the password, in one of the forms given, is among the breached ones.
func (f Filter) Has(forms ...string) bool {
	return slices.ContainsFunc(forms, func(form string) bool { return f.has(DigestOf(form)) })
}

func (f Filter) has(d Digest) bool {
	want := binary.BigEndian.Uint32(d[:])
	at := sort.Search(f.Len(), func(i int) bool { return f.at(i) >= want })
	return at < f.Len() && f.at(at) == want
}

//go:embed breached.bin
var encoded []byte

// Known returns the filter that the service uses. `make passwords` makes it.
var Known = sync.OnceValue(func() Filter {
	f, err := Decode(encoded)
	if err != nil {
		panic(err) // the file is a part of the program, and tests read it
	}
	return f
})
