package evidence_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/evidence"
)

func TestTrustThatIsRefused(t *testing.T) {
	press := documenttest.New(t, documenttest.MadeAt())
	short := shortRoot(t)
	tests := map[string]func(map[string]json.RawMessage){
		"no roots":                      func(b map[string]json.RawMessage) { b["roots"] = json.RawMessage(`[]`) },
		"no seal roots":                 func(b map[string]json.RawMessage) { delete(b, "sealRoots") },
		"no token keys":                 func(b map[string]json.RawMessage) { b["tokenKeys"] = json.RawMessage(`{"keys":[]}`) },
		"a root that is text":           func(b map[string]json.RawMessage) { b["roots"] = json.RawMessage(`["root"]`) },
		"a seal root that is text":      func(b map[string]json.RawMessage) { b["sealRoots"] = json.RawMessage(`["root"]`) },
		"an SM2 root for PDF":           func(b map[string]json.RawMessage) { b["roots"] = b["sealRoots"] },
		"a root with a short key":       func(b map[string]json.RawMessage) { b["roots"] = short },
		"a time root with a short key":  func(b map[string]json.RawMessage) { b["timeRoots"] = short },
		"a seal root with a short key":  func(b map[string]json.RawMessage) { b["sealRoots"] = short },
		"a member nobody knows":         func(b map[string]json.RawMessage) { b["more"] = json.RawMessage(`1`) },
		"one key for both kinds of use": func(b map[string]json.RawMessage) { b["receiptKeys"] = b["tokenKeys"] },
		"a key that is no key":          func(b map[string]json.RawMessage) { b["tokenKeys"] = json.RawMessage(`{"keys":[1]}`) },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			var bundle map[string]json.RawMessage
			if err := json.Unmarshal(press.Trust, &bundle); err != nil {
				t.Fatal(err)
			}
			change(bundle)
			text, err := json.Marshal(bundle)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := evidence.ParseTrust(text); !errors.Is(err, evidence.ErrTrust) {
				t.Errorf("got %v, want %v", err, evidence.ErrTrust)
			}
		})
	}
	for _, text := range []string{"", "{}", "[]", string(press.Trust) + "{}"} {
		if _, err := evidence.ParseTrust([]byte(text)); !errors.Is(err, evidence.ErrTrust) {
			t.Errorf("%.20q: got %v, want %v", text, err, evidence.ErrTrust)
		}
	}
}

// shortRoot is a list of one authority, whose RSA key has 1024 bits.
func shortRoot(t *testing.T) json.RawMessage {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal([]string{string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestThePublishedKeysAreOfTokensAndReceipts(t *testing.T) {
	press := documenttest.New(t, documenttest.MadeAt())
	text, err := trusting(t, press).JWKS()
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	if len(set.Keys) != 2 || len(set.Key(press.Tokens.KeyID()[:4])) != 1 {
		t.Errorf("got %s", text)
	}
	for _, k := range set.Keys {
		if !k.IsPublic() {
			t.Errorf("key %s is not public", k.KeyID)
		}
	}
}

func FuzzParseTrust(f *testing.F) {
	press := documenttest.New(f, documenttest.MadeAt())
	f.Add(press.Trust)
	f.Add([]byte(`{"roots":[""],"sealRoots":[""],"tokenKeys":{"keys":[null]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		trust, err := evidence.ParseTrust(data)
		if err != nil && !errors.Is(err, evidence.ErrTrust) {
			t.Error(err)
		}
		if err == nil && trust.Tokens.Len() == 0 {
			t.Error("a bundle without token keys is accepted")
		}
	})
}
