package forgery

import (
	"context"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// jws is a code or a receipt taken apart.
type jws struct {
	header, payload string // as JSON
	signature       []byte // r || s
}

func openJWS(text string) jws {
	var parts [3][]byte
	for i, part := range strings.SplitN(text, ".", 3) {
		data := must.Get(base64.RawURLEncoding.DecodeString(part))
		parts[i] = data
	}
	return jws{string(parts[0]), string(parts[1]), parts[2]}
}

func encodeBase64URL(data string) string { return base64.RawURLEncoding.EncodeToString([]byte(data)) }

// text puts it together, whether the signature fits or not.
func (j jws) text() string {
	return encodeBase64URL(j.header) + "." + encodeBase64URL(j.payload) + "." + encodeBase64URL(string(j.signature))
}

// withHeader and withPayload change one part and leave the signature; withSignature changes only that.
func (j jws) withHeader(header string) jws   { j.header = header; return j }
func (j jws) withPayload(payload string) jws { j.payload = payload; return j }

func (j jws) withSignature(value []byte) jws { j.signature = value; return j }

// signWith signs what it says now.
func (j jws) signWith(ctx context.Context, key keys.Signer) jws {
	sum := sha256.Sum256([]byte(encodeBase64URL(j.header) + "." + encodeBase64URL(j.payload)))
	der := must.Get(key.Sign(ctx, sum[:]))
	var value struct{ R, S *big.Int }
	must.Get(asn1.Unmarshal(der, &value))
	j.signature = rawSignature(value.R, value.S)
	return j
}

func rawSignature(r, s *big.Int) []byte {
	b := make([]byte, 64)
	r.FillBytes(b[:32])
	s.FillBytes(b[32:])
	return b
}

// brokenSignatures are values that are none of the text, each with what was done.
func (j jws) brokenSignatures() []named[[]byte] {
	order := elliptic.P256().Params().N
	r, s := new(big.Int).SetBytes(j.signature[:32]), new(big.Int).SetBytes(j.signature[32:])
	der, _ := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	flipped := func(at int) []byte {
		b := []byte(string(j.signature))
		b[at] ^= 1
		return b
	}
	return []named[[]byte]{
		{"one bit of r changed", flipped(3)},
		{"one bit of s changed", flipped(60)},
		{"zeros", make([]byte, 64)},
		{"r = 1, s = 1", rawSignature(big.NewInt(1), big.NewInt(1))},
		{"r and s of the order", rawSignature(order, order)},
		{"halves exchanged", rawSignature(s, r)},
		{"DER", der},
		{"a byte short", j.signature[:63]},
		{"a byte long", append([]byte(string(j.signature)), 0)},
		{"r alone", j.signature[:32]},
		{"empty", nil},
		{"r negated", rawSignature(new(big.Int).Sub(order, r), s)},
	}
}

// named is something with what was done to make it.
type named[T any] struct {
	name string
	what T
}
