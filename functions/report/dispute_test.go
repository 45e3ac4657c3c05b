package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func (d fixture) sendDispute(t *testing.T, number, reason string) recordstest.Reply {
	t.Helper()
	body, err := json.Marshal(map[string]string{"number": number, "reason": reason})
	if err != nil {
		t.Fatal(err)
	}
	return recordstest.Send(t, d.app, recordstest.Request{Route: "POST /v1/disputes", Token: d.token, Body: string(body)})
}

// disputed is a dispute as shown to a client.
type disputed struct{ Dispute, Number, Certificate, Reason, State, Why string }

// enterForeignNumber makes Beijing the keeper of a number of Shanghai's, which was possible before
// numbers belonged to provinces.
func enterForeignNumber(t *testing.T, d fixture) records.Record {
	t.Helper()
	c := recordstest.Sample(d.Clock.Now(), nil, nil)
	c.Number = "沪1312019202000001"
	return d.Enter(t, c, nil, nil)
}

// TestADisputeNamesNobody: another authority and the operators read the reason.
func TestADisputeNamesNobody(t *testing.T) {
	beijing := newFixture(t, "110000")
	shanghai := beijing.as(t, "shanghai", "310000")
	kept := enterForeignNumber(t, beijing)
	for _, reason := range []string{"持证人 110101 1980 0101 0010 已在本市注册", "请致电 138-0000-0000", "旧号１１０１０１８００１０１００１"} {
		answer := shanghai.sendDispute(t, kept.Certificate.Number, reason)
		answer.WantProblem(t, 422, "invalid-field")
		if !strings.Contains(answer.Body, `"rule":"text.personal"`) {
			t.Errorf("%s: %s", reason, answer.Body)
		}
	}
}

func TestASquattedNumberIsDisputedAndSettled(t *testing.T) {
	beijing := newFixture(t, "110000")
	shanghai := beijing.as(t, "shanghai", "310000")
	kept := enterForeignNumber(t, beijing)
	row := validRow(t).with(fields{"number": kept.Certificate.Number, "areaCode": "310000"})
	if o := shanghai.report(t, row).Rows[0]; rules(o) != "/areaCode area.kept" {
		t.Fatalf("%+v", o)
	}
	var first, again disputed
	shanghai.sendDispute(t, kept.Certificate.Number, "该编号由本市核发").Into(t, 201, &first)
	shanghai.Clock.Advance(time.Second)
	shanghai.sendDispute(t, "沪131192000001", "再次提出").Into(t, 200, &again)
	if first.State != "open" || again != first || first.Certificate != kept.Certificate.ID {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if r, err := beijing.Records.ByNumber(t.Context(), kept.Certificate.Number); err != nil || r.Certificate.State != certificate.Valid || r.Revision != kept.Revision {
		t.Errorf("meanwhile the certificate is %+v, %v", r, err)
	}
	list := func(d fixture) (all []disputed) {
		var got struct{ Items []disputed }
		recordstest.Send(t, d.app, recordstest.Request{Route: "GET /v1/disputes", Token: d.token}).Into(t, 200, &got)
		return got.Items
	}
	if own, others := list(shanghai), list(beijing); len(own) != 1 || own[0] != first || len(others) != 0 {
		t.Errorf("its own: %+v; another's: %+v", own, others)
	}
	if _, err := beijing.Records.SettleDispute(t.Context(), kept.Certificate.Number, first.Dispute, records.Settlement{
		ToClaimant: true, By: "operator:x", Why: "编号由上海核发", At: beijing.Clock.Now(),
	}); err != nil {
		t.Fatal(err)
	}
	if own := list(shanghai); own[0].State != "upheld" || own[0].Why != "编号由上海核发" {
		t.Errorf("%+v", own)
	}
	if o := beijing.report(t, row.with(fields{"areaCode": "110000"})).Rows[0]; rules(o) != "/areaCode number.province" {
		t.Errorf("who had it takes it again: %+v", o)
	}
	o := shanghai.report(t, row).Rows[0]
	if o.Result != reporting.Accepted || o.Certificate == kept.Certificate.ID || o.Version != "001" {
		t.Errorf("the claimant's next report: %+v", o)
	}
	old, _, err := beijing.Records.ForVerify(t.Context(), kept.Certificate.ID, "")
	if err != nil || old.Certificate.State != certificate.Other || old.Certificate.StateNote == "" {
		t.Errorf("the squatted one: %+v, %v", old.Certificate, err)
	}
}

func TestADisputeIsForWhomTheNumberCouldBelongTo(t *testing.T) {
	beijing := newFixture(t, "110000")
	shanghai := beijing.as(t, "shanghai", "310000")
	district := beijing.as(t, "pudong", "310115")
	kept := enterForeignNumber(t, beijing).Certificate.Number
	beijing.sendDispute(t, kept, "x").WantProblem(t, 422, "invalid-field")
	district.sendDispute(t, kept, "x").WantProblem(t, 422, "invalid-field")
	shanghai.sendDispute(t, "沪1312019202000009", "x").WantProblem(t, 404, "certificate-not-found")
	shanghai.sendDispute(t, "1", "x").WantProblem(t, 422, "invalid-field")
	shanghai.sendDispute(t, kept, " ").WantProblem(t, 422, "invalid-field")
	shanghai.sendDispute(t, kept, strings.Repeat("长", 201)).WantProblem(t, 422, "invalid-field")
	shanghai.sendDispute(t, kept, "a\u202eb").WantProblem(t, 422, "invalid-field")
	own := validRow(t).with(fields{"number": "沪1312019202000002", "areaCode": "310000"})
	if o := shanghai.report(t, own).Rows[0]; o.Result != reporting.Accepted {
		t.Fatal(o)
	}
	shanghai.sendDispute(t, "沪1312019202000002", "x").WantProblem(t, 422, "invalid-field")
	recordstest.Send(t, beijing.app, recordstest.Request{Route: "POST /v1/disputes", Body: "{}"}).WantProblem(t, 401, "session-required")
}

func TestAClientEntersSoManyDisputesADay(t *testing.T) {
	d := newFixture(t, "310000")
	kept := enterForeignNumber(t, d)
	for range maxDisputes {
		err := d.Records.OpenDispute(t.Context(), records.Dispute{
			ID: records.NewID(d.Clock.Now()), Number: "沪1312019202000003", Client: "mohurd-registry", Reason: "x", At: d.Clock.Now(),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	d.sendDispute(t, kept.Certificate.Number, "x").WantProblem(t, 429, "rate-limited")
}
