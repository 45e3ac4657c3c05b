package keys

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"github.com/google/go-cmp/cmp"
)

func newP256(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newSM2(t testing.TB) *sm2.PrivateKey {
	t.Helper()
	key, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func keyText(t testing.TB, key any) []byte {
	t.Helper()
	der, err := smx509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func certificateText(t testing.TB, pub, key any) []byte {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "加注测试"},
		NotBefore:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := smx509.CreateCertificate(rand.Reader, template, template, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestSignerOfEitherKind(t *testing.T) {
	p, s := newP256(t), newSM2(t)
	tests := map[string]struct {
		key, chain []byte
		pub        *ecdsa.PublicKey
	}{
		"a P-256 key with its certificate signs SHA-256": {keyText(t, p), certificateText(t, &p.PublicKey, p), &p.PublicKey},
		"a P-256 key without certificates signs as well": {keyText(t, p), nil, &p.PublicKey},
		"an SM2 key with its certificate signs SM3":      {keyText(t, s), certificateText(t, &s.PublicKey, s), &s.PublicKey},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			signer, err := Parse(tt.key, tt.chain)
			if err != nil {
				t.Fatal(err)
			}
			digest, err := Digest(signer.PublicKey(), []byte("加注"))
			if err != nil {
				t.Fatal(err)
			}
			signature, err := signer.Sign(t.Context(), digest)
			if err != nil {
				t.Fatal(err)
			}
			if !Verify(tt.pub, digest, signature) {
				t.Error("the signature does not verify")
			}
			digest[0] ^= 1
			if Verify(tt.pub, digest, signature) {
				t.Error("the signature verifies over another digest")
			}
			if got := len(signer.KeyID()); got != 12 {
				t.Errorf("KeyID has %d characters, want 12", got)
			}
		})
	}
}

func TestSM2DigestIsTheOneMessageSignaturesUse(t *testing.T) {
	key := newSM2(t)
	message := []byte("住房和城乡建设部")
	signature, err := key.Sign(rand.Reader, message, sm2.DefaultSM2SignerOpts)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := SM2Digest(&key.PublicKey, message)
	if err != nil {
		t.Fatal(err)
	}
	if !Verify(&key.PublicKey, digest, signature) {
		t.Error("a signature over the message does not verify over SM2Digest")
	}
}

func TestParseRefusals(t *testing.T) {
	p, other := newP256(t), newP256(t)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := keyText(t, p)
	tests := map[string]struct {
		key, chain []byte
		want       error
	}{
		"no PEM":                      {[]byte("secret"), nil, ErrPEM},
		"something after the key":     {append(append([]byte{}, good...), good...), nil, ErrPEM},
		"a key on another curve":      {keyText(t, p384), nil, ErrKeyKind},
		"another key's certificate":   {good, certificateText(t, &other.PublicKey, other), ErrChain},
		"a key where a chain belongs": {good, good, ErrPEM},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(tt.key, tt.chain); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestOpenReadsADirectory(t *testing.T) {
	dir := t.TempDir()
	key := newP256(t)
	if err := os.WriteFile(filepath.Join(dir, "token.key.pem"), keyText(t, key), 0o600); err != nil {
		t.Fatal(err)
	}
	signer, err := Open("file://"+dir, "token")
	if err != nil {
		t.Fatal(err)
	}
	want, err := KeyID(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, signer.KeyID()); diff != "" {
		t.Error(diff)
	}
	if _, err := Open("file://"+dir, "seal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a key that is not there: got %v", err)
	}
}

func TestOpenRefusesOtherLocations(t *testing.T) {
	for _, location := range []string{"", "/keys", "kms://alias/seal", "file://host/keys", "file:keys", "https://example.org/"} {
		if _, err := Open(location, "pdf"); !errors.Is(err, ErrLocation) {
			t.Errorf("%q: got %v, want %v", location, err, ErrLocation)
		}
	}
}

func TestSignRefusesWhatIsNoDigest(t *testing.T) {
	signer, err := Parse(keyText(t, newP256(t)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signer.Sign(t.Context(), []byte("short")); !errors.Is(err, ErrDigest) {
		t.Errorf("got %v, want %v", err, ErrDigest)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := signer.Sign(ctx, make([]byte, DigestSize)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func FuzzParse(f *testing.F) {
	p := newP256(f)
	f.Add(keyText(f, p), certificateText(f, &p.PublicKey, p))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\n"), []byte{})
	f.Fuzz(func(t *testing.T, key, chain []byte) {
		signer, err := Parse(key, chain)
		if err != nil {
			return
		}
		digest := make([]byte, DigestSize)
		signature, err := signer.Sign(t.Context(), digest)
		if err != nil {
			t.Fatal(err)
		}
		if !Verify(signer.PublicKey(), digest, signature) {
			t.Error("an accepted key signs what does not verify")
		}
	})
}
