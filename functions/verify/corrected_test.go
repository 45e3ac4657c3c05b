package main

import (
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// corrected is a copy of 张三's with a consent to everything, and a certificate that is 李四's since.
type corrected struct {
	*world
	former records.Record
	made   documenttest.Made
	secret string
}

func newCorrected(t *testing.T) corrected {
	t.Helper()
	w := newWorld(t)
	c := corrected{world: w, former: w.record, made: w.endorse(t)}
	_, c.secret = w.consent(t, c.made, records.ConsentFields()...)
	w.Clock.Pass(time.Minute)
	w.record = w.Change(t, w.record.Certificate.ID, func(c *certificate.Certificate) {
		c.Version, c.Holder = "002", certificate.Holder{
			Name: "李四", Sex: "男", Birth: civil.Date{Year: 1985, Month: 6, Day: 15}, IDType: "111", IDNumber: recordstest.LiSi().IDNumber,
		}
		c.Employer = certificate.Employer{Name: "另一公司", USCC: "91310000MA00000151"}
	})
	return c
}

// tellsNothing fails where an answer speaks of the new holder.
func (c corrected) tellsNothing(t *testing.T, body string) {
	t.Helper()
	for what, secret := range map[string]string{
		"name": "李四", "masked name": "李*", "birth date": "1985-06-15", "ID number": recordstest.LiSi().IDNumber, "employer": "另一公司",
		"former holder's ID number": recordstest.ZhangSan().IDNumber, "disclosure": "disclosed",
	} {
		if strings.Contains(body, secret) {
			t.Errorf("the %s is told: %s", what, body)
		}
	}
}

func TestAFormerHoldersConsentShowsNothingOfTheNewHolder(t *testing.T) {
	c := newCorrected(t)
	agency := c.Grant(t, identity.Client{ID: "agency", Name: "示例招标代理有限公司", Kind: "organisation", Scopes: []string{identity.ScopeVerify}})
	for name, ask := range map[string]recordstest.Ask{
		"the link":        {Body: `{"token":"` + c.made.Endorsement.QR + "&consent=" + c.secret + `"}`},
		"the code":        {Body: `{"token":"` + c.made.Token + `"}`},
		"an organisation": {Body: `{"token":"` + c.made.Token + `","statedPurpose":"评标","specialty":"建筑工程"}`, Token: agency},
		"the file":        {Body: `{"file":"` + base64Of(c.made.PDF) + `","consent":"` + c.secret + `","asOf":"2026-12-01"}`},
	} {
		t.Run(name, func(t *testing.T) {
			ask.Route = "POST /v1/verifications"
			answer := recordstest.Send(t, c.app, ask)
			var got reply
			answer.Into(t, 200, &got)
			want(t, got, "invalid", 23, verdict.Copy, "fail", "证书登记的持证人已更正，该加注件作废")
			c.tellsNothing(t, answer.Body)
			if got.Ends == nil || got.Ends.Rule != "HOLDER_CHANGED" {
				t.Errorf("it ends %+v", got.Ends)
			}
		})
	}
}

// A verification of the former holder's paper is the former holder's to read.
func TestAVerificationIsToldWhoseCopyItWas(t *testing.T) {
	c := newCorrected(t)
	c.ask(t, fields{"token": c.made.Token, "asker": fields{"name": "丙"}})
	c.ask(t, fields{"number": "京1112019202000001", "name": "李四", "asker": fields{"name": "丁"}})
	for holder, want := range map[string]string{c.former.Holder: "丙", c.record.Holder: "丁"} {
		page, err := c.Register.Sightings(t.Context(), c.record.Certificate.ID, holder, records.Period{Limit: 50})
		if err != nil || len(page.Items) != 1 || page.Items[0].Asker != want || page.Items[0].Version != "002" {
			t.Errorf("%s is told %+v, %v", want, page.Items, err)
		}
	}
}

// The function has no key of sealed fields; what it shows of a number comes out of the consent.
func TestVerifyingNeedsNoKeyOfSealedFields(t *testing.T) {
	w := newWorld(t)
	made := w.endorse(t)
	_, secret := w.consent(t, made, records.ShowIDNumber)
	w.Register = records.New(w.Tables(), w.Table, nil)
	w.app = w.function(t, w.press)
	got := w.ask(t, fields{"token": made.Endorsement.QR + "&consent=" + secret})
	if shown, _ := got.Subject["disclosed"].(map[string]any); shown["idNumber"] != recordstest.ZhangSan().IDNumber || shown["idType"] != "111" {
		t.Errorf("shown: %v", got.Subject["disclosed"])
	}
	if got := w.ask(t, fields{"number": "京1112019202000001", "name": "张三"}); got.Subject == nil {
		t.Errorf("the number finds %+v", got.Checks)
	}
}
