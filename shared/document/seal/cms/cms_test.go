package cms

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
)

// fixture is a root, an issuing authority and a signer certified by it.
type fixture struct {
	key   *ecdsa.PrivateKey
	chain [][]byte
	root  *x509.Certificate
}

func (w *fixture) PublicKey() crypto.PublicKey { return w.key.Public() }
func (w *fixture) Chain() [][]byte             { return w.chain }

func (w *fixture) Sign(_ context.Context, digest []byte) ([]byte, error) {
	return ecdsa.SignASN1(rand.Reader, w.key, digest)
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	issue := func(name string, serial int64, ca bool, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
			IsCA: ca, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
		}
		if ca {
			c.KeyUsage = x509.KeyUsageCertSign
		}
		if parent == nil {
			parent, by = c, key
		}
		raw, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		c, err = x509.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	root, rootKey := issue("根", 1, true, nil, nil)
	authority, authorityKey := issue("中级", 2, true, root, rootKey)
	leaf, key := issue("签章", 3, false, authority, authorityKey)
	return &fixture{key: key, chain: [][]byte{leaf.Raw, authority.Raw, root.Raw}, root: root}
}

func sum(s string) []byte {
	d := sha256.Sum256([]byte(s))
	return d[:]
}

// longKey returns an authority with a key so long that checking one signature takes
// seconds.
func (w *fixture) longKey(t testing.TB) *x509.Certificate {
	t.Helper()
	n := new(big.Int).Lsh(big.NewInt(1), 100_000)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(9), Subject: w.root.Subject, NotBefore: w.root.NotBefore, NotAfter: w.root.NotAfter,
		IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, c, &rsa.PublicKey{N: n.Sub(n, big.NewInt(1)), E: 1<<31 - 1}, w.key)
	if err != nil {
		t.Fatal(err)
	}
	c, err = x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSignThenVerify(t *testing.T) {
	w := newFixture(t)
	der, err := Sign(t.Context(), w, sum("文件"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Verify(der, sum("文件"))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{got.Certificate.Subject.CommonName}
	for _, c := range got.Chain {
		names = append(names, c.Subject.CommonName)
	}
	if diff := cmp.Diff([]string{"签章", "中级"}, names); diff != "" {
		t.Error(diff)
	}
	if len(der) > 2000 {
		t.Errorf("%d bytes", len(der))
	}
}

func TestVerifyRefuses(t *testing.T) {
	w, other := newFixture(t), newFixture(t)
	good, err := Sign(t.Context(), w, sum("文件"))
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := Sign(t.Context(), &fixture{key: w.key, chain: w.chain}, sum("别的"))
	if err != nil {
		t.Fatal(err)
	}
	leaf, _ := x509.ParseCertificate(w.chain[0])
	attributes, err := signedAttributes(leaf, sum("文件"))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := other.Sign(t.Context(), sum(string(signeddata.Encode(0x31, attributes))))
	if err != nil {
		t.Fatal(err)
	}
	byOther, err := signedData([]*x509.Certificate{leaf}, attributes, forged, nil)
	if err != nil {
		t.Fatal(err)
	}
	longKey, err := signedData([]*x509.Certificate{leaf, w.longKey(t)}, attributes, forged, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		der  []byte
		want error
	}{
		{"a signature over another content", foreign, ErrContent},
		{"a signature by another key under the same certificate", byOther, ErrSignature},
		{"bytes after the signature", append(bytes.Clone(good), 0), ErrMalformed},
		{"nothing", nil, ErrMalformed},
		{"a cut signature", good[:len(good)-1], ErrMalformed},
		{"too much", make([]byte, signeddata.MaxBytes+1), ErrMalformed},
		{"an authority with a key of a hundred thousand bits", longKey, ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Verify(c.der, sum("文件")); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

// A changed byte either breaks the signature or is in an included certificate that is
// not the signer's; the signer never changes.
func TestAnyChangedByteIsSeenOrHarmless(t *testing.T) {
	w := newFixture(t)
	good, err := Sign(t.Context(), w, sum("文件"))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(good, w.chain[1])
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x21
		signed, err := Verify(bad, sum("文件"))
		if err != nil {
			continue
		}
		if i < at || i >= at+len(w.chain[1]) || !bytes.Equal(signed.Certificate.Raw, w.chain[0]) {
			t.Fatalf("a change of byte %d of %d went unseen", i, len(good))
		}
	}
}

func TestSignRefusesAForeignCertificate(t *testing.T) {
	a, b := newFixture(t), newFixture(t)
	if _, err := Sign(t.Context(), &fixture{key: a.key, chain: b.chain}, sum("文件")); err == nil {
		t.Error("signed under a certificate of another key")
	}
	if _, err := Sign(t.Context(), a, []byte("short")); err == nil {
		t.Error("signed something that is not a digest")
	}
}

func TestOpenSSLAccepts(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	w := newFixture(t)
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	signature, err := Sign(t.Context(), w, sum("文件"))
	if err != nil {
		t.Fatal(err)
	}
	root := write("root.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.root.Raw}))
	verify := func(content string) error {
		return exec.Command(openssl, "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-no_check_time",
			"-in", write("s.der", signature), "-content", write("content", []byte(content)), "-CAfile", root, "-out", os.DevNull).Run()
	}
	if err := verify("文件"); err != nil {
		t.Errorf("openssl refuses a good signature: %v", err)
	}
	if verify("文件改") == nil {
		t.Error("openssl accepts another content; the check proves nothing")
	}
}

// FuzzVerify checks that whatever verifies names its signer and matches one content
// only. Every process of a fuzzing run has its own keys.
func FuzzVerify(f *testing.F) {
	good, err := Sign(f.Context(), newFixture(f), sum("文件"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, der []byte) {
		signed, err := Verify(der, sum("文件"))
		if err != nil {
			return
		}
		if signed.Certificate == nil {
			t.Fatal("a signature of nobody verifies")
		}
		if _, err := Verify(der, sum("别的")); !errors.Is(err, ErrContent) {
			t.Fatalf("it verifies for another content as well: %v", err)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	w := newFixture(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Sign(b.Context(), w, sum("文件")); err != nil {
			b.Fatal(err)
		}
	}
}

func signatory(t *testing.T, w *fixture) *Signatory {
	t.Helper()
	s, err := NewSignatory(w)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRoomIsNeverTooSmallAndHardlyTooLarge(t *testing.T) {
	signer := signatory(t, newFixture(t))
	token := signeddata.Encode(0x30, make([]byte, 900))
	for name, stamp := range map[string]TimestampFunc{
		"without a time stamp": nil,
		"with a time stamp":    func(context.Context, []byte) ([]byte, error) { return token, nil },
	} {
		t.Run(name, func(t *testing.T) {
			size := 0
			if stamp != nil {
				size = len(token)
			}
			room, err := signer.SignatureSize(size)
			if err != nil {
				t.Fatal(err)
			}
			for range 200 {
				signature, err := signer.Sign(t.Context(), sum("文件"), stamp)
				if err != nil {
					t.Fatal(err)
				}
				if len(signature) > room || len(signature) < room-12 {
					t.Fatalf("%d bytes in a room of %d", len(signature), room)
				}
			}
		})
	}
}

func TestATimeStampIsHandedOn(t *testing.T) {
	signer := signatory(t, newFixture(t))
	token := signeddata.Encode(0x30, []byte{5, 0})
	var stamped []byte
	good, err := signer.Sign(t.Context(), sum("文件"), func(_ context.Context, value []byte) ([]byte, error) {
		stamped = value
		return token, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := Verify(good, sum("文件"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(signed.Timestamp, token) || !bytes.Equal(signed.Value, stamped) {
		t.Errorf("token %x over %x", signed.Timestamp, signed.Value)
	}
	twice, err := signer.Sign(t.Context(), sum("文件"), func(context.Context, []byte) ([]byte, error) {
		return append(bytes.Clone(token), token...), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(twice, sum("文件")); !errors.Is(err, ErrMalformed) {
		t.Errorf("two time stamps: got %v, want %v", err, ErrMalformed)
	}
	away := errors.New("the authority is away")
	_, err = signer.Sign(t.Context(), sum("文件"), func(context.Context, []byte) ([]byte, error) { return nil, away })
	if !errors.Is(err, away) {
		t.Errorf("got %v, want %v", err, away)
	}
}
