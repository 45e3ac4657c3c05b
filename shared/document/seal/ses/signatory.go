package ses

import (
	"bytes"
	"context"
	"encoding"
	"fmt"
	"hash"
	"sync/atomic"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// Signatory seals documents with one seal. What it signs begins with the seal, which is digested once.
// It is safe for concurrent use.
type Signatory struct {
	signer keys.Signer
	seal   *Seal
	begun  atomic.Pointer[begunDigest]
}

// begunDigest is the state of the digest after head, with which a message to sign begins.
type begunDigest struct{ head, state []byte }

// NewSignatory returns the Signatory of a signer and a seal, DER. The error is ErrSigner for a signer
// that is not SM2, and otherwise that of ParseSeal.
func NewSignatory(signer keys.Signer, seal []byte) (*Signatory, error) {
	s, err := ParseSeal(seal)
	if err != nil {
		return nil, err
	}
	if !keys.IsSM2(signer.PublicKey()) {
		return nil, ErrSigner
	}
	return &Signatory{signer: signer, seal: s}, nil
}

// TimestampFunc returns a timestamp token (RFC 3161, DER) over a signature's value.
type TimestampFunc func(ctx context.Context, value []byte) ([]byte, error)

// Sign seals a document and returns SES_Signature, v4, as DER: the content of SignedValue.dat.
// dataHash is the SM3 of the stored bytes of Signature.xml, property its absolute path in the
// package, at the time of sealing, truncated to the second. The seal must name the signer, and at
// must be in the seal's period of use. The signature's value gets a timestamp unless timestamp is
// nil.
func (s *Signatory) Sign(ctx context.Context, dataHash []byte, property string, at time.Time, timestamp TimestampFunc) ([]byte, error) {
	if err := mayUse(s.signer, s.seal, instant(at)); err != nil {
		return nil, err
	}
	if len(dataHash) != sm3.Size || !isIA5(property) {
		return nil, fail("sign: data hash or property")
	}
	tbs, err := messageToSign(s.seal.Raw, dataHash, property, at)
	if err != nil {
		return nil, fmt.Errorf("ses: sign: %w", err)
	}
	digest, err := s.digest(tbs)
	if err != nil {
		return nil, fmt.Errorf("ses: sign: %w", err)
	}
	value, err := s.signer.Sign(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("ses: sign: %w", err)
	}
	var token []byte
	if timestamp != nil {
		if token, err = timestamp(ctx, value); err != nil {
			return nil, fmt.Errorf("ses: timestamp: %w", err)
		}
	}
	certificate := s.signer.Chain()[0]
	b := cryptobyte.NewBuilder(make([]byte, 0, len(tbs)+len(certificate)+len(token)+256))
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddASN1OctetString(certificate)
		b.AddASN1ObjectIdentifier(algorithm())
		b.AddASN1BitString(value)
		if len(token) > 0 {
			b.AddASN1(asn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1BitString(token) })
		}
	})
	return b.Bytes()
}

// messageToSign writes TBS_Sign.
func messageToSign(seal, dataHash []byte, property string, at time.Time) ([]byte, error) {
	b := cryptobyte.NewBuilder(make([]byte, 0, len(seal)+256))
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(4)
		b.AddBytes(seal)
		b.AddASN1GeneralizedTime(instant(at))
		b.AddASN1BitString(dataHash)
		addIA5(b, property)
	})
	return b.Bytes()
}

// digest returns SM3(ZA || message), as keys.SM2Digest does.
func (s *Signatory) digest(message []byte) ([]byte, error) {
	end := bytes.Index(message, s.seal.Raw) + len(s.seal.Raw)
	begun := s.begun.Load()
	if begun == nil || !bytes.Equal(begun.head, message[:end]) {
		h, err := keys.NewSM2Hash(s.signer.PublicKey())
		if err != nil {
			return nil, err
		}
		h.Write(message[:end])
		state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			return nil, err
		}
		begun = &begunDigest{bytes.Clone(message[:end]), state}
		s.begun.Store(begun)
	}
	h, err := resume(begun.state)
	if err != nil {
		return nil, err
	}
	h.Write(message[end:])
	return h.Sum(nil), nil
}

func resume(state []byte) (hash.Hash, error) {
	h := sm3.New()
	return h, h.(encoding.BinaryUnmarshaler).UnmarshalBinary(state)
}
