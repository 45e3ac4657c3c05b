package e2e

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// Answers that several rows expect.
const (
	sessionRequired  = "401 session-required"
	sessionExpired   = "401 session-expired"
	identityRequired = "403 identity-required"
	forbidden        = "403 forbidden"
	noCert           = "404 certificate-not-found"
	noCopy           = "404 endorsement-not-found"
)

// answersForAll is what an open route answers, whatever token comes with the call.
func answersForAll(answer string) (want [callerCount]string) {
	for w := range callerCount {
		want[w] = answer
	}
	return want
}

// answersForHolders is what a holder's route answers; machines are nobody there.
func answersForHolders(ofOther, ofUnidentified, ofRight, ofElsewhere string) [callerCount]string {
	want := answersForAll(sessionExpired)
	want[anonymous] = sessionRequired
	want[unrelatedHolder], want[unidentifiedHolder], want[identifiedHolder], want[otherPortal] = ofOther, ofUnidentified, ofRight, ofElsewhere
	return want
}

// answersForMachines is what a machine's route answers; holders are nobody there.
func answersForMachines(ofMachine string) [callerCount]string {
	want := answersForAll(sessionExpired)
	want[anonymous], want[machineClient], want[machineWithoutScope] = sessionRequired, ofMachine, forbidden
	return want
}

// fixedCall is a call about nothing in particular.
func fixedCall(method, path string, body any) func(*callerTokens, callerKind) seed.Call {
	return func(*callerTokens, callerKind) seed.Call { return seed.Call{Method: method, Path: path, JSON: body} }
}

// certificateCall is a call about the right holder's certificate.
func certificateCall(method, below string, body any) func(*callerTokens, callerKind) seed.Call {
	return func(c *callerTokens, _ callerKind) seed.Call {
		return seed.Call{Method: method, Path: "/v1/certificates/" + c.certificate + below, JSON: body}
	}
}

// copyCall is a call about a new copy of it.
func copyCall(method, below string, body any) func(*callerTokens, callerKind) seed.Call {
	return func(c *callerTokens, _ callerKind) seed.Call {
		made := c.endorse()
		return seed.Call{
			Method: method, JSON: body,
			Path: "/v1/certificates/" + made.Certificate + "/endorsements/" + made.Endorsement + below,
		}
	}
}

func matrix() map[string][]matrixRow {
	all := map[string][]matrixRow{}
	for _, part := range []map[string][]matrixRow{loginRows(), identityRows(), certificateRows(), copyRows(), openRows(), reportRows()} {
		for operation, rows := range part {
			all[operation] = append(all[operation], rows...)
		}
	}
	return all
}

func certificateRows() map[string][]matrixRow {
	const path = "/v1/certificates/{certificate}"
	return map[string][]matrixRow{
		"GET /v1/certificates": {{
			expected: answersForHolders("200", identityRequired, "200", "200"), call: fixedCall(http.MethodGet, "/v1/certificates", nil),
		}},
		"GET " + path:                    {{expected: answersForHolders(noCert, identityRequired, "200", "200"), call: certificateCall(http.MethodGet, "", nil)}},
		"GET " + path + "/preflight":     {{expected: answersForHolders(noCert, "200", "200", "200"), call: certificateCall(http.MethodGet, "/preflight", nil)}},
		"GET " + path + "/verifications": {{expected: answersForHolders(noCert, identityRequired, "200", "200"), call: certificateCall(http.MethodGet, "/verifications", nil)}},
		"PUT " + path + "/binding": {{
			expected: answersForHolders(noCert, "200", "200", "200"), call: certificateCall(http.MethodPut, "/binding", nil),
		}},
		"DELETE " + path + "/binding": {{
			expected: answersForHolders(noCert, "204", "204", "204"),
			call: func(c *callerTokens, _ callerKind) seed.Call {
				for _, w := range []callerKind{identifiedHolder, otherPortal} {
					if err := c.sessions[w].Bind(c.t.Context(), c.certificate); err != nil {
						c.t.Fatal(err)
					}
				}
				return certificateCall(http.MethodDelete, "/binding", nil)(c, 0)
			},
			after: func(c *callerTokens) {
				for _, w := range []callerKind{identifiedHolder, otherPortal} {
					if err := c.sessions[w].Bind(c.t.Context(), c.certificate); err != nil {
						c.t.Fatal(err)
					}
				}
			},
		}},
	}
}

func copyRows() map[string][]matrixRow {
	const path = "/v1/certificates/{certificate}/endorsements"
	const one = path + "/{endorsement}"
	consent := map[string]any{"fields": []string{"name"}, "until": today(), "to": "某某单位（示例）"}
	return map[string][]matrixRow{
		"POST " + path: {{
			expected: answersForHolders(noCert, identityRequired, "201", "201"),
			call: func(c *callerTokens, w callerKind) seed.Call {
				call := certificateCall(http.MethodPost, "/endorsements", struct{}{})(c, w)
				call.Header = map[string]string{"Idempotency-Key": rand.Text()}
				return call
			},
		}},
		"GET " + path:               {{expected: answersForHolders(noCert, identityRequired, "200", "200"), call: certificateCall(http.MethodGet, "/endorsements", nil)}},
		"GET " + one:                {{expected: answersForHolders(noCert, identityRequired, "200", "200"), call: copyCall(http.MethodGet, "", nil)}},
		"DELETE " + one:             {{expected: answersForHolders(noCert, identityRequired, "200", "200"), call: copyCall(http.MethodDelete, "", map[string]string{"reason": "x"})}},
		"POST " + one + "/consents": {{expected: answersForHolders(noCert, identityRequired, "201", "201"), call: copyCall(http.MethodPost, "/consents", consent)}},
		"GET " + one + "/consents":  {{expected: answersForHolders(noCert, identityRequired, "200", "200"), call: copyCall(http.MethodGet, "/consents", nil)}},
		"GET " + one + "/preview":   {{expected: answersForHolders(noCert, identityRequired, "200", "200"), call: copyCall(http.MethodGet, "/preview", nil)}},
		"POST " + one + "/links": {
			{expected: answersForHolders(noCert, identityRequired, "201", "201"), call: copyCall(http.MethodPost, "/links", map[string]string{"file": "pdf"})},
			{
				note:     "for another's copy under one's own certificate",
				expected: answersForHolders(noCopy, identityRequired, noCopy, noCopy),
				call: func(c *callerTokens, w callerKind) seed.Call {
					made, path := c.endorse(), c.certificate
					if w == unrelatedHolder {
						path = c.certificateOf(unrelatedHolder)
					} else {
						made = c.endorseAs(unrelatedHolder)
					}
					return seed.Call{
						Method: http.MethodPost, JSON: map[string]string{"file": "pdf"},
						Path: "/v1/certificates/" + path + "/endorsements/" + made.Endorsement + "/links",
					}
				},
			},
		},
		"DELETE " + one + "/consents/{consent}": {{
			expected: answersForHolders(noCert, identityRequired, "204", "204"),
			call: func(c *callerTokens, _ callerKind) seed.Call {
				made := c.endorse()
				given, err := c.sessions[identifiedHolder].Consent(c.t.Context(), made, "某某单位（示例）", "name")
				if err != nil {
					c.t.Fatal(err)
				}
				return seed.Call{
					Method: http.MethodDelete,
					Path:   "/v1/certificates/" + made.Certificate + "/endorsements/" + made.Endorsement + "/consents/" + given.Consent,
				}
			},
		}},
	}
}

func openRows() map[string][]matrixRow {
	verification := answersForAll(sessionExpired) // where a token is sent, it must be an organisation's
	verification[anonymous], verification[machineClient], verification[machineWithoutScope] = "200", "200", forbidden
	return map[string][]matrixRow{
		"POST /v1/verifications": {{
			scope: "verify", expected: verification,
			call: func(c *callerTokens, _ callerKind) seed.Call {
				h := owner(c.t)
				forget(c.t, "LIMIT#verify-number") // the callers are one network
				return seed.Call{
					Method: http.MethodPost, Path: "/v1/verifications",
					JSON: map[string]string{"number": h.Number, "name": h.Name, "statedPurpose": "评标"},
				}
			},
		}},
		"POST /v1/verifications/batch": {{
			scope: "verify", expected: verification,
			call: func(c *callerTokens, _ callerKind) seed.Call {
				return seed.Call{
					Method: http.MethodPost, Path: "/v1/verifications/batch",
					JSON: map[string]any{"items": []map[string]string{{"token": c.endorse().Token()}}},
				}
			},
		}},
		"POST /v1/verifications/jobs": {{
			scope: "verify", expected: answersForMachines("201"),
			call: func(*callerTokens, callerKind) seed.Call { return jobCall(rand.Text(), 100, strings.Repeat("0", 64)) },
		}},
		"GET /v1/verifications/jobs/{job}": {
			{
				scope: "verify", expected: answersForMachines("200"),
				call: func(c *callerTokens, _ callerKind) seed.Call { return progressCall(announceJob(c.t)) },
			},
		},
		"GET /v":                             {{expected: answersForAll("200"), call: fixedCall(http.MethodGet, "/v", nil)}},
		"GET /v/{file}":                      {{expected: answersForAll("200"), call: fixedCall(http.MethodGet, "/v/icon.svg", nil)}},
		"GET /docs":                          {{expected: answersForAll("200"), call: fixedCall(http.MethodGet, "/docs", nil)}},
		"GET /docs/{file}":                   {{expected: answersForAll("200"), call: fixedCall(http.MethodGet, "/docs/openapi.yaml", nil)}},
		"GET /.well-known/jwks.json":         {{expected: answersForAll("200"), call: fixedCall(http.MethodGet, "/.well-known/jwks.json", nil)}},
		"GET /.well-known/jiazhu-trust.json": {{expected: answersForAll("200"), call: fixedCall(http.MethodGet, "/.well-known/jiazhu-trust.json", nil)}},
	}
}

func reportRows() map[string][]matrixRow {
	return map[string][]matrixRow{
		"POST /v1/reports": {{
			scope: "report", expected: answersForMachines("200"),
			call: func(c *callerTokens, _ callerKind) seed.Call {
				row, err := owner(c.t).Row()
				if err != nil {
					c.t.Fatal(err)
				}
				return seed.Call{Method: http.MethodPost, Path: "/v1/reports", JSON: []client.ReportRow{row}}
			},
		}},
		"POST /v1/reports/drops": {{
			scope: "report", expected: answersForMachines("201"),
			call:  fixedCall(http.MethodPost, "/v1/reports/drops", map[string]int{"bytes": 100}),
			after: func(c *callerTokens) { revokeWaiting(c.t) },
		}},
		"DELETE /v1/reports/{report}": {
			{
				scope: "report", expected: answersForMachines("200"),
				call:  func(c *callerTokens, _ callerKind) seed.Call { return revocationCall(announce(c.t, 100)) },
				after: func(c *callerTokens) { revokeWaiting(c.t) },
			},
			{
				note:  "of another client",
				scope: provincialReport, expected: answersForMachines("404 report-not-found"),
				call:  func(c *callerTokens, _ callerKind) seed.Call { return revocationCall(announce(c.t, 100)) },
				after: func(c *callerTokens) { revokeWaiting(c.t) },
			},
		},
		"GET /v1/reports/certificates/{number}": {
			{
				scope: "report", expected: answersForMachines("200"),
				call: func(c *callerTokens, _ callerKind) seed.Call { return versionsCall(owner(c.t).Number) },
			},
			{
				note:  "of another area",
				scope: provincialReport, expected: answersForMachines(noCert),
				call: func(c *callerTokens, _ callerKind) seed.Call { return versionsCall(transferredNumber(c.t)) },
			},
		},
		"POST /v1/disputes": {
			{
				scope: provincialReport, expected: answersForMachines("201"),
				call: func(c *callerTokens, _ callerKind) seed.Call { return disputeCall(transferredNumber(c.t)) },
			},
			{
				note:  "about a certificate that the client keeps",
				scope: "report", expected: answersForMachines("422 invalid-field"),
				call: func(c *callerTokens, _ callerKind) seed.Call { return disputeCall(owner(c.t).Number) },
			},
		},
		"POST /v1/seals/{seal}/state": {
			{
				scope: "seals", expected: answersForMachines("200"),
				call: func(c *callerTokens, _ callerKind) seed.Call { return sealCall(usedSealOfCapital(c.t)) },
			},
			{
				note:  "of another authority",
				scope: "seals", expected: answersForMachines("422 invalid-field"),
				call: func(*callerTokens, callerKind) seed.Call { return sealCall("11010200000001") },
			},
		},
		"GET /v1/disputes": {{
			scope: provincialReport, expected: answersForMachines("200"), call: fixedCall(http.MethodGet, "/v1/disputes", nil),
		}},
		"GET /v1/reports/{report}": {{
			scope: "report", expected: answersForMachines("200"),
			call: func(c *callerTokens, _ callerKind) seed.Call {
				row, err := owner(c.t).Row()
				if err != nil {
					c.t.Fatal(err)
				}
				done, err := service.target().Report(c.t.Context(), row)
				if err != nil {
					c.t.Fatal(err)
				}
				return seed.Call{Method: http.MethodGet, Path: "/v1/reports/" + done.Report}
			},
		}},
	}
}

func revocationCall(report string) seed.Call {
	return seed.Call{Method: http.MethodDelete, Path: "/v1/reports/" + report}
}

func versionsCall(number string) seed.Call {
	return seed.Call{Method: http.MethodGet, Path: "/v1/reports/certificates/" + url.PathEscape(number)}
}

// sealCall allows what is allowed, which changes nothing.
func sealCall(id string) seed.Call {
	return seed.Call{Method: http.MethodPost, Path: "/v1/seals/" + id + "/state", JSON: map[string]string{"state": "active", "why": "机关核查"}}
}

func disputeCall(number string) seed.Call {
	return seed.Call{
		Method: http.MethodPost, Path: "/v1/disputes", JSON: map[string]string{"number": number, "reason": "该编号由本市核发"},
	}
}

var transfers = 60000 // of invented rows that nobody else reports

// transferredNumber is a number of Beijing whose certificate another area has taken, a new one at each call.
func transferredNumber(t *testing.T) string {
	t.Helper()
	transfers++
	row := seed.GenerateRow(transfers)
	leaving, taken := row, row
	leaving.State = "06"
	taken.AreaCode, taken.Operation = "310000", "08"
	for _, r := range []client.ReportRow{row, leaving, taken} {
		if done, err := service.target().Report(t.Context(), r); err != nil || done.Accepted != 1 {
			t.Fatalf("%+v, %v", done, err)
		}
	}
	return row.Number
}

// tokenForm is a machine client's request for an access token.
func tokenForm(assertion string) []byte {
	return []byte(url.Values{
		"grant_type":            {"client_credentials"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {assertion},
	}.Encode())
}
