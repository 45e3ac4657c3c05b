package e2e

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// TestTwoPeopleWithOnePassportNumber: each sees, endorses and downloads only their own, and the authority
// that reports the second is told, by report and by file.
func TestTwoPeopleWithOnePassportNumber(t *testing.T) {
	now := civil.Of(time.Now())
	mary, zoe := seed.EndorsableHolder(810, now).WithSerial(810), seed.EndorsableHolder(811, now).WithSerial(811)
	mary.Name, mary.Passport, zoe.Name, zoe.Passport = "Mary Ann Evans", "M81000001", "Zoe Quinn", "M81000001"
	if err := service.target().Enter(t.Context(), []seed.Holder{mary, zoe}); err != nil {
		t.Fatal(err)
	}
	row, err := zoe.Row()
	if err != nil {
		t.Fatal(err)
	}
	var done client.Report
	if err := service.api().Do(t.Context(), seed.Call{
		Method: http.MethodPost, Path: "/v1/reports", Token: token(t, seed.Registry, "report"), JSON: []client.ReportRow{row},
	}, &done); err != nil || len(done.Rows) != 1 || len(done.Rows[0].Warnings) == 0 || done.Rows[0].Warnings[0].Rule != "holder.other" {
		t.Errorf("%+v, %v", done, err)
	}
	line, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	if in := uploadReport(t, line); in.Refused != 0 {
		t.Errorf("%+v", in)
	}
	session, hers := loginAndIdentify(t, mary)
	other, theirs := loginAndIdentify(t, zoe)
	if hers == theirs {
		t.Fatal("both have one certificate")
	}
	made, err := session.Endorse(t.Context(), hers, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	items, bindable, err := other.Certificates(t.Context())
	if err != nil || len(items)+len(bindable) != 1 {
		t.Errorf("the other is listed %v and %v, %v", items, bindable, err)
	}
	_, err = other.Endorse(t.Context(), hers, client.EndorsementAsk{})
	wantProblem(t, err, "certificate-not-found")
	_, err = other.Link(t.Context(), made, "pdf")
	wantProblem(t, err, "certificate-not-found")
	_, err = other.History(t.Context(), hers, client.ListEndorsementsParams{})
	wantProblem(t, err, "certificate-not-found")
	_, err = other.Withdraw(t.Context(), made, "")
	wantProblem(t, err, "certificate-not-found")
	_, err = other.Consents(t.Context(), made)
	wantProblem(t, err, "certificate-not-found")
	wantProblem(t, other.Bind(t.Context(), hers), "certificate-not-found")
}
