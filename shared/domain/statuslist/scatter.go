package statuslist

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// Scatter returns the index of the n-th copy, from 0. The first Places copies get the places of list 1,
// each once, in an order that only the key tells; the next those of list 2. So the index of a copy tells
// nothing of when it was made but the list, and its neighbours in a list are not its neighbours in time.
//
// It is a permutation of 20 bits, a Feistel network of HMAC-SHA-256, repeated until the result is a place
// (cycle walking): for two numbers of one list it never returns the same place.
func Scatter(key []byte, n int64) Index {
	list, x, mac := n>>placeBits+1, uint32(n&(Places-1)), hmac.New(sha256.New, key)
	for x = permute(mac, list, x); x >= Places; {
		x = permute(mac, list, x)
	}
	return NewIndex(list, int(x))
}

// rounds is more than the seven with which a Feistel network of random functions resists who chooses its
// inputs and sees its outputs.
const rounds = 8

const halfBits = (placeBits + 1) / 2

// permute is one permutation of the numbers below 2^20.
func permute(mac hash.Hash, list int64, x uint32) uint32 {
	const half = 1<<halfBits - 1
	left, right := x>>halfBits, x&half
	var input [13]byte
	var sum [sha256.Size]byte
	for round := range byte(rounds) {
		input[0] = round
		binary.BigEndian.PutUint64(input[1:], uint64(list))
		binary.BigEndian.PutUint32(input[9:], right)
		mac.Reset()
		mac.Write(input[:])
		left, right = right, left^binary.BigEndian.Uint32(mac.Sum(sum[:0]))&half
	}
	return left<<halfBits | right
}
