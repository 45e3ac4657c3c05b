package tsp

import (
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
)

// Request returns the DER of a TimeStampReq for a digest, which is that of the family
// (Algorithms.Sum). It asks the authority to include its certificates. The nonce must be a new random number; the
// response has to repeat it.
func Request(algorithms Algorithms, digest []byte, nonce *big.Int) ([]byte, error) {
	if len(digest) != keys.DigestSize {
		return nil, fmt.Errorf("tsp: a digest of %d bytes, want %d", len(digest), keys.DigestSize)
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(algorithms.digest().oid)
				b.AddASN1NULL()
			})
			b.AddASN1OctetString(digest)
		})
		b.AddASN1BigInt(nonce)
		b.AddASN1Boolean(true)
	})
	return b.Bytes()
}

// Answer returns the token, DER, in a TimeStampResp. Without one the error is
// ErrRefused with the status (RFC 3161, 2.4.2), or ErrMalformed.
func Answer(der []byte) ([]byte, error) {
	input := cryptobyte.String(der)
	var response, info, token cryptobyte.String
	var status int
	ok := len(der) <= signeddata.MaxBytes &&
		input.ReadASN1(&response, tag.SEQUENCE) && input.Empty() &&
		response.ReadASN1(&info, tag.SEQUENCE) && info.ReadASN1Integer(&status)
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: TimeStampResp", ErrMalformed)
	case status != 0 && status != 1:
		return nil, fmt.Errorf("%w: status %d", ErrRefused, status)
	case !response.ReadASN1Element(&token, tag.SEQUENCE) || !response.Empty():
		return nil, fmt.Errorf("%w: no token in an answer that grants one", ErrMalformed)
	}
	return token, nil
}
