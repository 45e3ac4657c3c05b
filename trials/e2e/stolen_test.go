package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// TestAStolenPortalsKeyEndsAtThatPortal replays the attack over both portals: with the key of one and an ID number, an
// account with the thief's phone is opened, and its link gives a session.
func TestAStolenPortalsKeyEndsAtThatPortal(t *testing.T) {
	const thiefs, ghostPass = "13799990011", "a-ghost-of-2026"
	for i, portals := range [][2]string{{seed.Ministry, seed.National}, {seed.National, seed.Ministry}} {
		stolen, other := portals[0], portals[1]
		t.Run("the key of "+stolen, func(t *testing.T) {
			h := seed.EndorsableHolder(784+i, civil.Of(time.Now()))
			if err := service.target().Enter(t.Context(), []seed.Holder{h}); err != nil {
				t.Fatal(err)
			}
			person, err := service.api().Login(t.Context(), other, h)
			if err != nil {
				t.Fatal(err)
			}
			if err := person.Identify(t.Context(), app(t, h)); err != nil {
				t.Fatal(err)
			}
			items, _, err := person.Certificates(t.Context())
			if err != nil || len(items) != 1 {
				t.Fatalf("%d certificates, %v", len(items), err)
			}
			certificate := items[0].Certificate
			bearer := token(t, stolen+"-portal", "accounts")
			putAs := func(username string, phone any) error {
				return service.api().Do(t.Context(), seed.Call{
					Method: http.MethodPut, Path: "/v1/accounts/" + username, Token: bearer, JSON: map[string]any{
						"name": h.Name, "idType": "111", "idNumber": h.IDNumber(), "phone": phone,
						"idValidFrom": "2018-05-01", "idValidUntil": "2038-05-01", "realNameLevel": 4, "passwordLink": phone != nil,
					},
				}, nil)
			}
			enter := func(username string) *seed.Session {
				t.Helper()
				link := newestMessage(t, "password-link", thiefs)
				err := service.api().Do(t.Context(), seed.Call{Method: http.MethodPut, Path: "/v1/account/password", JSON: map[string]string{
					"link": link.URL[len(service.stack.URL+"/password#"):], "new": ghostPass,
				}}, nil)
				if err != nil {
					t.Fatal(err)
				}
				s := &seed.Session{API: service.api(), Portal: stolen, Holder: h}
				var in struct{ Token string }
				if err := service.api().Do(t.Context(), seed.Call{Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{
					"portal": stolen, "username": username, "password": ghostPass,
				}}, &in); err != nil {
					t.Fatal(err)
				}
				s.Token = in.Token
				return s
			}
			reachesNothing := func(s *seed.Session) {
				t.Helper()
				_, _, err := s.Certificates(t.Context())
				wantProblem(t, err, "identity-required")
				for _, c := range []seed.Call{
					{Method: http.MethodPut, Path: "/v1/certificates/" + certificate + "/binding"},
					{Method: http.MethodDelete, Path: "/v1/certificates/" + certificate + "/binding"},
					{Method: http.MethodPost, Path: "/v1/account/phone/codes", JSON: map[string]string{"phone": thiefs}},
					{Method: http.MethodPut, Path: "/v1/account/phone", JSON: map[string]string{"phone": thiefs, "code": "123456"}},
				} {
					wantProblem(t, s.Do(t.Context(), c.Method, c.Path, c.JSON, nil), "identity-required")
				}
			}

			if err := putAs("ghost-"+stolen, thiefs); err != nil {
				t.Fatal(err)
			}
			if told := newestMessage(t, "phone-changed", h.Phone); told.Portal != stolen || told.Username != "ghost-"+stolen {
				t.Errorf("the person's phone was told %+v", told)
			}
			reachesNothing(enter("ghost-" + stolen))
			if err := putAs(h.Username, thiefs); err != nil { // the person's own account, which has shown the face
				t.Fatal(err)
			}
			reachesNothing(enter(h.Username))

			var account struct{ Phone string }
			if err := person.Do(t.Context(), http.MethodGet, "/v1/account", nil, &account); err != nil || account.Phone != h.Phone[:3]+"****"+h.Phone[7:] {
				t.Errorf("the other portal shows %q, %v", account.Phone, err)
			}
			if err := putAs(h.Username, nil); err != nil {
				t.Fatal(err)
			}
			_, err = person.Endorse(t.Context(), certificate, client.EndorsementAsk{})
			if stolen == seed.National { // whose word about phones is the one that counts
				wantProblem(t, err, "phone-unbound")
			} else if err != nil {
				t.Errorf("phone: null on one portal stops endorsing on the other: %v", err)
			}
		})
	}
}
