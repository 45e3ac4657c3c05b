package main

import (
	"crypto/elliptic"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// mirrorSignature returns the assertion with the other valid ECDSA signature: (r, n-s).
func mirrorSignature(t *testing.T, assertion string) string {
	t.Helper()
	parts := strings.Split(assertion, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	s := new(big.Int).SetBytes(raw[32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(raw[32:])
	return parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(raw)
}

func TestAUsedAssertionIsUsedInEverySpelling(t *testing.T) {
	for name, respell := range map[string]func(string) string{
		"as it was":                  func(a string) string { return a },
		"with the signature (r,n-s)": func(a string) string { return mirrorSignature(t, a) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			assertion := w.assertion("mohurd-portal", nil)
			w.want(200, "", tokenCall(assertion, ""))
			w.want(401, "client-assertion-invalid", tokenCall(respell(assertion), ""))
			same := w.assertion("mohurd-portal", func(c object) { c["jti"] = "one-jti-for-all" })
			w.want(200, "", tokenCall(same, ""))
			w.want(401, "client-assertion-invalid", tokenCall(w.assertion("mohurd-portal", func(c object) { c["jti"] = "one-jti-for-all" }), ""))
			w.want(200, "", tokenCall(w.assertion("gjzwfw-portal", func(c object) { c["jti"] = "one-jti-for-all" }), "")) // its own
		})
	}
}

func TestOneClientsKeyProvesNoOther(t *testing.T) {
	w := newFixture(t)
	strangers := newFixture(t).key
	clients := []identity.Client{
		{ID: "mohurd-portal", Kind: "portal", Portal: "mohurd", Scopes: []string{"accounts"}, Keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: w.key.Public(), KeyID: "k"}}}},
		{ID: "registry", Kind: "authority", Areas: []string{"*"}, Schemes: []string{"*"}, Scopes: []string{"report"}, Keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: strangers.Public(), KeyID: "k"}}}},
	}
	a := &app{deps{clients: clients}}
	speak := func(client string) error {
		_, err := identity.ReadStatement(w.assertion(client, nil), origin+"/v1/token", a.keysOf, w.now, nil)
		return err
	}
	if err := speak("mohurd-portal"); err != nil {
		t.Fatal(err)
	}
	if speak("registry") == nil {
		t.Error("the portal's key proves the registry, by the same kid")
	}
}

func TestAPortalReachesItsOwnAccountsOnly(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	before := w.readAccount("zhangsan")
	w.want(201, "", openAccountCall(w.machine("gjzwfw-portal"), "zhangsan", person(liID, nil)))
	if after := w.readAccount("zhangsan"); after.Holder != before.Holder || after.Revision != before.Revision {
		t.Error("another portal changed this portal's account of the same name")
	}
	w.login("zhangsan", goodPass)
}
