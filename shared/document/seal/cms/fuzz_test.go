package cms

import (
	"bytes"
	"crypto/x509"
	"errors"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/internal/mutate"
	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
)

// FuzzMutated changes one element of a signature, or uses any bytes. Whatever verifies
// names its signer, matches one content only, and encodes to the same bytes.
func FuzzMutated(f *testing.F) {
	w := newFixture(f)
	good, err := Sign(f.Context(), w, sum("文件"))
	if err != nil {
		f.Fatal(err)
	}
	for at := range uint16(mutate.Count(good)) {
		f.Add(at, uint8(at%9), []byte{byte(at), 1, 1}, false)
	}
	f.Add(uint16(0), uint8(0), bytes.Repeat([]byte{0x30, 0x84, 0, 0, 0xff, 0xff}, 100), true)
	f.Add(uint16(0), uint8(0), []byte{0x30, 0x80, 0, 0}, true)
	f.Fuzz(func(t *testing.T, at uint16, op uint8, value []byte, whole bool) {
		der := value
		if !whole {
			der = mutate.DER(good, mutate.Edit{At: at, Op: op, Value: value})
		}
		var signed *Signed
		var err error
		cost := measure.Of(func() { signed, err = Verify(der, sum("文件")) })
		if limit := uint64(200*len(der) + 256<<10); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(der), limit)
		}
		if err != nil {
			checkNamedError(t, err)
			return
		}
		if !bytes.Equal(signed.Certificate.Raw, w.chain[0]) {
			t.Errorf("signed by %v", signed.Certificate.Subject)
		}
		if _, err := Verify(der, sum("别的")); !errors.Is(err, ErrContent) {
			t.Errorf("it verifies for another content as well: %v", err)
		}
		checkRewrite(t, der, signed)
	})
}

// FuzzSigned changes one element of the signed attributes and signs them. Whatever
// verifies states the expected digest and certificate.
func FuzzSigned(f *testing.F) {
	w := newFixture(f)
	leaf, err := x509.ParseCertificate(w.chain[0])
	if err != nil {
		f.Fatal(err)
	}
	attributes, err := signedAttributes(leaf, sum("文件"))
	if err != nil {
		f.Fatal(err)
	}
	for at := range uint16(mutate.Count(attributes)) {
		for op := range uint8(9) {
			f.Add(at, op, []byte{3, 1, 1})
		}
	}
	hash := sum(string(leaf.Raw))
	f.Fuzz(func(t *testing.T, at uint16, op uint8, value []byte) {
		changed := mutate.DER(attributes, mutate.Edit{At: at, Op: op, Value: value})
		if len(changed) > signeddata.MaxBytes {
			return
		}
		signature, err := w.Sign(t.Context(), sum(string(signeddata.Encode(0x31, changed))))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := signedData([]*x509.Certificate{leaf}, changed, signature, nil)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := Verify(whole, sum("文件"))
		if err != nil {
			checkNamedError(t, err)
			return
		}
		if !bytes.Contains(changed, sum("文件")) || !bytes.Contains(changed, hash) {
			t.Errorf("%x states neither digest nor certificate", changed)
		}
		checkRewrite(t, whole, signed)
	})
}

func checkNamedError(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrContent) && !errors.Is(err, ErrSignature) {
		t.Errorf("an error without a name: %v", err)
	}
}

// checkRewrite encodes a signature that was read and compares the bytes.
func checkRewrite(t *testing.T, der []byte, signed *Signed) {
	t.Helper()
	m, err := parse(der)
	if err != nil {
		t.Fatal(err)
	}
	chain := slices.Concat([]*x509.Certificate{signed.Certificate}, signed.Chain)
	again, err := signedData(chain, m.attributes, m.value, signed.Timestamp)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, der) {
		t.Errorf("read\n%x\nand written\n%x", der, again)
	}
}
