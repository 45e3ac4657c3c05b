package main

import "testing"

func TestATokenIsEndedByItsClient(t *testing.T) {
	w := newFixture(t)
	token, kept := w.machine("mohurd-portal"), w.machine("mohurd-portal")
	w.want(201, "", openAccountCall(token, "zhangsan", person(zhangID, nil)))
	if r := w.want(200, "", revocationCall(w.assertion("mohurd-portal", nil), token)); r.body != "" {
		t.Errorf("the answer has a body: %s", r.body)
	}
	w.want(401, "session-expired", openAccountCall(token, "zhangsan", person(zhangID, nil)))
	w.want(200, "", openAccountCall(kept, "zhangsan", person(zhangID, nil)))
	ignored := revocationCall(w.assertion("mohurd-portal", nil), token) // RFC 6749, 3.2
	ignored.body += "&unknown=1&unknown=2"
	w.want(200, "", ignored)
	// RFC 7009, 2.2: a token that is not valid is no error.
	w.want(200, "", revocationCall(w.assertion("mohurd-portal", nil), token))
	w.want(200, "", revocationCall(w.assertion("mohurd-portal", nil), "NEVERGIVEN"))
}

func TestATokenIsNotEndedByOthers(t *testing.T) {
	w := newFixture(t)
	token := w.machine("mohurd-portal")
	if r := w.want(400, "forbidden", revocationCall(w.assertion("gjzwfw-portal", nil), token)); r.text("error") != "unauthorized_client" {
		t.Errorf("answer %s", r.body)
	}
	w.wantRefused(revocationCall(w.assertion("nobody", nil), token), "signature")
	w.wantRefused(revocationCall(w.assertion("mohurd-portal", func(c object) { c["aud"] = origin + "/v1/token/revocation" }), token), "audience")
	w.wantRefused(revocationCall(w.assertion("mohurd-portal", func(c object) { c["sub"] = "gjzwfw-portal" }), token), "subject")
	if r := w.want(400, "invalid-field", revocationCall(w.assertion("mohurd-portal", nil), "")); r.text("error") != "invalid_request" {
		t.Errorf("answer %s", r.body)
	}
	twice := revocationCall(w.assertion("mohurd-portal", nil), token)
	twice.body += "&token=" + token
	w.want(400, "invalid-field", twice)
	used := w.assertion("mohurd-portal", nil)
	w.want(200, "", tokenCall(used, ""))
	w.wantRefused(revocationCall(used, token), "replay")
	ended := w.assertion("mohurd-portal", nil)
	w.want(200, "", revocationCall(ended, "NEVERGIVEN"))
	w.wantRefused(tokenCall(ended, ""), "replay")
	w.want(201, "", openAccountCall(token, "zhangsan", person(zhangID, nil)))
}
