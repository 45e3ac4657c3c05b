package ses

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

func TestASealedDocumentVerifies(t *testing.T) {
	w := newFixture(t)
	seal := w.seal(t, w.design())
	s, err := Verify(w.sign(t, seal), w.expectedDocument(seal))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.design(), s.Seal.Design); diff != "" {
		t.Error("the seal says something else:", diff)
	}
	if !s.At.Equal(sealed) || s.Property != property || s.Version != 4 {
		t.Errorf("got %v, %q, version %d", s.At, s.Property, s.Version)
	}
}

// What precedes the property is digested once, and is another if the property is longer.
func TestASignatorySignsManyDocuments(t *testing.T) {
	w := newFixture(t)
	seal := w.seal(t, w.design())
	s, err := NewSignatory(w.signer, seal)
	check(t, err)
	for i, of := range []string{property, property, "/" + strings.Repeat("x", 200), property} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for n := range byte(3) {
				der, err := s.Sign(t.Context(), hashOf(n), of, sealed.Add(time.Duration(n)*time.Minute), nil)
				check(t, err)
				e := w.expectedDocument(seal)
				e.DataHash, e.Property = hashOf(n), of
				if _, err := Verify(der, e); err != nil {
					t.Errorf("document %d: %v", n, err)
				}
			}
		})
	}
}

func TestEveryChangedByteOfASignatureIsNoticed(t *testing.T) {
	w := newFixture(t)
	seal := w.seal(t, w.design())
	good := w.sign(t, seal)
	for i := range good {
		changed := bytes.Clone(good)
		changed[i] ^= 1 << (i % 8)
		if _, err := Verify(changed, w.expectedDocument(seal)); err == nil {
			t.Errorf("byte %d of %d changed, and it verifies", i, len(good))
		}
	}
}

func TestEachRuleHasItsError(t *testing.T) {
	w, stranger := newFixture(t), newFixture(t)
	seal := w.seal(t, w.design())
	other := w.design()
	other.Name = "另一枚测试章"
	byStranger := func(t *testing.T) ([]byte, Expected) {
		d := w.design()
		theirs, err := NewSeal(t.Context(), stranger.maker, d)
		check(t, err)
		return w.sign(t, theirs), w.expectedDocument(theirs)
	}
	tests := map[string]struct {
		make func(t *testing.T) ([]byte, Expected)
		want error
	}{
		"a changed document": {func(t *testing.T) ([]byte, Expected) {
			e := w.expectedDocument(seal)
			e.DataHash = hashOf(2)
			return w.sign(t, seal), e
		}, ErrDataHash},
		"another seal beside the document": {func(t *testing.T) ([]byte, Expected) {
			return w.sign(t, seal), w.expectedDocument(w.seal(t, other))
		}, ErrSealDiffers},
		"a signature moved elsewhere in the package": {func(t *testing.T) ([]byte, Expected) {
			e := w.expectedDocument(seal)
			e.Property = "/Doc_0/Signs/Sign_1/Signature.xml"
			return w.sign(t, seal), e
		}, ErrProperty},
		"a maker of another authority": {byStranger, ErrMakerTrust},
		"no authority at all": {func(t *testing.T) ([]byte, Expected) {
			e := w.expectedDocument(seal)
			e.Roots = nil
			return w.sign(t, seal), e
		}, ErrSignerTrust},
		"a signer the seal does not name": {func(t *testing.T) ([]byte, Expected) {
			return w.forge(t, seal, w.maker, sealed), w.expectedDocument(seal)
		}, ErrSignerUnlisted},
		"a signer of another authority": {func(t *testing.T) ([]byte, Expected) {
			d := w.design()
			d.Signers = [][]byte{stranger.signer.Chain()[0]}
			theirs := w.seal(t, d)
			return w.forge(t, theirs, stranger.signer, sealed), w.expectedDocument(theirs)
		}, ErrSignerTrust},
		"before the seal may be used": {func(t *testing.T) ([]byte, Expected) {
			d := w.design()
			d.From = sealed.Add(time.Second)
			later := w.seal(t, d)
			return w.forge(t, later, w.signer, sealed), w.expectedDocument(later)
		}, ErrSealPeriod},
		"after the seal has expired": {func(t *testing.T) ([]byte, Expected) {
			d := w.design()
			d.Until = sealed.Add(-time.Second)
			old := w.seal(t, d)
			return w.forge(t, old, w.signer, sealed), w.expectedDocument(old)
		}, ErrSealPeriod},
		"after the signer's certificate has expired": {func(t *testing.T) ([]byte, Expected) {
			d := w.design()
			d.Until = ends.AddDate(10, 0, 0)
			long := w.seal(t, d)
			return w.forge(t, long, w.signer, ends.AddDate(1, 0, 0)), w.expectedDocument(long)
		}, ErrSignerPeriod},
		"a seal changed after it was made": {func(t *testing.T) ([]byte, Expected) {
			changed := bytes.Replace(seal, []byte("picture"), []byte("forgery"), 1)
			return w.forge(t, changed, w.signer, sealed), w.expectedDocument(changed)
		}, ErrMakerSignature},
		"a signature of someone else under the signer's name": {func(t *testing.T) ([]byte, Expected) {
			return w.forge(t, seal, mismatchedSigner{w.maker, w.signer.Chain()}, sealed), w.expectedDocument(seal)
		}, ErrSignature},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			der, e := tt.make(t)
			if _, err := Verify(der, e); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// mismatchedSigner signs with one key and has the certificate of another.
type mismatchedSigner struct {
	keys.Signer
	chain [][]byte
}

func (i mismatchedSigner) Chain() [][]byte { return i.chain }

// A certificate without a key usage may not sign.
func TestACertificateWithoutAKeyUsageIsNotTrusted(t *testing.T) {
	w := newFixture(t)
	for usage, want := range map[x509.KeyUsage]error{
		0: ErrSignerTrust, x509.KeyUsageKeyAgreement: ErrSignerTrust, x509.KeyUsageDigitalSignature: nil, x509.KeyUsageContentCommitment: nil,
	} {
		w.usage = usage
		w.signer = w.issue(t, "测试签章者", made, ends)
		seal := w.seal(t, w.design())
		if _, err := Verify(w.sign(t, seal), w.expectedDocument(seal)); !errors.Is(err, want) {
			t.Errorf("key usage %d: got %v, want %v", usage, err, want)
		}
	}
}

func TestSignRefusesWhatWouldNotVerify(t *testing.T) {
	w := newFixture(t)
	seal := w.seal(t, w.design())
	if _, err := Sign(t.Context(), w.maker, seal, hashOf(1), property, sealed); !errors.Is(err, ErrSigner) {
		t.Errorf("a signer the seal does not name: got %v", err)
	}
	if _, err := Sign(t.Context(), w.signer, seal, hashOf(1), property, ends.Add(time.Hour)); !errors.Is(err, ErrSealPeriod) {
		t.Errorf("an expired seal: got %v", err)
	}
	if _, err := Sign(t.Context(), w.signer, seal, []byte("short"), property, sealed); !errors.Is(err, ErrEncoding) {
		t.Errorf("no SM3 hash: got %v", err)
	}
	if _, err := Sign(t.Context(), w.signer, seal[:40], hashOf(1), property, sealed); !errors.Is(err, ErrEncoding) {
		t.Errorf("no seal: got %v", err)
	}
}

func TestASealMayListDigestsOfItsSigners(t *testing.T) {
	w := newFixture(t)
	sum := sm3.Sum(w.signer.Chain()[0])
	seal := w.sealWith(t, listOfDigests(sum[:]))
	if _, err := Verify(w.sign(t, seal), w.expectedDocument(seal)); err != nil {
		t.Fatal(err)
	}
	sum[0] ^= 1
	seal = w.sealWith(t, listOfDigests(sum[:]))
	if _, err := Verify(w.forge(t, seal, w.signer, sealed), w.expectedDocument(seal)); !errors.Is(err, ErrSignerUnlisted) {
		t.Errorf("got %v, want %v", err, ErrSignerUnlisted)
	}
}

func TestExtensions(t *testing.T) {
	w := newFixture(t)
	tests := map[string]struct {
		critical, tagged bool
		want             error
	}{
		"one that is not critical is passed over":         {false, false, nil},
		"so is one in a tag, as the standard's text says": {false, true, nil},
		"a critical one is refused":                       {true, false, ErrExtension},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseSeal(w.sealWith(t, extendedVariant(w, tt.critical, tt.tagged)))
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestTheOldStructureIsRead(t *testing.T) {
	w := newFixture(t)
	seal, value := w.makeOldSeal(t)
	e := w.expectedDocument(seal)
	s, err := Verify(value, e)
	if err != nil {
		t.Fatal(err)
	}
	if s.Version != 1 || !s.At.Equal(sealed) || s.Seal.Name != "旧版测试章" {
		t.Errorf("got version %d, %v, %q", s.Version, s.At, s.Seal.Name)
	}
	for i := range value {
		changed := bytes.Clone(value)
		changed[i] ^= 1
		if _, err := Verify(changed, e); err == nil {
			t.Errorf("byte %d of %d changed, and it verifies", i, len(value))
		}
	}
}

func BenchmarkSign(b *testing.B) {
	w := newFixture(b)
	d := w.design()
	d.Picture.Data = make([]byte, 15<<10)
	seal := w.seal(b, d)
	b.ReportAllocs()
	for b.Loop() {
		w.sign(b, seal)
	}
}

// What is remembered of a good signature does not help a bad one.
func TestASealThatIsRememberedIsStillVerified(t *testing.T) {
	w := newFixture(t)
	later := ends.AddDate(1, 0, 0)
	w.signer = w.issue(t, "测试签章者", made, later) // longer than its authority
	d := w.design()
	d.Signers, d.Until = [][]byte{w.signer.Chain()[0]}, later
	seal := w.seal(t, d)
	for range 2 {
		if _, err := Verify(w.sign(t, seal), w.expectedDocument(seal)); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.roots.seals) != 1 || len(w.roots.chains) != 2 {
		t.Errorf("%d seals and %d chains are remembered", len(w.roots.seals), len(w.roots.chains))
	}
	if _, err := Verify(w.forge(t, seal, w.signer, ends.AddDate(0, 1, 0)), w.expectedDocument(seal)); !errors.Is(err, ErrSignerTrust) {
		t.Errorf("after the end of the authority: %v", err)
	}
	for i := range seal {
		changed := bytes.Clone(seal)
		changed[i] ^= 1
		s, err := ParseSeal(changed)
		if err == nil && s.Verify(w.roots) == nil {
			t.Errorf("byte %d of the seal may change", i)
		}
	}
	other := newFixture(t)
	if _, err := Verify(w.sign(t, seal), other.expectedDocument(seal)); !errors.Is(err, ErrMakerTrust) || !errors.Is(err, ErrSignerTrust) {
		t.Errorf("with the roots of others: %v", err)
	}
}
