package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

// A client that errs or cheats cannot prevent a cancellation: however often it changes a note, the
// certificate can be cancelled.
func TestACertificateIsCancelledHoweverOftenItWasChanged(t *testing.T) {
	d := newFixture(t)
	d.report(t, validRow(t))
	var rows []fields
	for i := range maxRows {
		rows = append(rows, validRow(t).with(fields{"photo": nil, "signatureImage": nil, "stateNote": fmt.Sprint(i)}))
	}
	a := d.report(t, rows...)
	if a.Accepted == 0 || a.Refused == 0 || a.Accepted+a.Refused != maxRows || rules(a.Rows[maxRows-1]) != " changes.day" {
		t.Errorf("%d accepted, %d refused, the last for %s", a.Accepted, a.Refused, rules(a.Rows[maxRows-1]))
	}
	for _, state := range []string{"04", "03", "07"} {
		if o := d.report(t, validRow(t).with(fields{"state": state})).Rows[0]; o.Result != reporting.Accepted {
			t.Errorf("into state %s: %+v", state, o)
		}
	}
	d.Clock.Advance(24 * time.Hour)
	d = d.as(t, "mohurd-registry")
	if o := d.report(t, validRow(t).with(fields{"state": "07", "stateNote": "吊销"})).Rows[0]; o.Result != reporting.Accepted || o.Version != "001" {
		t.Errorf("the next day: %+v", o)
	}
}

// An attacker who changes the holder all day leaves one certificate in force; its authority can end
// it, whichever holder its row names.
func TestACertificateIsEndedHoweverOftenItsHolderChanged(t *testing.T) {
	d := newFixture(t)
	owner := validRow(t).with(fields{"photo": nil, "signatureImage": nil})
	other := owner.within("holder", map[string]any{"name": "李四", "birth": "1985-06-15", "idNo": "310101198506150016"})
	d.report(t, owner)
	var rows []fields
	for range 60 {
		rows = append(rows, other, owner)
	}
	rows = append(rows, other)
	if a := d.report(t, rows...); rules(a.Rows[len(rows)-1]) != " changes.day" {
		t.Fatalf("the last: %+v", a.Rows[len(rows)-1])
	}
	for i, of := range []fields{other, owner, other} {
		for _, state := range []string{"02", "05", "06", "99", "04", "03", "07"}[min(i, 1):] { // only a valid certificate is suspended
			o := d.report(t, of.with(fields{"state": state, "stateNote": "另有决定", "operation": "07"})).Rows[0]
			r, err := d.Records.ByNumber(t.Context(), o.Number)
			if o.Result != reporting.Accepted || err != nil || string(r.Certificate.State) != state || r.Certificate.ID != o.Certificate {
				t.Fatalf("into state %s: %+v; the number's is in %s, %v", state, o, r.Certificate.State, err)
			}
		}
	}
}

func TestANumberIsFirstReportedByItsProvince(t *testing.T) {
	for name, test := range map[string]struct {
		areas        []string
		number, area string
		want         string
	}{
		"its own":                               {[]string{"110000"}, "京1112019202000002", "110105", ""},
		"another province's, at home":           {[]string{"110000"}, "沪1312019202000001", "110000", "/areaCode number.province"},
		"another province's, there":             {[]string{"110000"}, "沪1312019202000001", "310000", "/areaCode area.foreign"},
		"where it was first is not where it is": {[]string{"110000"}, "京1312019202000001", "110000", ""},
		"of several":                            {[]string{"310000", "330000"}, "浙1332019202000001", "330102", ""},
		"a city's client":                       {[]string{"330100"}, "浙1332019202000002", "330102", "/number number.foreign"},
		"everywhere, but in another":            {[]string{"*"}, "沪1312019202000002", "110000", "/areaCode number.province"},
		"everywhere":                            {[]string{"*"}, "沪1312019202000002", "310000", ""},
		"the army's, by the army":               {[]string{"990000"}, "军1992019202000001", "990000", ""},
		"the army's, by a province":             {[]string{"110000"}, "军1992019202000002", "110000", "/areaCode number.province"},
		"a province's, by the army":             {[]string{"990000"}, "京1992019202000003", "990000", "/areaCode number.province"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFixture(t, test.areas...)
			o := d.report(t, validRow(t).with(fields{"number": test.number, "areaCode": test.area})).Rows[0]
			if rules(o) != test.want || (o.Result == reporting.Accepted) != (test.want == "") {
				t.Errorf("%+v", o)
			}
		})
	}
}

func TestAClientReportsItsKindsOfCertificateOnly(t *testing.T) {
	d := newFixture(t)
	d.token = d.Grant(t, identity.Client{
		ID: "level-two", Kind: "authority", Areas: []string{"*"}, Schemes: []string{"constructor-2-beijing"}, Scopes: []string{"report"},
	})
	if o := d.report(t, validRow(t)).Rows[0]; rules(o) != "/scheme scheme.foreign" {
		t.Errorf("%+v", o)
	}
}

func TestATransferKeepsTheHolderAndIsNamed(t *testing.T) {
	beijing := newFixture(t, "110000")
	shanghai := beijing.as(t, "shanghai", "310000")
	national := beijing.as(t, "national", "*")
	g := validRow(t)
	other := map[string]any{"name": "李四", "birth": "1985-06-15", "idNo": "310101198506150016"}
	in := g.with(fields{"areaCode": "310000", "operation": "08"})
	step := func(what string, d fixture, row fields, want string) {
		t.Helper()
		beijing.Clock.Advance(time.Second)
		o := d.report(t, row).Rows[0]
		if got := o.Result + " " + rules(o); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	step("it begins", beijing, g, "accepted ")
	step("taken before it is let go", shanghai, in, "refused /areaCode area.kept")
	step("moved by who reports for both", national, g.with(fields{"areaCode": "310000"}), "refused /areaCode area.kept")
	step("within the province", beijing, g.with(fields{"areaCode": "110105"}), "accepted ")
	step("let go", beijing, g.with(fields{"state": "06", "operation": "05"}), "accepted ")
	step("taken without a word", shanghai, g.with(fields{"areaCode": "310000"}), "refused /operation transfer.operation")
	step("taken as another operation", shanghai, in.with(fields{"operation": "07"}), "refused /operation transfer.operation")
	step("taken as cancelled", shanghai, in.with(fields{"operation": nil, "state": "04"}), "refused /operation transfer.operation")
	step("taken for another holder", shanghai, in.within("holder", other), "refused /holder/idNo transfer.holder")
	step("taken by who reports for both, for another holder", national, in.within("holder", other), "refused /holder/idNo transfer.holder")
	step("ended meanwhile by who keeps it", beijing, g.with(fields{"state": "04"}), "accepted ")
	step("taken when ended", shanghai, in, "refused /areaCode area.kept")
	step("revived as a transfer", beijing, g.with(fields{"state": "06", "operation": "05"}), "refused /operation operation.order")
	step("set aside", beijing, g.with(fields{"state": "06", "operation": "07", "stateNote": "注销撤回"}), "accepted ")
	step("taken", shanghai, in, "accepted ")
	step("taken, sent again", shanghai, in, "unchanged ")
	step("back by who let it go", beijing, g, "refused /areaCode area.kept")
	step("cancelled by who took it", shanghai, in.with(fields{"operation": "05", "state": "04"}), "accepted ")
}
