package e2e

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// sentMessage is a message the service sent, as the stand-in shows it.
type sentMessage struct {
	To, Kind, Portal, Username, Text, Code, URL string
}

// newestMessage is the newest message of a kind to a number.
func newestMessage(t *testing.T, kind, to string) sentMessage {
	t.Helper()
	var list []sentMessage
	phone := &seed.API{URL: service.stack.URL}
	if err := phone.Do(t.Context(), seed.Call{Method: http.MethodGet, Path: "/messages.json?to=" + to}, &list); err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if m.Kind == kind {
			return m
		}
	}
	t.Fatalf("no %s to %s", kind, to)
	return sentMessage{}
}

// TestAPhoneBoundOnOnePortalIsThatPortalsAlone: endorsing asks the national platform, on both portals.
func TestAPhoneBoundOnOnePortalIsThatPortalsAlone(t *testing.T) {
	h := holder(t, "phone not bound")
	s, certificate := loginAndIdentify(t, h)
	national, err := service.api().Login(t.Context(), seed.National, h)
	if err != nil {
		t.Fatal(err)
	}
	bind := func(code string) error {
		return s.Do(t.Context(), http.MethodPut, "/v1/account/phone", map[string]string{"phone": h.Phone, "code": code}, nil)
	}
	if err := s.Do(t.Context(), http.MethodPost, "/v1/account/phone/codes", map[string]string{"phone": h.Phone}, nil); err != nil {
		t.Fatal(err)
	}
	again := s.Do(t.Context(), http.MethodPost, "/v1/account/phone/codes", map[string]string{"phone": h.Phone}, nil)
	wantProblem(t, again, "rate-limited")

	code := newestMessage(t, "phone-code", h.Phone).Code
	wrong := "000000"
	if code == wrong {
		wrong = "111111"
	}
	wantProblem(t, bind(wrong), "code-wrong")
	if err := bind(code); err != nil {
		t.Fatal(err)
	}
	for _, session := range []*seed.Session{s, national} {
		var account struct{ PhoneBound bool }
		if err := session.Do(t.Context(), http.MethodGet, "/v1/account", nil, &account); err != nil || account.PhoneBound != (session == s) {
			t.Errorf("%s sees the phone bound: %v, %v", session.Portal, account.PhoneBound, err)
		}
	}
	if bind(code) == nil {
		t.Error("a code binds twice")
	}
	_, err = s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	wantProblem(t, err, "phone-unbound")

	t.Run("and unbound by a portal again", func(t *testing.T) {
		if _, err := seed.Seed(t.Context(), service.target()); err != nil {
			t.Fatal(err)
		}
		var account map[string]any
		if err := s.Do(t.Context(), http.MethodGet, "/v1/account", nil, &account); err != nil || account["phone"] != nil {
			t.Errorf("got %v, %v", account, err)
		}
	})
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	const another = "tall-cranes-over-the-river-7"
	h := holder(t, "outside the pilot")
	s, other := login(t, h), login(t, h)
	change := func(from, to string) error {
		return s.Do(t.Context(), http.MethodPut, "/v1/account/password", map[string]string{"current": from, "new": to}, nil)
	}
	wantProblem(t, change(seed.Password, "12345678"), "password-weak")
	wantProblem(t, change("not it", another), "invalid-field")
	if err := change(seed.Password, another); err != nil {
		t.Fatal(err)
	}
	if err := s.Do(t.Context(), http.MethodGet, "/v1/account", nil, nil); err != nil {
		t.Errorf("the session that changed it: %v", err)
	}
	wantProblem(t, other.Do(t.Context(), http.MethodGet, "/v1/account", nil, nil), "session-expired")
	_, err := service.api().Login(t.Context(), seed.Ministry, h)
	wantProblem(t, err, "login-failed")
	if err := change(another, seed.Password); err != nil {
		t.Fatal(err)
	}
}

func TestAPasswordLinkWorksOnce(t *testing.T) {
	h := holder(t, "outside the pilot")
	m := newestMessage(t, "password-link", h.Phone)
	if m.URL == "" || m.Code != "" {
		t.Fatalf("got %+v", m)
	}
	link := m.URL[len(service.stack.URL+"/password#"):]
	err := service.api().Do(t.Context(), seed.Call{
		Method: http.MethodPut, Path: "/v1/account/password", JSON: map[string]string{"link": link, "new": "another-long-phrase-7"},
	}, nil)
	wantProblem(t, err, "password-link-invalid")
}

func TestAnAccountBelongsToOnePerson(t *testing.T) {
	one, other := holder(t, "ready"), holder(t, "outside the pilot")
	bearer := token(t, seed.Ministry+"-portal", "accounts")
	err := service.api().Do(t.Context(), seed.Call{
		Method: http.MethodPut, Path: "/v1/accounts/" + one.Username, Token: bearer,
		JSON: map[string]any{
			"name": other.Name, "idType": "111", "idNumber": other.IDNumber(), "phone": other.Phone,
			"idValidFrom": "2018-05-01", "idValidUntil": "2038-05-01", "realNameLevel": 4,
		},
	}, nil)
	wantProblem(t, err, "account-conflict")
}

func TestWhatIsPublic(t *testing.T) {
	t.Run("the keys of tokens, and only their public half", func(t *testing.T) {
		var set struct{ Keys []map[string]any }
		if err := service.api().Do(t.Context(), seed.Call{Method: http.MethodGet, Path: "/.well-known/jwks.json"}, &set); err != nil {
			t.Fatal(err)
		}
		if len(set.Keys) == 0 {
			t.Error("no keys")
		}
		for _, k := range set.Keys {
			if k["d"] != nil || k["kty"] != "EC" {
				t.Errorf("a key with the members %v", k)
			}
		}
	})
	t.Run("the page of a scanned code", func(t *testing.T) {
		reply, err := service.api().Send(t.Context(), seed.Call{Method: http.MethodGet, Path: "/v"})
		if err != nil || reply.Status != http.StatusOK || reply.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("got %d, %v, %v", reply.Status, reply.Header, err)
		}
	})
	t.Run("no problem page leaks what is inside", func(t *testing.T) {
		reply, err := service.api().Send(t.Context(), seed.Call{Method: http.MethodGet, Path: "/v1/nothing"})
		if err != nil || reply.Status != http.StatusNotFound || !json.Valid(reply.Body) {
			t.Errorf("got %d %s, %v", reply.Status, reply.Body, err)
		}
	})
}
