package keys

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatACallbackAnswersIsChecked(t *testing.T) {
	key, other := newP256(t), newP256(t)
	away := errors.New("the HSM is away")
	by := func(k *ecdsa.PrivateKey) func(context.Context, []byte) ([]byte, error) {
		return func(_ context.Context, digest []byte) ([]byte, error) { return ecdsa.SignASN1(rand.Reader, k, digest) }
	}
	for name, tt := range map[string]struct {
		sign func(context.Context, []byte) ([]byte, error)
		want error
	}{
		"a good signature": {by(key), nil},
		"r and s side by side": {func(_ context.Context, digest []byte) ([]byte, error) {
			r, s, err := ecdsa.Sign(rand.Reader, key, digest)
			if err != nil {
				return nil, err
			}
			return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), nil
		}, ErrFormat},
		"something behind the signature": {func(ctx context.Context, digest []byte) ([]byte, error) {
			good, err := by(key)(ctx, digest)
			return append(good, 0), err
		}, ErrFormat},
		"nothing":       {func(context.Context, []byte) ([]byte, error) { return nil, nil }, ErrFormat},
		"another key's": {by(other), ErrForeign},
		"the digest hashed again": {func(ctx context.Context, digest []byte) ([]byte, error) {
			again := sha256.Sum256(digest)
			return by(key)(ctx, again[:])
		}, ErrForeign},
		"no answer": {func(context.Context, []byte) ([]byte, error) { return nil, away }, away},
	} {
		t.Run(name, func(t *testing.T) {
			signer, err := Callback(&key.PublicKey, nil, tt.sign)
			if err != nil {
				t.Fatal(err)
			}
			signature, err := signer.Sign(t.Context(), make([]byte, DigestSize))
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if (err == nil) != (len(signature) > 0) {
				t.Errorf("signature %x with error %v", signature, err)
			}
		})
	}
}

func TestACallbackIsOfItsCertificate(t *testing.T) {
	key, other := newP256(t), newP256(t)
	chain, err := ParseChain(certificateText(t, &other.PublicKey, other))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Callback(&key.PublicKey, chain, nil); !errors.Is(err, ErrChain) {
		t.Errorf("got %v, want %v", err, ErrChain)
	}
	if _, err := Callback("a name", nil, nil); !errors.Is(err, ErrKeyKind) {
		t.Errorf("got %v, want %v", err, ErrKeyKind)
	}
}

func TestAKeyMayBeKeptElsewhere(t *testing.T) {
	key := newP256(t)
	certificate := certificateText(t, &key.PublicKey, key)
	lies := func(t *testing.T, files map[string][]byte) string {
		dir := t.TempDir()
		for name, data := range files {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return "file://" + dir
	}
	var asked string
	keepers := Providers{"hsm": func(_ context.Context, location string, chain [][]byte) (Signer, error) {
		asked = location
		return Callback(&key.PublicKey, chain, func(_ context.Context, digest []byte) ([]byte, error) {
			return ecdsa.SignASN1(rand.Reader, key, digest)
		})
	}}
	location := []byte("hsm:///slot/7\n")
	t.Run("and is opened by its keeper, with the chain beside the location", func(t *testing.T) {
		signer, err := keepers.Open(t.Context(), lies(t, map[string][]byte{"pdf.location": location, "pdf.chain.pem": certificate}), "pdf")
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(certificate)
		if diff := cmp.Diff([][]byte{block.Bytes}, signer.Chain()); diff != "" {
			t.Error(diff)
		}
		if asked != "hsm:///slot/7" {
			t.Errorf("the keeper was asked for %q", asked)
		}
	})
	for name, tt := range map[string]struct {
		files map[string][]byte
		want  error
	}{
		"in two places":             {map[string][]byte{"pdf.location": location, "pdf.key.pem": keyText(t, key)}, ErrAmbiguous},
		"where nobody keeps keys":   {map[string][]byte{"pdf.location": []byte("awskms:///alias/pdf")}, ErrProvider},
		"under an empty location":   {map[string][]byte{"pdf.location": nil}, ErrProvider},
		"nowhere":                   {nil, os.ErrNotExist},
		"with something as a chain": {map[string][]byte{"pdf.location": location, "pdf.chain.pem": []byte("x")}, ErrPEM},
	} {
		t.Run("but not "+name, func(t *testing.T) {
			if _, err := keepers.Open(t.Context(), lies(t, tt.files), "pdf"); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}
