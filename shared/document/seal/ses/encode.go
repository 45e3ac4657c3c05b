package ses

import (
	"math"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// certificates is the SES_CertList type 1: whole certificates, not digests.
const (
	certificates = 1
	digests      = 2
)

// sealInfo encodes SES_SealInfo, the part of a seal that its maker signs.
func sealInfo(d *Design) ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			addIA5(b, "ES")
			b.AddASN1Int64(4)
			addIA5(b, d.Vendor)
		})
		addIA5(b, d.ID)
		addProperty(b, d)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			addIA5(b, d.Picture.Type)
			b.AddASN1OctetString(d.Picture.Data)
			b.AddASN1Int64(int64(d.Picture.Width))
			b.AddASN1Int64(int64(d.Picture.Height))
		})
	})
	return b.Bytes()
}

func addProperty(b *cryptobyte.Builder, d *Design) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(int64(d.Kind))
		b.AddASN1(asn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(d.Name)) })
		b.AddASN1Int64(certificates)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, der := range d.Signers {
				b.AddASN1OctetString(der)
			}
		})
		b.AddASN1GeneralizedTime(instant(d.CreatedAt))
		b.AddASN1GeneralizedTime(instant(d.From))
		b.AddASN1GeneralizedTime(instant(d.Until))
	})
}

// check refuses a design that the reader of this package would refuse.
func (d *Design) check() error {
	switch {
	case !isIA5(d.ID), !isIA5(d.Vendor), !isIA5(d.Picture.Type):
		return fail("design: number, vendor and picture type are plain ASCII")
	case d.Name == "" || len(d.Name) > maxText || !utf8.ValidString(d.Name):
		return fail("design: a seal has a name, of a kilobyte at most")
	case len(d.ID) > maxText || len(d.Vendor) > maxText || len(d.Picture.Type) > maxText || len(d.Picture.Data) > maxBytes/2:
		return ErrTooLarge
	case len(d.Signers) == 0 || len(d.Signers) > maxSigners:
		return fail("design: number of signers")
	case d.Until.Before(d.From):
		return fail("design: ends before it begins")
	case !millimetres(d.Picture.Width) || !millimetres(d.Picture.Height):
		return fail("design: picture size")
	}
	return nil
}

func addIA5(b *cryptobyte.Builder, s string) {
	b.AddASN1(asn1.IA5String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(s)) })
}

func isIA5(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return s != ""
}

func millimetres(n int) bool { return n > 0 && n <= math.MaxInt16 }

// instant returns the time as it is encoded: UTC, whole seconds.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
