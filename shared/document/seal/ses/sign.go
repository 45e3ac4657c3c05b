package ses

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// ErrSigner reports a signer that cannot sign: not SM2, without a certificate,
// or not one the seal names.
var ErrSigner = errors.New("ses: this key may not sign here")

// NewSeal signs a design with the maker's key and returns the seal, v4, as DER. If the
// maker has no SM2 key with a certificate, the error is ErrSigner.
func NewSeal(ctx context.Context, maker keys.Signer, d Design) ([]byte, error) {
	info, err := sealInfo(&d)
	if err != nil {
		return nil, err
	}
	value, err := signSM2(ctx, maker, info)
	if err != nil {
		return nil, fmt.Errorf("ses: make seal: %w", err)
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(info)
		b.AddASN1OctetString(maker.Chain()[0])
		b.AddASN1ObjectIdentifier(algorithm())
		b.AddASN1BitString(value)
	})
	return b.Bytes()
}

// Sign seals a document and returns SES_Signature, v4, as DER: the content of
// SignedValue.dat. dataHash is the SM3 of the stored bytes of Signature.xml, property
// its absolute path in the package, at the time of sealing, truncated to the second.
// The seal (DER) must name the signer, and at must be in the seal's period of use.
func Sign(ctx context.Context, signer keys.Signer, seal, dataHash []byte, property string, at time.Time) ([]byte, error) {
	return SignWithTimestamp(ctx, signer, seal, dataHash, property, at, nil)
}

// TimestampFunc returns a timestamp token (RFC 3161, DER) over a signature's value.
type TimestampFunc func(ctx context.Context, value []byte) ([]byte, error)

// SignWithTimestamp is Sign with a timestamp over the signature's value. With a nil
// timestamp it is Sign.
func SignWithTimestamp(ctx context.Context, signer keys.Signer, seal, dataHash []byte, property string, at time.Time, timestamp TimestampFunc) ([]byte, error) {
	s, err := ParseSeal(seal)
	if err != nil {
		return nil, err
	}
	if err := mayUse(signer, s, instant(at)); err != nil {
		return nil, err
	}
	if len(dataHash) != sm3.Size || !isIA5(property) {
		return nil, fail("sign: data hash or property")
	}
	tbs, err := messageToSign(seal, dataHash, property, at)
	if err != nil {
		return nil, fmt.Errorf("ses: sign: %w", err)
	}
	value, err := signSM2(ctx, signer, tbs)
	if err != nil {
		return nil, fmt.Errorf("ses: sign: %w", err)
	}
	var token []byte
	if timestamp != nil {
		if token, err = timestamp(ctx, value); err != nil {
			return nil, fmt.Errorf("ses: timestamp: %w", err)
		}
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddASN1OctetString(signer.Chain()[0])
		b.AddASN1ObjectIdentifier(algorithm())
		b.AddASN1BitString(value)
		if len(token) > 0 {
			b.AddASN1(asn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1BitString(token) })
		}
	})
	return b.Bytes()
}

func mayUse(signer keys.Signer, s *Seal, at time.Time) error {
	chain := signer.Chain()
	switch {
	case s.Version != 4:
		return ErrVersion
	case len(chain) == 0 || !s.names(chain[0]):
		return ErrSigner
	case at.Before(s.From) || at.After(s.Until):
		return ErrSealPeriod
	}
	return nil
}

// names reports whether the seal lists a signer's certificate.
func (s *Seal) names(der []byte) bool {
	if slices.ContainsFunc(s.Signers, func(c []byte) bool { return bytes.Equal(c, der) }) {
		return true
	}
	sum := sm3.Sum(der)
	return slices.ContainsFunc(s.Digests, func(d []byte) bool { return bytes.Equal(d, sum[:]) })
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

func signSM2(ctx context.Context, signer keys.Signer, message []byte) ([]byte, error) {
	if len(signer.Chain()) == 0 || !keys.IsSM2(signer.PublicKey()) {
		return nil, ErrSigner
	}
	digest, err := keys.SM2Digest(signer.PublicKey(), message)
	if err != nil {
		return nil, err
	}
	return signer.Sign(ctx, digest)
}
