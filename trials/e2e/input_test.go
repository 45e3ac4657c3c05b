package e2e

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

const lambdaLimit = 6 << 20 // bytes of a function's request

func TestBadInputIsRefusedByName(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	endorsements := "/v1/certificates/" + certificate + "/endorsements"
	key := map[string]string{"Idempotency-Key": "a-key-of-its-own"}
	for name, c := range map[string]struct {
		call   seed.Call
		status int
		code   client.ProblemCode
	}{
		"half a JSON value": {
			seed.Call{Method: http.MethodPost, Path: "/v1/login", Body: []byte(`{"portal":"mohurd",`), Type: "application/json"},
			400, "malformed-json",
		},
		"two JSON values": {
			seed.Call{Method: http.MethodPost, Path: endorsements, Token: s.Token, Header: key, Body: []byte(`{}{}`), Type: "application/json"},
			400, "malformed-json",
		},
		"no body where one is needed": {
			seed.Call{Method: http.MethodPost, Path: "/v1/login", Type: "application/json"},
			400, "malformed-json",
		},
		"a field nobody knows": {
			seed.Call{Method: http.MethodPost, Path: endorsements, Token: s.Token, Header: key, Body: []byte(`{"useUntill":"2026-12-31"}`), Type: "application/json"},
			400, "unknown-field",
		},
		"a value of another type": {
			seed.Call{Method: http.MethodPost, Path: endorsements, Token: s.Token, Header: key, Body: []byte(`{"purpose":"投标"}`), Type: "application/json"},
			422, "invalid-field",
		},
		"a day that does not exist": {
			seed.Call{Method: http.MethodPost, Path: endorsements, Token: s.Token, Header: key, Body: []byte(`{"useUntil":"2027-02-30"}`), Type: "application/json"},
			422, "invalid-field",
		},
		"another content type": {
			seed.Call{Method: http.MethodPost, Path: "/v1/login", Body: []byte(`portal=mohurd`), Type: "application/x-www-form-urlencoded"},
			415, "unsupported-media-type",
		},
		"no content type": {
			seed.Call{Method: http.MethodPost, Path: "/v1/login", Body: []byte(`{}`)},
			415, "unsupported-media-type",
		},
		"a film to verify": {
			seed.Call{Method: http.MethodPost, Path: "/v1/verifications", Body: []byte("\x00\x00\x00\x18ftypmp42"), Type: "video/mp4"},
			415, "unsupported-media-type",
		},
		"a body over what a handler reads": {
			seed.Call{Method: http.MethodPost, Path: "/v1/login", Body: []byte(`{"portal":"` + strings.Repeat("x", 70<<10) + `"}`), Type: "application/json"},
			413, "body-too-large",
		},
		"no idempotency key": {
			seed.Call{Method: http.MethodPost, Path: endorsements, Token: s.Token, JSON: client.EndorsementAsk{}},
			400, "idempotency-key-required",
		},
		"an idempotency key of seven characters": {
			seed.Call{Method: http.MethodPost, Path: endorsements, Token: s.Token, JSON: client.EndorsementAsk{}, Header: map[string]string{"Idempotency-Key": "1234567"}},
			400, "idempotency-key-required",
		},
		"nothing to verify": {
			seed.Call{Method: http.MethodPost, Path: "/v1/verifications", JSON: struct{}{}},
			422, "invalid-field",
		},
		"a number without its name": {
			seed.Call{Method: http.MethodPost, Path: "/v1/verifications", JSON: map[string]string{"number": holder(t, "ready").Number}},
			422, "invalid-field",
		},
		"a link to a file there is not": {
			seed.Call{Method: http.MethodPost, Path: endorsements + "/01ARZ3NDEKTSV4RRFFQ69G5FAV/links", Token: s.Token, JSON: map[string]string{"file": "doc"}},
			422, "invalid-field",
		},
		"an endorsement there is not": {
			seed.Call{Method: http.MethodGet, Path: endorsements + "/01ARZ3NDEKTSV4RRFFQ69G5FAV", Token: s.Token},
			404, "endorsement-not-found",
		},
		"a certificate there is not": {
			seed.Call{Method: http.MethodGet, Path: "/v1/certificates/01ARZ3NDEKTSV4RRFFQ69G5FAV", Token: s.Token},
			404, "certificate-not-found",
		},
		"a certificate's name that is none": {
			seed.Call{Method: http.MethodGet, Path: "/v1/certificates/..%2F..%2Fetc", Token: s.Token},
			404, "certificate-not-found",
		},
		"a day of the history that is none": {
			seed.Call{Method: http.MethodGet, Path: endorsements + "?from=yesterday", Token: s.Token},
			422, "invalid-field",
		},
		"a cursor made up": {
			seed.Call{Method: http.MethodGet, Path: endorsements + "?cursor=AAAA", Token: s.Token},
			422, "invalid-field",
		},
	} {
		t.Run(name, func(t *testing.T) {
			wantReply(t, c.call, c.status, c.code)
		})
	}
}

// wantReply sends the call and checks that it is refused as wanted, with everything a problem
// has to say.
func wantReply(t *testing.T, call seed.Call, status int, code client.ProblemCode) {
	t.Helper()
	reply, err := service.api().Send(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	var p client.Problem
	if err := reply.Decode(&p); err != nil {
		t.Fatal(err)
	}
	if reply.Status != status || p.Code != code {
		t.Errorf("got %d %s, want %d %s: %s", reply.Status, p.Code, status, code, reply.Body)
	}
	if got := reply.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("the content type is %q", got)
	}
	if p.Title == "" || p.Detail == "" || p.Remedy == "" || p.Owner == "" || p.RequestID == "" {
		t.Errorf("the problem leaves something unsaid: %s", reply.Body)
	}
}

func TestABodyOverTheLimitOfLambdaIsRefused(t *testing.T) {
	reply, err := service.api().Send(t.Context(), seed.Call{
		Method: http.MethodPost, Path: "/v1/verifications",
		Body: bytes.Repeat([]byte("x"), lambdaLimit+1), Type: "application/pdf",
	})
	if err != nil {
		t.Fatal(err)
	}
	if reply.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d, want 413", reply.Status)
	}
}

func TestProblemsSpeakTheReadersLanguage(t *testing.T) {
	details := map[string]string{}
	for _, lang := range []string{"zh-CN", "en", "en-GB,en;q=0.9", ""} {
		reply, err := service.api().Send(t.Context(), seed.Call{
			Method: http.MethodGet, Path: "/v1/account", Header: map[string]string{"Accept-Language": lang},
		})
		if err != nil {
			t.Fatal(err)
		}
		var p client.Problem
		if err := reply.Decode(&p); err != nil {
			t.Fatal(err)
		}
		details[lang] = p.Detail
	}
	if details["zh-CN"] == details["en"] || details["en"] != details["en-GB,en;q=0.9"] || details[""] != details["zh-CN"] {
		t.Errorf("got %q", details)
	}
}

func TestWhoMayNotSeeACertificate(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	made, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	other, _ := loginAndIdentify(t, holder(t, "several specialties, one ending soon"))
	at := "/v1/certificates/" + certificate
	one := at + "/endorsements/" + made.Endorsement
	key := map[string]string{"Idempotency-Key": "somebody-elses-key"}

	calls := map[string]seed.Call{
		"the detail":     {Method: http.MethodGet, Path: at},
		"the preflight":  {Method: http.MethodGet, Path: at + "/preflight"},
		"the binding":    {Method: http.MethodPut, Path: at + "/binding"},
		"endorsing":      {Method: http.MethodPost, Path: at + "/endorsements", JSON: client.EndorsementAsk{}, Header: key},
		"the history":    {Method: http.MethodGet, Path: at + "/endorsements"},
		"an endorsement": {Method: http.MethodGet, Path: one},
		"withdrawing":    {Method: http.MethodDelete, Path: one},
		"a link":         {Method: http.MethodPost, Path: one + "/links", JSON: map[string]string{"file": "pdf"}},
	}
	for name, call := range calls {
		t.Run(name+" for another holder is not there", func(t *testing.T) {
			call.Token = other.Token
			wantReply(t, call, 404, "certificate-not-found")
		})
		t.Run(name+" without a session", func(t *testing.T) {
			call.Token = ""
			wantReply(t, call, 401, "session-required")
		})
		t.Run(name+" with a session made up", func(t *testing.T) {
			call.Token = "MADEUPMADEUPMADEUPMADEUPMA"
			wantReply(t, call, 401, "session-expired")
		})
	}
	if after, err := s.History(t.Context(), certificate, client.ListEndorsementsParams{Limit: new(1)}); err != nil || after[0].State != "ready" {
		t.Errorf("the endorsement is touched: %+v, %v", after, err)
	}
}

func TestASessionThatIsOverOpensNothing(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "rare characters in the name"))
	lapse(t, sessionKey(s.Token), "SESSION", "expires")
	err := s.Do(t.Context(), http.MethodGet, "/v1/certificates/"+certificate, nil, nil)
	wantProblem(t, err, "session-expired")
}

func TestTheFaceIsForgottenAfterItsTime(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "rare characters in the name"))
	lapse(t, sessionKey(s.Token), "SESSION", "identifiedUntil")
	_, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	wantProblem(t, err, "identity-required")
	if err := s.Do(t.Context(), http.MethodGet, "/v1/account", nil, nil); err != nil {
		t.Errorf("the session itself goes on: %v", err)
	}
}
