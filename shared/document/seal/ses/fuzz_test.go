package ses

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/mutate"
)

// FuzzVerify changes one element of a specimen, or uses any bytes. Only an unchanged
// specimen verifies.
func FuzzVerify(f *testing.F) {
	specimens := readSpecimens(f)
	for which := range specimens {
		f.Add(uint8(which), uint16(0), uint8(0), []byte(nil), []byte(nil))
		for op := range uint8(9) {
			f.Add(uint8(which), uint16(5), op, []byte{4, 9, 1}, []byte(nil))
		}
	}
	f.Add(uint8(0), uint16(0), uint8(0), []byte(nil), []byte{0x30, 0x80, 0, 0})
	f.Add(uint8(0), uint16(0), uint8(0), []byte(nil), bytes.Repeat([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, 40))
	f.Fuzz(func(t *testing.T, which uint8, at uint16, op uint8, value, whole []byte) {
		s := specimens[int(which)%len(specimens)]
		der := whole
		if len(whole) == 0 {
			der = mutate.DER(s.signature, mutate.Edit{At: at, Op: op, Value: value})
		}
		got, err := Verify(der, s.expectedDocument())
		if err == nil && !bytes.Equal(der, s.signature) {
			t.Errorf("something else verifies: %x", der)
		}
		if err != nil && got == nil && !isReading(err) {
			t.Errorf("a reading error without a name: %v", err)
		}
	})
}

// FuzzSigned changes one element of the signed data, and signs the result. Whatever
// verifies meets every rule, checked here independently.
func FuzzSigned(f *testing.F) {
	w := newFixture(f)
	seal := w.seal(f, w.design())
	tbs, err := messageToSign(seal, hashOf(1), property, sealed)
	check(f, err)
	for op := range uint8(9) {
		for at := range uint16(mutate.Count(tbs) / 4) {
			f.Add(4*at, op, []byte{3, 200, 1})
		}
	}
	f.Add(uint16(mutate.Count(tbs)-3), uint8(0), []byte("20991231235959Z"))
	f.Fuzz(func(t *testing.T, at uint16, op uint8, value []byte) {
		changed := mutate.DER(tbs, mutate.Edit{At: at, Op: op, Value: value})
		der := signMessage(t, changed, w.signer, w.signer.Chain()[0])
		s, err := Verify(der, w.expectedDocument(seal))
		if err != nil {
			return
		}
		if !bytes.Equal(s.Seal.Raw, seal) || s.Property != property || !bytes.Equal(s.DataHash, hashOf(1)) {
			t.Errorf("another document verifies: %x", changed)
		}
		if s.At.Before(made) || s.At.After(ends) {
			t.Errorf("sealed at %v, when the seal could not be used", s.At)
		}
		writesTheSame(t, s, der)
	})
}

// FuzzParse parses any bytes as a signature and as a seal. Whatever is accepted is DER
// throughout and, in the form that this package writes, encodes to the same bytes.
func FuzzParse(f *testing.F) {
	for _, s := range readSpecimens(f) {
		f.Add(s.signature)
		f.Add(s.seal)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		s, err := Parse(der)
		switch {
		case err == nil:
			writesTheSame(t, s, der)
		case !isReading(err):
			t.Errorf("an error without a name: %v", err)
		}
		seal, err := ParseSeal(der)
		switch {
		case err == nil:
			writesTheSameSeal(t, seal, der)
		case !isReading(err):
			t.Errorf("an error without a name: %v", err)
		}
	})
}

// writesTheSame encodes a v4 signature that was read and compares the bytes.
func writesTheSame(t *testing.T, s *Signature, der []byte) {
	t.Helper()
	checkDER(t, der, 0)
	writesTheSameSeal(t, s.Seal, s.Seal.Raw)
	if s.Version != 4 || s.extensions != nil || s.At.Year() < 1950 || s.At.Year() > 9998 {
		return
	}
	tbs, err := messageToSign(s.Seal.Raw, s.DataHash, s.Property, s.At)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v", err)
	}
	if !bytes.Equal(tbs, s.signed) {
		t.Errorf("read\n%x\nand written\n%x", s.signed, tbs)
	}
}

func writesTheSameSeal(t *testing.T, s *Seal, der []byte) {
	t.Helper()
	if !bytes.Equal(s.Raw, der) {
		t.Error("the seal read is not the seal given")
	}
	checkDER(t, der, 0)
	if s.Version != 4 || s.extensions != nil || len(s.Digests) > 0 || !isWritable(s) {
		return
	}
	info, err := sealInfo(&s.Design)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v", err)
	}
	if !bytes.Equal(info, s.signed) {
		t.Errorf("read\n%x\nand written\n%x", s.signed, info)
	}
}

// isWritable reports whether sealInfo accepts the seal: a seal that ParseSeal accepts
// may lack the name and the image size that sealInfo requires.
func isWritable(s *Seal) bool {
	for _, at := range []time.Time{s.CreatedAt, s.From, s.Until} {
		if at.Year() > 9998 {
			return false
		}
	}
	return s.Name != "" && millimetres(s.Picture.Width) && millimetres(s.Picture.Height) && len(s.Picture.Data) <= maxBytes/2
}

// checkDER reads the structure with another decoder and requires the only encoding
// that DER allows.
func checkDER(t *testing.T, der []byte, depth int) {
	t.Helper()
	for rest := der; len(rest) > 0 && depth < 12; {
		var v asn1.RawValue
		after, err := asn1.Unmarshal(rest, &v)
		if err != nil {
			t.Fatalf("another decoder refuses %x: %v", rest, err)
		}
		again, err := asn1.Marshal(asn1.RawValue{Class: v.Class, Tag: v.Tag, IsCompound: v.IsCompound, Bytes: v.Bytes})
		if err != nil || !bytes.Equal(again, v.FullBytes) {
			t.Fatalf("%x is written %x, %v", v.FullBytes, again, err)
		}
		if v.IsCompound {
			checkDER(t, v.Bytes, depth+1)
		}
		rest = after
	}
}

func isReading(err error) bool {
	return errors.Is(err, ErrEncoding) || errors.Is(err, ErrVersion) || errors.Is(err, ErrExtension) || errors.Is(err, ErrTooLarge)
}

// expectedDocument returns the document of a specimen.
func (s specimen) expectedDocument() Expected {
	return Expected{Roots: s.roots, DataHash: hashOf(1), Seal: s.seal, Property: property}
}
