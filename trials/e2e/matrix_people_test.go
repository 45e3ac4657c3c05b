package e2e

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func today() string { return civil.Of(time.Now()).String() }

// loginRows are the routes of sessions and accounts.
func loginRows() map[string][]matrixRow {
	return map[string][]matrixRow{
		"POST /v1/login": {{
			expected: answersForAll("200"),
			call: func(c *callerTokens, _ callerKind) seed.Call {
				return seed.Call{Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{
					"portal": seed.Ministry, "username": holder(c.t, "photo missing").Username, "password": seed.Password,
				}}
			},
		}},
		"POST /v1/logout": {{
			expected: answersForHolders("204", "204", "204", "204"),
			call:     fixedCall(http.MethodPost, "/v1/logout", nil),
			after:    renewAll,
		}},
		"GET /v1/account": {{expected: answersForHolders("200", "200", "200", "200"), call: fixedCall(http.MethodGet, "/v1/account", nil)}},
		"PUT /v1/account/password": {
			{
				note: "with the current one", expected: answersForHolders("204", "204", "204", "204"),
				call: func(c *callerTokens, w callerKind) seed.Call {
					if w == identifiedHolder { // its other session has just changed the password, which ended this one
						c.renew(identifiedHolder)
					}
					return seed.Call{
						Method: http.MethodPut, Path: "/v1/account/password",
						JSON: map[string]string{"current": seed.Password, "new": seed.Password},
					}
				},
				after: renewAll,
			},
			{
				note: "with somebody's session and not their password", expected: answersForHolders("422 invalid-field", "422 invalid-field", "422 invalid-field", "422 invalid-field"),
				call: fixedCall(http.MethodPut, "/v1/account/password", map[string]string{"current": "not it", "new": "another-long-phrase-7"}),
			},
			{
				note: "with a link that was never sent", expected: answersForAll("410 password-link-invalid"),
				call: fixedCall(http.MethodPut, "/v1/account/password", map[string]string{"link": rand.Text(), "new": "another-long-phrase-7"}),
			},
		},
		"POST /v1/account/phone/codes": {{
			expected: answersForHolders("202", "202", "202", "202"),
			call: func(c *callerTokens, w callerKind) seed.Call {
				forget(c.t, "LIMIT#code-") // two of the callers are one account, and codes are limited
				return seed.Call{Method: http.MethodPost, Path: "/v1/account/phone/codes", JSON: map[string]string{"phone": owner(c.t).Phone}}
			},
		}},
		"PUT /v1/account/phone": {
			{
				note: "with the code that was sent", expected: answersForHolders("200", "200", "200", "200"),
				call: func(c *callerTokens, w callerKind) seed.Call {
					code := "123456"
					if s := c.sessions[w]; s != nil && w != expiredSession {
						code = sendCode(c, s)
					}
					return seed.Call{Method: http.MethodPut, Path: "/v1/account/phone", JSON: map[string]string{
						"phone": phoneOf(c, w), "code": code,
					}}
				},
			},
			{
				note: "with the code of another account", expected: answersForHolders("410 code-expired", "410 code-expired", "410 code-expired", "410 code-expired"),
				call: func(c *callerTokens, w callerKind) seed.Call {
					from := unrelatedHolder
					if w == unrelatedHolder {
						from = identifiedHolder
					}
					code := sendCode(c, c.sessions[from])
					forgetCodeOf(c, w)
					return seed.Call{Method: http.MethodPut, Path: "/v1/account/phone", JSON: map[string]string{
						"phone": phoneOf(c, from), "code": code,
					}}
				},
			},
		},
		"POST /v1/token": {{
			expected: answersForAll("200"),
			call: func(c *callerTokens, _ callerKind) seed.Call {
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
		"POST /v1/token/revocation": {{
			note: "of a token of the registry's, by the registry", expected: answersForAll("200"),
			call: func(c *callerTokens, _ callerKind) seed.Call {
				m, err := service.target().Machine(seed.Registry)
				if err != nil {
					c.t.Fatal(err)
				}
				token, err := m.Token(c.t.Context(), "report")
				if err != nil {
					c.t.Fatal(err)
				}
				assertion, err := m.Assertion(time.Now(), rand.Text())
				if err != nil {
					c.t.Fatal(err)
				}
				body := append(tokenForm(assertion), "&token="+token...)
				return seed.Call{Method: http.MethodPost, Path: "/v1/token/revocation", Type: "application/x-www-form-urlencoded", Body: body}
			},
		}},
		"PUT /v1/accounts/{username}": {
			{
				scope: "accounts", expected: answersForMachines("200"),
				call: func(c *callerTokens, _ callerKind) seed.Call { return put(owner(c.t), owner(c.t)) },
			},
			{
				note: "for another person", scope: "accounts", expected: answersForMachines("409 account-conflict"),
				call: func(c *callerTokens, _ callerKind) seed.Call { return put(owner(c.t), otherHolder(c.t)) },
			},
		},
	}
}

func renewAll(c *callerTokens) {
	for _, w := range []callerKind{unrelatedHolder, unidentifiedHolder, identifiedHolder, otherPortal} {
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

func phoneOf(c *callerTokens, w callerKind) string {
	if w == unrelatedHolder {
		return otherHolder(c.t).Phone
	}
	return owner(c.t).Phone
}

// sendCode has a code sent to the session's own holder and reads it from their phone.
func sendCode(c *callerTokens, s *seed.Session) string {
	c.t.Helper()
	forget(c.t, "LIMIT#code-")
	phone := s.Holder.Phone
	if err := s.Do(c.t.Context(), http.MethodPost, "/v1/account/phone/codes", map[string]string{"phone": phone}, nil); err != nil {
		c.t.Fatal(err)
	}
	return newestMessage(c.t, "phone-code", phone).Code
}

// forgetCodeOf takes away the code that the caller's own account may have.
func forgetCodeOf(c *callerTokens, w callerKind) {
	c.t.Helper()
	if s := c.sessions[w]; s != nil {
		forget(c.t, fmt.Sprintf("CODE#%s#%s", s.Portal, s.Holder.Username))
	}
}

// identityRows are the routes of the page and of the identity app.
func identityRows() map[string][]matrixRow {
	const one = "/v1/identity/challenges/{challenge}"
	const gone = "404 challenge-not-found"
	post := func(c *callerTokens, code identityapp.Code, step, member, statement string) seed.Call {
		return seed.Call{
			Method: http.MethodPost, Path: "/v1/identity/challenges/" + code.Challenge + "/" + step,
			JSON: map[string]string{member: statement},
		}
	}
	open := func(c *callerTokens) (client.ChallengeOpened, identityapp.Code) {
		forget(c.t, "LIMIT#challenge")
		return openChallenge(c.t, c.sessions[identifiedHolder])
	}
	return map[string][]matrixRow{
		"POST /v1/identity/challenges": {{
			expected: answersForHolders("201", "201", "201", "201"),
			call: func(c *callerTokens, _ callerKind) seed.Call {
				forget(c.t, "LIMIT#challenge")
				return seed.Call{Method: http.MethodPost, Path: "/v1/identity/challenges", JSON: struct{}{}}
			},
		}},
		"GET " + one: {{
			expected: answersForHolders(gone, gone, "200", gone),
			call: func(c *callerTokens, _ callerKind) seed.Call {
				shown, _ := open(c)
				return seed.Call{Method: http.MethodGet, Path: "/v1/identity/challenges/" + shown.Challenge}
			},
		}},
		"POST " + one + "/scan": {
			{note: "by the app", expected: answersForAll("200"), call: func(c *callerTokens, _ callerKind) seed.Call {
				_, code := open(c)
				return post(c, code, "scan", "scan", mustSign(c, app(c.t, owner(c.t)).Scan, code))
			}},
			{note: "by nobody", expected: answersForAll("401 assertion-invalid"), call: func(c *callerTokens, _ callerKind) seed.Call {
				_, code := open(c)
				return post(c, code, "scan", "scan", "x.y.z")
			}},
		},
		"POST " + one + "/assertion": {
			{note: "by the phone that scanned", expected: answersForAll("200"), call: func(c *callerTokens, _ callerKind) seed.Call {
				shown, code := open(c)
				phone := app(c.t, owner(c.t))
				if err := service.api().Scan(c.t.Context(), phone, code); err != nil {
					c.t.Fatal(err)
				}
				return post(c, code, "assertion", "assertion", mustSign(c, func(code identityapp.Code) (string, error) {
					return phone.Assert(code, identityapp.Input{Number: shown.Number, Result: "pass"})
				}, code))
			}},
			{note: "by nobody", expected: answersForAll("401 assertion-invalid"), call: func(c *callerTokens, _ callerKind) seed.Call {
				_, code := open(c)
				return post(c, code, "assertion", "assertion", "x.y.z")
			}},
		},
	}
}

func mustSign(c *callerTokens, sign func(identityapp.Code) (string, error), code identityapp.Code) string {
	c.t.Helper()
	statement, err := sign(code)
	if err != nil {
		c.t.Fatal(err)
	}
	return statement
}
