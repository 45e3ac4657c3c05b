package strength_test

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/sm2"

	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
)

// modulus returns an RSA public key of a length; its private key is unknown.
func modulus(bits uint) *rsa.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), bits)
	return &rsa.PublicKey{N: n.Sub(n, big.NewInt(1)), E: 65537}
}

func curve(t *testing.T, c elliptic.Curve) *ecdsa.PublicKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &key.PublicKey
}

func TestKeysThatAreBelieved(t *testing.T) {
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	chinese, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	exchange, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		key     any
		refused string // part of the error; "" if accepted
	}{
		"RSA of 1024 bits":             {modulus(1024), "RSA of 1024 bits"},
		"RSA of one bit too few":       {modulus(2047), "RSA of 2047 bits"},
		"RSA of the least length":      {modulus(2048), ""},
		"RSA of the most":              {modulus(8192), ""},
		"RSA of one bit too many":      {modulus(8193), "RSA of 8193 bits"},
		"RSA of a hundred thousand":    {modulus(100_000), "RSA of 100000 bits"},
		"P-224":                        {curve(t, elliptic.P224()), "a curve of 224 bits"},
		"P-256":                        {curve(t, elliptic.P256()), ""},
		"P-521":                        {curve(t, elliptic.P521()), ""},
		"SM2":                          {chinese.Public(), ""},
		"Ed25519":                      {edwards, ""},
		"X25519, which signs nothing":  {exchange.PublicKey(), "neither RSA"},
		"an algorithm nobody here has": {nil, "neither RSA"},
	} {
		t.Run(name, func(t *testing.T) {
			err := strength.Check(tt.key)
			if (err == nil) != (tt.refused == "") || err != nil && (!errors.Is(err, strength.ErrKey) || !strings.Contains(err.Error(), tt.refused)) {
				t.Errorf("got %v, want %q", err, tt.refused)
			}
		})
	}
}
