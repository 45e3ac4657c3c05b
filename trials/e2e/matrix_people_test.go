package e2e

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func today() string { return civil.Of(time.Now()).String() }

// loginRows are the routes of sessions and accounts.
func loginRows() map[string][]row {
	return map[string][]row{
		"POST /v1/login": {{
			want: answersForAll("200"),
			call: func(c *cast, _ who) seed.Call {
				return seed.Call{Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{
					"portal": seed.Ministry, "username": holder(c.t, "photo missing").Username, "password": seed.Password,
				}}
			},
		}},
		"POST /v1/logout": {{
			want:  answersForHolders("204", "204", "204", "204"),
			call:  fixedCall(http.MethodPost, "/v1/logout", nil),
			after: renewAll,
		}},
		"GET /v1/account": {{want: answersForHolders("200", "200", "200", "200"), call: fixedCall(http.MethodGet, "/v1/account", nil)}},
		"PUT /v1/account/password": {
			{
				about: "with the current one", want: answersForHolders("204", "204", "204", "204"),
				call: func(c *cast, w who) seed.Call {
					if w == right { // its other session has just changed the password, which ended this one
						c.renew(right)
					}
					return seed.Call{
						Method: http.MethodPut, Path: "/v1/account/password",
						JSON: map[string]string{"current": seed.Password, "new": seed.Password},
					}
				},
				after: renewAll,
			},
			{
				about: "with somebody's session and not their password", want: answersForHolders("422 invalid-field", "422 invalid-field", "422 invalid-field", "422 invalid-field"),
				call: fixedCall(http.MethodPut, "/v1/account/password", map[string]string{"current": "not it", "new": "another-long-phrase-7"}),
			},
			{
				about: "with a link that was never sent", want: answersForAll("410 password-link-invalid"),
				call: fixedCall(http.MethodPut, "/v1/account/password", map[string]string{"link": rand.Text(), "new": "another-long-phrase-7"}),
			},
		},
		"POST /v1/account/phone/codes": {{
			want: answersForHolders("202", "202", "202", "202"),
			call: func(c *cast, w who) seed.Call {
				forget(c.t, "LIMIT#code-") // two of the callers are one account, and codes are limited
				return seed.Call{Method: http.MethodPost, Path: "/v1/account/phone/codes", JSON: map[string]string{"phone": owner(c.t).Phone}}
			},
		}},
		"PUT /v1/account/phone": {
			{
				about: "with the code that was sent", want: answersForHolders("200", "200", "200", "200"),
				call: func(c *cast, w who) seed.Call {
					code := "123456"
					if s := c.session[w]; s != nil && w != lapsed {
						code = sendCode(c, s)
					}
					return seed.Call{Method: http.MethodPut, Path: "/v1/account/phone", JSON: map[string]string{
						"phone": phoneOf(c, w), "code": code,
					}}
				},
			},
			{
				about: "with the code of another account", want: answersForHolders("410 code-expired", "410 code-expired", "410 code-expired", "410 code-expired"),
				call: func(c *cast, w who) seed.Call {
					from := stranger
					if w == stranger {
						from = right
					}
					code := sendCode(c, c.session[from])
					forgetCodeOf(c, w)
					return seed.Call{Method: http.MethodPut, Path: "/v1/account/phone", JSON: map[string]string{
						"phone": phoneOf(c, from), "code": code,
					}}
				},
			},
		},
		"POST /v1/token": {{
			want: answersForAll("200"),
			call: func(c *cast, _ who) seed.Call {
				m, err := service.target().Machine(seed.Registry)
				if err != nil {
					c.t.Fatal(err)
				}
				assertion, err := m.Assertion(time.Now(), rand.Text())
				if err != nil {
					c.t.Fatal(err)
				}
				return seed.Call{Method: http.MethodPost, Path: "/v1/token", Type: "application/x-www-form-urlencoded", Body: tokenForm(assertion)}
			},
		}},
		"PUT /v1/accounts/{username}": {
			{
				scope: "accounts", want: answersForMachines("200"),
				call: func(c *cast, _ who) seed.Call { return put(owner(c.t), owner(c.t)) },
			},
			{
				about: "for another person", scope: "accounts", want: answersForMachines("409 account-conflict"),
				call: func(c *cast, _ who) seed.Call { return put(owner(c.t), otherHolder(c.t)) },
			},
		},
	}
}

func renewAll(c *cast) {
	for _, w := range []who{stranger, unidentified, right, otherPortal} {
		c.renew(w)
	}
}

// put is a portal's update of one holder's account with the data of a person.
func put(account, person seed.Holder) seed.Call {
	return seed.Call{Method: http.MethodPut, Path: "/v1/accounts/" + account.Username, JSON: map[string]any{
		"name": person.Name, "idType": "111", "idNumber": person.IDNumber(), "phone": person.Phone,
		"idValidFrom": "2018-05-01", "idValidUntil": "2038-05-01", "realNameLevel": 4,
	}}
}

func phoneOf(c *cast, w who) string {
	if w == stranger {
		return otherHolder(c.t).Phone
	}
	return owner(c.t).Phone
}

// sendCode has a code sent to the session's own holder and reads it from their phone.
func sendCode(c *cast, s *seed.Session) string {
	c.t.Helper()
	forget(c.t, "LIMIT#code-")
	phone := s.Holder.Phone
	if err := s.Do(c.t.Context(), http.MethodPost, "/v1/account/phone/codes", map[string]string{"phone": phone}, nil); err != nil {
		c.t.Fatal(err)
	}
	return newestMessage(c.t, "phone-code", phone).Code
}

// forgetCodeOf takes away the code that the caller's own account may have.
func forgetCodeOf(c *cast, w who) {
	c.t.Helper()
	if s := c.session[w]; s != nil {
		forget(c.t, fmt.Sprintf("CODE#%s#%s", s.Portal, s.Holder.Username))
	}
}

// identityRows are the routes of the page and of the identity app.
func identityRows() map[string][]row {
	const one = "/v1/identity/challenges/{challenge}"
	const gone = "404 challenge-not-found"
	post := func(c *cast, code seed.Code, step, member, statement string) seed.Call {
		return seed.Call{
			Method: http.MethodPost, Path: "/v1/identity/challenges/" + code.Challenge + "/" + step,
			JSON: map[string]string{member: statement},
		}
	}
	open := func(c *cast) (seed.Challenge, seed.Code) {
		forget(c.t, "LIMIT#challenge")
		return openChallenge(c.t, c.session[right])
	}
	return map[string][]row{
		"POST /v1/identity/challenges": {{
			want: answersForHolders("201", "201", "201", "201"),
			call: func(c *cast, _ who) seed.Call {
				forget(c.t, "LIMIT#challenge")
				return seed.Call{Method: http.MethodPost, Path: "/v1/identity/challenges", JSON: struct{}{}}
			},
		}},
		"GET " + one: {{
			want: answersForHolders(gone, gone, "200", gone),
			call: func(c *cast, _ who) seed.Call {
				shown, _ := open(c)
				return seed.Call{Method: http.MethodGet, Path: "/v1/identity/challenges/" + shown.Challenge}
			},
		}},
		"POST " + one + "/scan": {
			{about: "by the app", want: answersForAll("200"), call: func(c *cast, _ who) seed.Call {
				_, code := open(c)
				return post(c, code, "scan", "scan", mustSign(c, app(c.t, owner(c.t)).Scan, code))
			}},
			{about: "by nobody", want: answersForAll("401 assertion-invalid"), call: func(c *cast, _ who) seed.Call {
				_, code := open(c)
				return post(c, code, "scan", "scan", "x.y.z")
			}},
		},
		"POST " + one + "/assertion": {
			{about: "by the phone that scanned", want: answersForAll("200"), call: func(c *cast, _ who) seed.Call {
				shown, code := open(c)
				phone := app(c.t, owner(c.t))
				if err := service.api().Scan(c.t.Context(), phone, code); err != nil {
					c.t.Fatal(err)
				}
				return post(c, code, "assertion", "assertion", mustSign(c, func(code seed.Code) (string, error) {
					return phone.Assert(code, seed.Seen{Number: shown.Number, Result: "pass"})
				}, code))
			}},
			{about: "by nobody", want: answersForAll("401 assertion-invalid"), call: func(c *cast, _ who) seed.Call {
				_, code := open(c)
				return post(c, code, "assertion", "assertion", "x.y.z")
			}},
		},
	}
}

func mustSign(c *cast, sign func(seed.Code) (string, error), code seed.Code) string {
	c.t.Helper()
	statement, err := sign(code)
	if err != nil {
		c.t.Fatal(err)
	}
	return statement
}
