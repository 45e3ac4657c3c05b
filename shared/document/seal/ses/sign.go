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

// Sign is Signatory.Sign without a timestamp, for one signature.
func Sign(ctx context.Context, signer keys.Signer, seal, dataHash []byte, property string, at time.Time) ([]byte, error) {
	s, err := NewSignatory(signer, seal)
	if err != nil {
		return nil, err
	}
	return s.Sign(ctx, dataHash, property, at, nil)
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
