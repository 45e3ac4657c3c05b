package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// What `make contract-fuzz` once found to be taken, or passed over, against the contract.
func TestWhatTheContractForbidsIsRefused(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "several specialties, one ending soon"))
	made, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	of := "/v1/certificates/" + certificate
	copyOf := of + "/endorsements/" + made.Endorsement
	key := map[string]string{"Idempotency-Key": "found-by-sending-nothing"}
	for name, c := range map[string]struct {
		method, path, body string
		header             map[string]string
		pointer            string
	}{
		"null for what to endorse":             {http.MethodPost, of + "/endorsements", "null", key, ""},
		"null for why to withdraw":             {http.MethodDelete, copyOf, "null", nil, ""},
		"null for a challenge":                 {http.MethodPost, "/v1/identity/challenges", "null", nil, ""},
		"null for which file":                  {http.MethodPost, copyOf + "/links", "null", nil, ""},
		"a history from no day":                {http.MethodGet, of + "/endorsements?from=", "", nil, "/from"},
		"a history of no entries":              {http.MethodGet, of + "/endorsements?limit=", "", nil, "/limit"},
		"a ledger to no day":                   {http.MethodGet, of + "/verifications?to=", "", nil, "/to"},
		"a day relied on in both places":       {http.MethodPost, "/v1/verifications?asOf=2027-01-15", `{"token":"` + made.Token() + `","asOf":"2027-01-16"}`, nil, "/asOf"},
		"a wish for a receipt that is no wish": {http.MethodPost, "/v1/verifications?wantReceipt=null", `{"token":"` + made.Token() + `"}`, nil, "/wantReceipt"},
	} {
		t.Run(name, func(t *testing.T) {
			call := seed.Call{Method: c.method, Path: c.path, Token: s.Token, Header: c.header}
			if c.body != "" {
				call.Body, call.Type = []byte(c.body), "application/json"
			}
			if strings.HasPrefix(c.path, "/v1/verifications") {
				call.Token = ""
			}
			reply, err := s.API.Send(t.Context(), call)
			if err != nil {
				t.Fatal(err)
			}
			var p client.Problem
			if err := reply.Decode(&p); err != nil {
				t.Fatal(err)
			}
			if reply.Status != http.StatusUnprocessableEntity || p.Code != "invalid-field" || len(p.Fields) != 1 || p.Fields[0].Pointer != c.pointer {
				t.Errorf("got %d %+v, want invalid-field at %q", reply.Status, p, c.pointer)
			}
		})
	}
	if now, err := s.Endorsement(t.Context(), made); err != nil || now.State != "ready" {
		t.Errorf("afterwards the copy is %s, %v", now.State, err)
	}
}
