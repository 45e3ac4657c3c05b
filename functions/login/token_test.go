package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"maps"
	"regexp"
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
	for name, c := range map[string]struct{ rule, assertion string }{
		"another key":             {"signature", forged},
		"an unknown client":       {"signature", w.assertion("nobody", nil)},
		"another subject":         {"subject", with("sub", "gjzwfw-portal")},
		"no subject":              {"subject", with("sub", nil)},
		"another audience":        {"audience", with("aud", origin)},
		"expired":                 {"time", with("exp", noon.Unix())},
		"good for an hour":        {"time", with("exp", noon.Add(time.Hour).Unix())},
		"no jti":                  {"jti", with("jti", nil)},
		"no JWT":                  {"form", "x.y.z"},
		"alg none":                {"form", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJtb2h1cmQtcG9ydGFsIn0."},
		"an empty third part":     {"form", strings.Join(strings.Split(with("x", 1), ".")[:2], ".") + "."},
		"a bit of it":             {"form", with("x", 1)[:40]},
		"HS256 is not even tried": {"form", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJtb2h1cmQtcG9ydGFsIn0.AAAA"},
	} {
		t.Run(name, func(t *testing.T) { w.wantRefused(tokenCall(c.assertion, ""), c.rule) })
	}
}

// descriptionForm is RFC 6749, 5.2: what error_description may contain.
var descriptionForm = regexp.MustCompile(`^[\x20-\x21\x23-\x5B\x5D-\x7E]+$`)

// wantRefused expects that a client's identity is refused by a rule, which the log names too.
func (w *fixture) wantRefused(c call, rule string) reply {
	w.t.Helper()
	logged := w.log.Len()
	r := w.want(401, "client-assertion-invalid", c)
	if r.text("error") != "invalid_client" || !descriptionForm.MatchString(r.text("error_description")) || r.header["content-type"] != "application/json" {
		w.t.Errorf("answer %v %s", r.header, r.body)
	}
	var fields struct {
		Fields []struct{ Pointer, Rule, Detail string }
	}
	if err := json.Unmarshal([]byte(r.body), &fields); err != nil {
		w.t.Fatal(err)
	}
	if len(fields.Fields) != 1 || fields.Fields[0].Pointer != "/client_assertion" || fields.Fields[0].Rule != rule || fields.Fields[0].Detail != r.text("detail") {
		w.t.Errorf("the caller is told %s, want the rule %s", r.body, rule)
	}
	if line := w.log.String()[logged:]; !strings.Contains(line, `"cause":"`+rule+": ") {
		w.t.Errorf("the log has %s", line)
	}
	return r
}

func TestAStrangerLearnsOfNoClient(t *testing.T) {
	w := newFixture(t)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w.key = stranger
	late := func(c object) { c["exp"], c["aud"] = noon.Unix(), "https://other.example.cn" }
	first := w.wantRefused(tokenCall(w.assertion("mohurd-portal", nil), ""), "signature")
	for name, assertion := range map[string]string{
		"an unknown client":             w.assertion("nobody", nil),
		"no client":                     w.assertion("", nil),
		"a known client, wrong claims":  w.assertion("mohurd-portal", late),
		"an unknown one, wrong claims":  w.assertion("nobody", late),
		"a known client, wrong subject": w.assertion("mohurd-portal", func(c object) { c["sub"] = "x" }),
	} {
		r := w.wantRefused(tokenCall(assertion, ""), "signature")
		if r.body != first.body || !maps.Equal(r.header, first.header) {
			t.Errorf("%s: %v %s, a known client has %v %s", name, r.header, r.body, first.header, first.body)
		}
	}
	if log := w.log.String(); !strings.Contains(log, "does not fit, of mohurd-portal") || strings.Contains(log, "nobody") {
		t.Errorf("the log is %s", log)
	}
}

func TestAClientIsToldWhatItsAssertionHasToSay(t *testing.T) {
	w := newFixture(t)
	for rule, c := range map[string]struct {
		change func(object)
		said   []string
	}{
		"audience": {func(c object) { c["aud"] = "https://other.example.cn" }, []string{origin + "/v1/token"}},
		"time":     {func(c object) { c["exp"] = noon.Unix() }, []string{"2026-11-23T12:00:00+08:00", "5"}},
		"jti":      {func(c object) { c["jti"] = "short" }, []string{"jti", "8", "128"}},
	} {
		r := w.wantRefused(tokenCall(w.assertion("mohurd-portal", c.change), ""), rule)
		for _, text := range []string{r.text("detail"), r.text("error_description")} {
			for _, want := range c.said {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %q does not say %s", rule, text, want)
				}
			}
		}
	}
	used := tokenCall(w.assertion("mohurd-portal", nil), "")
	w.want(200, "", used)
	w.wantRefused(used, "replay")
}

// RFC 6749, 5.2.
func TestAPasswordInTheHeaderIsChallenged(t *testing.T) {
	w := newFixture(t)
	alone := call{route: "POST /v1/token", media: "application/x-www-form-urlencoded", body: "grant_type=client_credentials", basic: true}
	r := w.want(401, "client-assertion-invalid", alone)
	if r.text("error") != "invalid_client" || r.header["www-authenticate"] != `Basic realm="jiazhu"` {
		t.Errorf("answer %v %s", r.header, r.body)
	}
	beside := tokenCall(w.assertion("mohurd-portal", nil), "")
	beside.basic = true
	if r := w.want(400, "invalid-field", beside); r.text("error") != "invalid_request" || r.header["www-authenticate"] != "" {
		t.Errorf("two ways at once: %v %s", r.header, r.body)
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
	w.wantRefused(tokenCall(assertion, ""), "replay")
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
	w.wantRefused(other, "subject")
	w.want(200, "", tokenCall(w.assertion("mohurd-portal", nil)+"&client_id=", "")) // without a value it is omitted (RFC 6749 §3.2)
	good.body += "&client_id=mohurd-portal"
	w.want(200, "", good) // none of the refused ones consumed it
}
