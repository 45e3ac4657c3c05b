package main

import (
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const sealIssuer, sealNumber = "11110000000021135M", "11010200000001"

// newSealFixture has a client of an authority that has sealed.
func newSealFixture(t *testing.T) fixture {
	t.Helper()
	defer must.Fatal(t)
	d := newFixture(t)
	must.Get(d.Records.NumberKeySet(t.Context(), sealhistory.KeySet{Issuer: sealIssuer, Seal: sealNumber, PDF: strings.Repeat("1", 64), OFD: strings.Repeat("2", 64)}))
	d.token = d.Grant(t, identity.Client{ID: "capital", Kind: "authority", Issuer: sealIssuer, Scopes: []string{identity.ScopeSeals}})
	return d
}

func (d fixture) changeSeal(t *testing.T, id, body string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, d.app, recordstest.Request{Route: "POST /v1/seals/{seal}/state", Path: map[string]string{"seal": id}, Token: d.token, Body: body})
}

func TestAnAuthorityChangesTheStateOfItsSeal(t *testing.T) {
	defer must.Fatal(t)
	d := newSealFixture(t)
	change := func(body string, state sealhistory.State, changes int) {
		t.Helper()
		var got struct {
			Issuer, Seal string
			State        sealhistory.State
			Changes      []struct{ State, At, Recorded, Why string }
		}
		d.changeSeal(t, sealNumber, body).Into(t, 200, &got)
		if got.Issuer != sealIssuer || got.Seal != sealNumber || got.State != state || len(got.Changes) != changes {
			t.Errorf("%s: %+v", body, got)
		}
	}
	change(`{"state":"active","why":"核查"}`, sealhistory.Active, 0)
	change(`{"state":"suspended","why":"印章遗失"}`, sealhistory.Suspended, 1)
	change(`{"state":"suspended","why":"印章遗失"}`, sealhistory.Suspended, 1) // the same again
	d.Clock.Advance(4 * time.Minute)
	change(`{"state":"active","why":"印章找回"}`, sealhistory.Active, 2)
	d.Clock.Advance(4 * time.Minute)
	stolen := `{"state":"revoked","why":"密钥失窃","at":"` + d.Clock.Now().Add(-6*time.Minute).Format(time.RFC3339) + `"}`
	change(stolen, sealhistory.Revoked, 3)
	change(stolen, sealhistory.Revoked, 3)
	d.changeSeal(t, sealNumber, `{"state":"active","why":"恢复"}`).WantProblem(t, 422, "invalid-field")
	h := must.Get(d.Records.ReadSeals(t.Context())).Of[sealhistory.Name{Issuer: sealIssuer, ID: sealNumber}]
	if len(h) != 3 || h[0].By != "client:capital" || !h[2].At.Equal(d.Clock.Now().Add(-6*time.Minute)) {
		t.Errorf("kept is %+v", h)
	}
	stopped := 0
	must.Do(d.Journal.Read(t.Context(), journal.SealStopped, time.Time{}, func(journal.Entry) error {
		stopped++
		return nil
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) }))
	if stopped != 2 {
		t.Errorf("the journal has %d changes that stopped it", stopped)
	}
	change(`{"state":"revoked","why":"密钥失窃"}`, sealhistory.Revoked, 3)
}

func TestAChangeOfASealIsRefused(t *testing.T) {
	defer must.Fatal(t)
	d := newSealFixture(t)
	for name, body := range map[string]string{
		"no such state":     `{"state":"lost","why":"x"}`,
		"no reason":         `{"state":"suspended","why":" "}`,
		"a person's number": `{"state":"suspended","why":"持证人 110101198001010010"}`,
		"an earlier time":   `{"state":"suspended","why":"x","at":"2026-11-23T10:00:00+08:00"}`,
		"a later time":      `{"state":"revoked","why":"x","at":"2036-11-23T10:00:00+08:00"}`,
		"no time":           `{"state":"revoked","why":"x","at":"yesterday"}`,
	} {
		if reply := d.changeSeal(t, sealNumber, body); reply.Status != 422 {
			t.Errorf("%s: %d %s", name, reply.Status, reply.Body)
		}
	}
	d.changeSeal(t, "11010200000002", `{"state":"suspended","why":"x"}`).WantProblem(t, 422, "invalid-field")
	other := d
	other.token = d.Grant(t, identity.Client{ID: "other", Kind: "authority", Issuer: "11100000000013338W", Scopes: []string{identity.ScopeSeals}})
	other.changeSeal(t, sealNumber, `{"state":"suspended","why":"x"}`).WantProblem(t, 422, "invalid-field")
	other.token = d.Grant(t, identity.Client{ID: "reporter", Kind: "authority", Issuer: sealIssuer, Areas: []string{"*"}, Schemes: []string{"*"}, Scopes: []string{identity.ScopeReport}})
	other.changeSeal(t, sealNumber, `{"state":"suspended","why":"x"}`).WantProblem(t, 403, "forbidden")
	if read := must.Get(d.Records.ReadSeals(t.Context())); read.Revision != 0 {
		t.Errorf("changed is %+v", read)
	}
}
