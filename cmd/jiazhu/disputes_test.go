package main

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestAnOperatorSettlesADispute(t *testing.T) {
	d := newFixture(t)
	c := recordstest.Sample(d.now, nil, nil)
	c.Number = "沪1312019202000001"
	kept := d.put(t, records.Change{After: c, By: records.Author{Client: "beijing"}})
	var open []records.Dispute
	for _, client := range []string{"shanghai", "another"} {
		made := records.Dispute{ID: records.NewID(d.now), Number: c.Number, Certificate: c.ID, Client: client, Reason: "本市核发", At: d.now}
		if err := d.certificates.OpenDispute(t.Context(), made); err != nil {
			t.Fatal(err)
		}
		open = append(open, made)
	}
	if out, _ := d.want(t, 0, "", "disputes", "list"); strings.Count(out, "本市核发") != 2 || !strings.Contains(out, open[0].ID) {
		t.Errorf("listed: %s", out)
	}
	settle := func(code int, id string, flags ...string) string {
		t.Helper()
		out, errOut := d.want(t, code, "", append([]string{"disputes", "settle", c.Number, id}, flags...)...)
		return out + errOut
	}
	settle(2, open[0].ID, "-why", "x")
	settle(2, open[0].ID, "-to", "claimant")
	settle(2, open[0].ID, "-to", "claimant", "-why", "a\u202eb")
	settle(2, open[0].ID, "-to", "claimant", "-why", "持证人 110101 1980 0101 0010")
	settle(1, records.NewID(d.now), "-to", "claimant", "-why", "x")
	if said := settle(0, open[1].ID, "-to", "keeper", "-why", "无依据"); !strings.Contains(said, `"to": "keeper"`) {
		t.Error(said)
	}
	if r, err := d.certificates.ByNumber(t.Context(), c.Number); err != nil || r.Certificate.State != certificate.Valid || r.Revision != 1 {
		t.Fatalf("a dismissed dispute did something: %+v, %v", r, err)
	}
	if said := settle(0, open[0].ID, "-to", "claimant", "-why", "编号由上海核发"); !strings.Contains(said, "operator:") {
		t.Error(said)
	}
	if said := settle(1, open[0].ID, "-to", "keeper", "-why", "x"); !strings.Contains(said, "settled already, for the claimant") {
		t.Error(said)
	}
	if _, err := d.certificates.ByNumber(t.Context(), c.Number); err == nil {
		t.Error("the number still finds the certificate")
	}
	ended, _, err := d.certificates.ForVerify(t.Context(), c.ID, "")
	if err != nil || ended.Certificate.State != certificate.Other || ended.Certificate.StateNote == "" || ended.Revision != kept.Revision+1 {
		t.Errorf("the certificate: %+v, %v", ended, err)
	}
	versions, err := d.certificates.Versions(t.Context(), c.ID)
	if err != nil || len(versions) != 2 || !strings.HasPrefix(versions[1].By.Client, "operator:") {
		t.Errorf("its versions: %+v, %v", versions, err)
	}
	if out, _ := d.want(t, 0, "", "disputes", "list"); strings.TrimSpace(out) != "[]" {
		t.Errorf("still open: %s", out)
	}
	about, err := d.certificates.DisputesAbout(t.Context(), c.Number)
	if err != nil || len(about) != 2 || about[0].Settled == nil || about[1].Settled == nil {
		t.Fatalf("%+v, %v", about, err)
	}
	for _, x := range about {
		if s := x.Settled; s.Why == "" || s.By == "" || !s.At.Equal(d.now) || s.ToClaimant != (x.Client == "shanghai") {
			t.Errorf("not recorded: %+v", s)
		}
	}
	all := d.entries(t)
	if last := all[len(all)-1]; last.Command != "disputes list" && last.Command != "disputes settle" {
		t.Errorf("the audit log ends with %+v", last)
	}
}
