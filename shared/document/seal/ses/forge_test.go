package ses

import (
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// forge signs without checking that the signer may.
func (w *fixture) forge(t testing.TB, seal []byte, signer keys.Signer, at time.Time) []byte {
	t.Helper()
	tbs, err := messageToSign(seal, hashOf(1), property, at)
	check(t, err)
	return signMessage(t, tbs, signer, signer.Chain()[0])
}

func signMessage(t testing.TB, message []byte, signer keys.Signer, certificate []byte) []byte {
	t.Helper()
	value, err := signSM2(t.Context(), signer, message)
	check(t, err)
	return sequence(t, func(b *cryptobyte.Builder) {
		b.AddBytes(message)
		b.AddASN1OctetString(certificate)
		b.AddASN1ObjectIdentifier(algorithm())
		b.AddASN1BitString(value)
	})
}

func sequence(t testing.TB, fields func(b *cryptobyte.Builder)) []byte {
	t.Helper()
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, fields)
	der, err := b.Bytes()
	check(t, err)
	return der
}

// variant is a difference that a seal of another maker's software may have.
type variant struct{ list, tail func(b *cryptobyte.Builder) }

func listOfDigests(sum []byte) variant {
	return variant{list: func(b *cryptobyte.Builder) {
		b.AddASN1Int64(digests)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.PrintableString, func(b *cryptobyte.Builder) { b.AddBytes([]byte("SM3")) })
				b.AddASN1OctetString(sum)
			})
		})
	}}
}

func extendedVariant(w *fixture, critical, tagged bool) variant {
	list := func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(algorithm())
				if critical {
					b.AddASN1Boolean(true)
				}
				b.AddASN1OctetString([]byte("x"))
			})
		})
	}
	tail := list
	if tagged {
		tail = func(b *cryptobyte.Builder) { b.AddASN1(asn1.Tag(0).Constructed().ContextSpecific(), list) }
	}
	return variant{list: listOfOne(w), tail: tail}
}

func listOfOne(w *fixture) func(b *cryptobyte.Builder) {
	return func(b *cryptobyte.Builder) {
		b.AddASN1Int64(certificates)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1OctetString(w.signer.Chain()[0]) })
	}
}

func (w *fixture) sealWith(t testing.TB, v variant) []byte {
	t.Helper()
	info := sequence(t, func(b *cryptobyte.Builder) {
		addHeader(b, 4, "变体测试章", v.list, (*cryptobyte.Builder).AddASN1GeneralizedTime)
		if v.tail != nil {
			v.tail(b)
		}
	})
	return signMessage(t, info, w.maker, w.maker.Chain()[0])
}

func addHeader(b *cryptobyte.Builder, version int64, name string, list func(*cryptobyte.Builder), clock func(*cryptobyte.Builder, time.Time)) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		addIA5(b, "ES")
		b.AddASN1Int64(version)
		addIA5(b, "Other")
	})
	addIA5(b, "TEST-0002")
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(asn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
		list(b)
		clock(b, made)
		clock(b, made)
		clock(b, ends)
	})
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		addIA5(b, "PNG")
		b.AddASN1OctetString([]byte("picture"))
		b.AddASN1Int64(40)
		b.AddASN1Int64(40)
	})
}

// makeOldSeal makes a v1 seal and a v1 signature with it.
func (w *fixture) makeOldSeal(t testing.TB) (seal, value []byte) {
	t.Helper()
	list := func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1OctetString(w.signer.Chain()[0]) })
	}
	info := sequence(t, func(b *cryptobyte.Builder) {
		addHeader(b, 1, "旧版测试章", list, (*cryptobyte.Builder).AddASN1UTCTime)
	})
	covered := sequence(t, func(b *cryptobyte.Builder) {
		b.AddBytes(info)
		b.AddASN1OctetString(w.maker.Chain()[0])
		b.AddASN1ObjectIdentifier(algorithm())
	})
	signature, err := signSM2(t.Context(), w.maker, covered)
	check(t, err)
	seal = sequence(t, func(b *cryptobyte.Builder) {
		b.AddBytes(info)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1OctetString(w.maker.Chain()[0])
			b.AddASN1ObjectIdentifier(algorithm())
			b.AddASN1BitString(signature)
		})
	})
	return seal, w.oldSignature(t, seal)
}

func (w *fixture) oldSignature(t testing.TB, seal []byte) []byte {
	t.Helper()
	var clock cryptobyte.Builder
	clock.AddASN1UTCTime(sealed)
	tbs := sequence(t, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddBytes(seal)
		b.AddASN1BitString(clock.BytesOrPanic())
		b.AddASN1BitString(hashOf(1))
		addIA5(b, property)
		b.AddASN1OctetString(w.signer.Chain()[0])
		b.AddASN1ObjectIdentifier(algorithm())
	})
	value, err := signSM2(t.Context(), w.signer, tbs)
	check(t, err)
	return sequence(t, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddASN1BitString(value)
	})
}
