package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func (d fixture) sendTrial(t *testing.T, query string, rows ...fields) recordstest.Reply {
	t.Helper()
	body, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	return recordstest.Send(t, d.app, recordstest.Request{Route: "POST /v1/reports", Query: query, Token: d.token, Body: string(body)})
}

// TestATrialSaysWhatEachRowWouldDoAndWritesNothing has a row of each kind.
func TestATrialSaysWhatEachRowWouldDoAndWritesNothing(t *testing.T) {
	d := newFixture(t)
	same, changed, replaced := validRow(t), validRow(t).with(fields{"number": "京1112019202000002"}), validRow(t).with(fields{"number": "京1112019202000003"})
	passport := validRow(t).with(fields{"number": "京1112019202000006", "holder": map[string]any{
		"idType": "414", "idNo": "M12345678", "name": "Mary Ann Evans", "sex": "女", "birth": "1980-01-01"}})
	bare := validRow(t).with(fields{"number": "京1112019202000007"})
	d.report(t, same, changed, replaced, passport, bare)
	rows := []fields{
		validRow(t).with(fields{"number": "京1112019202000004"}),
		changed.with(fields{"qualificationNo": "2019000001"}),
		replaced.within("holder", map[string]any{"name": "李四", "birth": "1985-06-15", "idNo": "310101198506150016"}),
		same,
		changed.with(fields{"specialties": []any{}}),
		validRow(t).with(fields{"number": "沪1112019202000005"}),
		passport.within("holder", map[string]any{"name": "Zoe Quinn"}).with(fields{"number": "京1112019202000008"}),
		bare.within("holder", map[string]any{"name": "李四", "birth": "1985-06-15", "idNo": "310101198506150016"}).with(fields{"photo": nil, "signatureImage": nil}),
	}
	calls := d.Transport.Listen()
	var tried reporting.Response
	d.sendTrial(t, "dryRun=true", rows...).Into(t, 200, &tried)
	for i, want := range []string{"accepted new", "accepted changed", "accepted replaced", "unchanged ", "refused ", "refused ", "accepted new", "accepted replaced"} {
		if o := tried.Rows[i]; o.Result+" "+o.Change != want {
			t.Errorf("row %d is %s %s, want %s: %+v", i+1, o.Result, o.Change, want, o)
		}
	}
	if tried.Report != "" || tried.Accepted != 5 || tried.Unchanged != 1 || tried.Refused != 2 {
		t.Errorf("%+v", tried)
	}
	for _, call := range calls() {
		if !strings.HasPrefix(string(call), "Get") && !strings.HasPrefix(string(call), "BatchGet") && call != "Query" {
			t.Errorf("a trial makes the call %s", call)
		}
	}
	landed := d.report(t, rows...)
	for i, o := range landed.Rows {
		if o.Result != tried.Rows[i].Result || rules(o) != rules(tried.Rows[i]) || warnings(o) != warnings(tried.Rows[i]) {
			t.Errorf("row %d is %+v, and was tried as %+v", i+1, o, tried.Rows[i])
		}
	}
	if got := warnings(tried.Rows[6]) + "; " + warnings(tried.Rows[7]); got != "/holder/name holder.other; /photo picture.holder, /signatureImage picture.holder" {
		t.Errorf("warned of %s", got)
	}
	for _, query := range []string{"dryRun=yes", "dryRun=", "dryRun"} {
		d.sendTrial(t, query, same).WantProblem(t, 422, "invalid-field")
	}
}
