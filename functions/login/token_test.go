package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

func TestAMachineProvesItself(t *testing.T) {
	w := newFixture(t)
	r := w.want(200, "", tokenCall(w.assertion("mohurd-portal", nil), "accounts"))
	if r.text("token_type") != "Bearer" || r.fields["expires_in"] != 600.0 || r.text("scope") != "accounts" || len(r.text("access_token")) != 26 {
		t.Errorf("answer %s", r.body)
	}
	token := r.text("access_token")
	w.now = w.now.Add(identity.GrantLife - time.Second)
	w.want(201, "", openAccountCall(token, "zhangsan", person(zhangID, nil)))
	w.now = w.now.Add(time.Second)
	w.want(401, "session-expired", openAccountCall(token, "zhangsan", person(zhangID, nil)))
}

func TestMachinesThatDoNot(t *testing.T) {
	w := newFixture(t)
	real := w.key
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w.key = stranger
	forged := w.assertion("mohurd-portal", nil)
	w.key = real
	with := func(name string, value any) string {
		return w.assertion("mohurd-portal", func(c object) {
			if c[name] = value; value == nil {
				delete(c, name)
			}
		})
	}
	for name, assertion := range map[string]string{
		"another key":             forged,
		"an unknown client":       w.assertion("nobody", nil),
		"another subject":         with("sub", "gjzwfw-portal"),
		"no subject":              with("sub", nil),
		"another audience":        with("aud", origin),
		"expired":                 with("exp", noon.Unix()),
		"good for an hour":        with("exp", noon.Add(time.Hour).Unix()),
		"no jti":                  with("jti", nil),
		"no JWT":                  "x.y.z",
		"alg none":                "eyJhbGciOiJub25lIn0.eyJpc3MiOiJtb2h1cmQtcG9ydGFsIn0.",
		"an empty third part":     strings.Join(strings.Split(with("x", 1), ".")[:2], ".") + ".",
		"a bit of it":             with("x", 1)[:40],
		"HS256 is not even tried": "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJtb2h1cmQtcG9ydGFsIn0.AAAA",
	} {
		t.Run(name, func(t *testing.T) {
			r := w.want(401, "client-assertion-invalid", tokenCall(assertion, ""))
			if r.text("error") != "invalid_client" || r.text("error_description") == "" || r.header["content-type"] != "application/json" {
				t.Errorf("answer %v %s", r.header, r.body)
			}
		})
	}
}

func TestAnAssertionIsGoodForOneTokenEvenAtOnce(t *testing.T) {
	w := newFixture(t)
	assertion := w.assertion("mohurd-portal", nil)
	replies := make([]reply, 5)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() { replies[i] = w.call(tokenCall(assertion, "")) })
	}
	wg.Wait()
	granted := 0
	for _, r := range replies {
		if r.status == 200 {
			granted++
		} else if r.text("error") != "invalid_client" {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if granted != 1 {
		t.Errorf("%d tokens for one assertion", granted)
	}
	w.want(401, "client-assertion-invalid", tokenCall(assertion, ""))
}

func TestTokenRequestsOfNoForm(t *testing.T) {
	w := newFixture(t)
	good := tokenCall(w.assertion("mohurd-portal", nil), "")
	change := func(old, new string) call {
		c := good
		c.body = strings.Replace(c.body, old, new, 1)
		return c
	}
	jsonForm := good
	jsonForm.media = "application/json"
	large := good
	large.body += "&x=" + strings.Repeat("x", 64<<10)
	for name, c := range map[string]struct {
		call        call
		code, error string
	}{
		"JSON":                     {jsonForm, "unsupported-media-type", "invalid_request"},
		"another grant":            {change("client_credentials", "password"), "invalid-field", "unsupported_grant_type"},
		"another kind of proof":    {change("jwt-bearer", "saml2-bearer"), "invalid-field", "invalid_request"},
		"no assertion":             {change("client_assertion=", "x="), "invalid-field", "invalid_request"},
		"a parameter twice":        {change("grant_type=", "grant_type=client_credentials&grant_type="), "invalid-field", "invalid_request"},
		"an encoding that is none": {change("grant_type=", "grant_type=%zz"), "invalid-field", "invalid_request"},
		"a secret beside it":       {change("grant_type=", "client_secret=x&grant_type="), "invalid-field", "invalid_request"},
		"too much":                 {large, "body-too-large", "invalid_request"},
		"a scope it does not have": {tokenCall(w.assertion("mohurd-portal", nil), "accounts+report"), "forbidden", "invalid_scope"},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.want(400, c.code, c.call)
			if r.text("error") != c.error || r.fields["status"] != 400.0 {
				t.Errorf("answer %s", r.body)
			}
		})
	}
	other := good
	other.body += "&client_id=mohurd-registry"
	if r := w.want(401, "client-assertion-invalid", other); r.text("error") != "invalid_client" {
		t.Errorf("another client_id: %s", r.body)
	}
	w.want(200, "", tokenCall(w.assertion("mohurd-portal", nil)+"&client_id=", "")) // without a value it is omitted (RFC 6749 §3.2)
	good.body += "&client_id=mohurd-portal"
	w.want(200, "", good) // none of the refused ones consumed it
}
