// Package statuslist has the rules of the status lists: where a copy (加注件) stands in them, and what
// its place says. They are those of the Token Status List of the IETF (draft-ietf-oauth-status-list).
//
// A list says of each of its places whether the copy there is in force. It names nobody: only who has a
// copy knows its place. Lists are published whole, so whoever fetches one does not tell which of half a
// million copies is asked about.
package statuslist

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Places is how many places a list has. With two bits for each it has 128 KiB before it is compressed,
// so that a signed list has at most 250 kB whatever it says.
const Places = 1 << placeBits

const placeBits = 19

// Index is the place of a copy in all lists together. Zero is no index: the first list has number 1.
type Index int64

// NewIndex returns the index of a place in a list.
func NewIndex(list int64, place int) Index { return Index(list<<placeBits | int64(place)) }

// List is the number of the list, 1 or more.
func (i Index) List() int64 { return int64(i) >> placeBits }

// Place is the place in the list, from 0.
func (i Index) Place() int { return int(i & (Places - 1)) }

// path is the part of a list's address between the service's origin and the list's number.
const path = "/v1/status-lists/"

// Address returns the address of a list, which the list itself states.
func Address(origin string, list int64) string { return origin + path + strconv.FormatInt(list, 10) }

// maxList bounds the number of a list: an index has at most indexBits bits, a thousand million copies.
const (
	indexBits = 30
	maxList   = 1<<(indexBits-placeBits) - 1
)

// ErrAddress reports a text that is not the address of a list.
var ErrAddress = errors.New("statuslist: not the address of a list")

// ParseAddress returns the origin and the number of the list of an address.
func ParseAddress(address string) (origin string, list int64, err error) {
	origin, number, ok := strings.Cut(address, path)
	list, wrong := strconv.ParseInt(number, 10, 64)
	if !ok || wrong != nil || origin == "" || list < 1 || list > maxList || Address(origin, list) != address {
		return "", 0, fmt.Errorf("%w: %q", ErrAddress, address)
	}
	return origin, list, nil
}

// digits are those of base64url.
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// PackedLength is the length of a packed index.
const PackedLength = indexBits / 6

// Pack writes an index in five digits of base64url, the most significant first.
func (i Index) Pack() string {
	var packed [PackedLength]byte
	for at := range packed {
		packed[PackedLength-1-at] = digits[i>>(6*at)&63]
	}
	return string(packed[:])
}

// Unpack reads an index that Pack wrote; ok is false for any other text.
func Unpack(packed string) (i Index, ok bool) {
	for _, c := range []byte(packed) {
		i = i<<6 | Index(max(0, strings.IndexByte(digits, c)))
	}
	return i, i.List() >= 1 && i.Pack() == packed
}
