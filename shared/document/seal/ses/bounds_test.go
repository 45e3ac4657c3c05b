package ses

import (
	"bytes"
	"errors"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/internal/measure"
)

// costPerByte is how many bytes a reader may allocate for each input byte: a seal is
// copied once, and slices grow by doubling.
const costPerByte = 40

func TestEachBoundHolds(t *testing.T) {
	w := newFixture(t)
	certificate := w.signer.Chain()[0]
	list := func(n int, der []byte) variant {
		return variant{list: func(b *cryptobyte.Builder) {
			b.AddASN1Int64(certificates)
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for range n {
					b.AddASN1OctetString(der)
				}
			})
		}}
	}
	extensions := func(n int) variant {
		return variant{list: listOfOne(w), tail: func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for range n {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1ObjectIdentifier(algorithm())
						b.AddASN1OctetString(nil)
					})
				}
			})
		}}
	}
	small := []byte{0x30, 0}
	tests := map[string]struct {
		seal []byte
		want error
	}{
		"as many signers as may be":    {w.sealWith(t, list(maxSigners, small)), nil},
		"one signer more":              {w.sealWith(t, list(maxSigners+1, small)), ErrTooLarge},
		"thousands of signers":         {w.sealWith(t, list(100_000, nil)), ErrTooLarge},
		"no signer":                    {w.sealWith(t, list(0, nil)), ErrEncoding},
		"a certificate of any size":    {w.sealWith(t, list(1, make([]byte, maxCertificate+1))), ErrTooLarge},
		"as many extensions as may be": {w.sealWith(t, extensions(maxExtensions)), nil},
		"one extension more":           {w.sealWith(t, extensions(maxExtensions+1)), ErrTooLarge},
		"thousands of extensions":      {w.sealWith(t, extensions(50_000)), ErrTooLarge},
		"more bytes than any seal":     {w.sealWith(t, list(64, make([]byte, maxCertificate))), ErrTooLarge},
		"a real certificate":           {w.sealWith(t, list(1, certificate)), nil},
		"a thousand levels":            {bytes.Repeat([]byte{0x30, 0x84, 0, 15, 0, 0}, 1000), ErrEncoding},
		"a length of four gigabytes":   {[]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30}, ErrEncoding},
		"a length in a hundred bytes":  {append([]byte{0x30, 0xe4}, make([]byte, 120)...), ErrEncoding},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var err error
			cost := measure.Of(func() { _, err = ParseSeal(tt.seal) })
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if limit := uint64(costPerByte*len(tt.seal) + 16<<10); cost.Bytes > limit {
				t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(tt.seal), limit)
			}
		})
	}
}
