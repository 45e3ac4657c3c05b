package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func (d fixture) requestVersions(t *testing.T, number string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, d.app, recordstest.Request{
		Route: "GET /v1/reports/certificates/{number}", Token: d.token, Path: map[string]string{"number": number},
	})
}

func TestAnAuthorityReadsWhoReportedWhatOfItsCertificates(t *testing.T) {
	d := newFixture(t)
	first := d.report(t, validRow(t))
	d.Clock.Advance(time.Minute)
	second := d.as(t, "beijing-registry", "110000").report(t, validRow(t).with(fields{"stateNote": "更正"}).within("employer", map[string]any{"name": "另一公司"}))
	d.Clock.Advance(time.Minute)
	other := validRow(t).within("holder", map[string]any{"name": "李四", "birth": "1985-06-15", "idNo": "310101198506150016"}).with(fields{"photo": nil})
	third := d.as(t, "beijing-registry", "110000").report(t, other)
	var got struct {
		Certificates []struct {
			Certificate, ReplacedBy string
			Versions                []struct {
				Version, Client, Report string
				Changed                 []string
			}
		}
	}
	reply := d.as(t, "beijing-registry", "110000").requestVersions(t, "京1112019202000001")
	reply.Into(t, 200, &got)
	for _, secret := range []string{"110101198001010010", "310101198506150016", "张三", "李四", "另一公司"} {
		if strings.Contains(reply.Body, secret) {
			t.Errorf("%s is shown: %s", secret, reply.Body)
		}
	}
	var rows [][]string
	for _, c := range got.Certificates {
		for _, v := range c.Versions {
			rows = append(rows, append([]string{c.Certificate, v.Version, v.Client, v.Report}, v.Changed...))
		}
	}
	was, is := first.Rows[0].Certificate, third.Rows[0].Certificate
	want := [][]string{
		{is, "001", "beijing-registry", third.Report, "scheme", "number", "certificateSerial", "holder", "employer", "specialties", "issuedOn", "areaCode", "state", "signatureImage", "reportedToMinistry"},
		{was, "002", "beijing-registry", third.Report, "state", "stateNote", "operation", "photo", "signatureImage"},
		{was, "002", "beijing-registry", second.Report, "employer", "stateNote"},
		{was, "001", "mohurd-registry", first.Report, "scheme", "number", "certificateSerial", "holder", "employer", "specialties", "issuedOn", "areaCode", "state", "photo", "signatureImage", "reportedToMinistry"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if got.Certificates[1].ReplacedBy != is {
		t.Errorf("%+v", got)
	}
	elsewhere := d.as(t, "shanghai-registry", "310000").requestVersions(t, "京1112019202000001")
	elsewhere.WantProblem(t, 404, "certificate-not-found")
	d.token = d.Grant(t, identity.Client{ID: "level-two", Kind: "authority", Areas: []string{"110000"}, Schemes: []string{"constructor-2-beijing"}, Scopes: []string{"report"}})
	d.requestVersions(t, "京1112019202000001").WantProblem(t, 404, "certificate-not-found")
	absent := d.as(t, "shanghai-registry", "310000").requestVersions(t, "京1112019202000002")
	if diff := cmp.Diff(absent, elsewhere); diff != "" {
		t.Errorf("the answers for another area's and for none differ: %s", diff)
	}
	d.requestVersions(t, "京1").WantProblem(t, 404, "certificate-not-found")
}
