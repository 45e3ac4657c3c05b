package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const ledgerRoute = "GET /v1/certificates/{certificate}/verifications"

// noteVerification adds a verification to the ledger at the present time.
func (c fixture) noteVerification(t *testing.T, seen records.VerificationEntry) string {
	t.Helper()
	seen.ID, seen.Holder, seen.Version = records.NewID(c.Clock.Now()), c.record.Holder, c.record.Certificate.Version
	if err := c.Records.AddVerification(t.Context(), c.record.Certificate.ID, seen); err != nil {
		t.Fatal(err)
	}
	return seen.ID
}

func (c fixture) ledger(t *testing.T, token, certificate, query string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, c.app, recordstest.Request{
		Route: ledgerRoute, Token: token, Query: query, Path: map[string]string{"certificate": certificate},
	})
}

func TestTheHolderReadsWhoVerified(t *testing.T) {
	c := newFixture(t)
	paper := c.noteVerification(t, records.VerificationEntry{Channel: "qr", Verdict: "valid", Endorsement: "E", Asker: "丙"})
	c.Clock.Advance(24 * time.Hour)
	agency := c.noteVerification(t, records.VerificationEntry{
		Channel: "number", Verdict: "unknown", Organisation: "示例招标代理有限公司", Client: "agency", Purpose: "评标",
		Consent: "C", Shown: []string{"name"},
	})
	token := c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)
	var got ledgerPage
	c.ledger(t, token, c.record.Certificate.ID, "").Into(t, 200, &got)
	want := ledgerPage{Items: []verificationEntry{
		{
			ID: agency, At: "2026-11-24T12:00:00.000+08:00", Channel: "number", Verdict: "unknown",
			Organisation: "示例招标代理有限公司", Purpose: "评标", Consent: "C", Shown: []string{"name"},
		},
		{ID: paper, At: "2026-11-23T12:00:00.000+08:00", Channel: "qr", Verdict: "valid", Endorsement: "E", Asker: "丙"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for query, ids := range map[string]string{
		"limit=1":                         agency,
		"limit=1&cursor=" + agency:        paper,
		"from=2026-11-24":                 agency,
		"to=2026-11-23":                   paper,
		"from=2026-11-23&to=2026-11-24":   agency + " " + paper,
		"from=2026-11-25&limit=50&cursor": "",
	} {
		var page ledgerPage
		c.ledger(t, token, c.record.Certificate.ID, query).Into(t, 200, &page)
		var read []string
		for _, s := range page.Items {
			read = append(read, s.ID)
		}
		if diff := cmp.Diff(ids, strings.Join(read, " ")); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	for _, query := range []string{"limit=0", "limit=51", "from=x", "from=2026-11-24&to=2026-11-23", "cursor=x"} {
		c.ledger(t, token, c.record.Certificate.ID, query).WantProblem(t, 422, "invalid-field")
	}
}

func TestTheLedgerIsForItsHolderWhoseFaceWasSeen(t *testing.T) {
	c := newFixture(t)
	c.ledger(t, "", c.record.Certificate.ID, "").WantProblem(t, 401, "session-required")
	c.ledger(t, c.SignIn(t, recordstest.ZhangSan(), "mohurd", false), c.record.Certificate.ID, "").WantProblem(t, 403, "identity-required")
	c.ledger(t, c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", true), c.record.Certificate.ID, "").WantProblem(t, 409, "not-bound")
}

// Another holder's certificate, a missing one and an invalid id get the same bytes.
func TestALedgerTellsStrangersNothing(t *testing.T) {
	c := newFixture(t)
	c.noteVerification(t, records.VerificationEntry{Channel: "qr", Verdict: "valid"})
	token := c.SignIn(t, recordstest.LiSi(), "mohurd", true)
	var first recordstest.Reply
	for i, id := range []string{c.record.Certificate.ID, records.NewID(c.Clock.Now()), strings.ToLower(c.record.Certificate.ID), "x", "CERT#x"} {
		got := c.ledger(t, token, id, "")
		got.WantProblem(t, 404, "certificate-not-found")
		if i == 0 {
			first = got
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("%s is answered otherwise: %s", id, diff)
		}
	}
	calls := func(id string) []recordstest.Call {
		listen := c.Transport.Listen()
		c.ledger(t, token, id, "")
		return listen()
	}
	if diff := cmp.Diff(calls(records.NewID(c.Clock.Now())), calls(c.record.Certificate.ID)); diff != "" {
		t.Errorf("another's takes other calls than nobody's: %s", diff)
	}
}
