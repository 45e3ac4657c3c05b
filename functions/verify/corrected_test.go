package main

import (
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// correctedFixture is a copy of 张三's with a consent to all fields, and a certificate that was later
// corrected to 李四.
type correctedFixture struct {
	*fixture
	formerRecord records.Record
	made         issuetest.IssuedCopy
	secret       string
	receipts     map[string]string // from before the correction
}

func newCorrectedFixture(t *testing.T) correctedFixture {
	t.Helper()
	w := newFixture(t)
	c := correctedFixture{fixture: w, formerRecord: w.record, made: w.endorse(t)}
	_, c.secret = w.consent(t, c.made, records.ConsentFields()...)
	c.receipts = map[string]string{}
	for name, ask := range map[string]fields{
		"of a code": {"token": c.made.Token}, "of a number": {"number": "京1112019202000001", "name": "张三"},
	} {
		c.receipts[name], _ = w.requestReceipt(t, ask)
	}
	w.Clock.Advance(time.Minute)
	w.record = w.Change(t, w.record.Certificate.ID, func(c *certificate.Certificate) {
		c.Holder = certificate.Holder{
			Name: "李四", Sex: "男", Birth: civil.Date{Year: 1985, Month: 6, Day: 15}, IDType: "111", IDNumber: recordstest.LiSi().IDNumber,
		}
		c.Employer = certificate.Employer{Name: "另一公司", USCC: "91310000MA00000151"}
	})
	return c
}

// wantNoHolderData fails if an answer shows data of the new holder.
func (c correctedFixture) wantNoHolderData(t *testing.T, body string) {
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
	c := newCorrectedFixture(t)
	agency := c.Grant(t, identity.Client{ID: "agency", Name: "示例招标代理有限公司", Kind: "organisation", Purposes: []string{"评标"}, Scopes: []string{identity.ScopeVerify}})
	for name, ask := range map[string]recordstest.Request{
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
			c.wantNoHolderData(t, answer.Body)
			if got.Ends == nil || got.Ends.Rule != "HOLDER_CHANGED" {
				t.Errorf("it ends %+v", got.Ends)
			}
		})
	}
}

// The findings about an earlier receipt are about its holder, not about the new one: a number alone
// stands for whoever it was registered for.
func TestAReceiptOfAFormerHolderIsNotComparedWithTheNewOne(t *testing.T) {
	c := newCorrectedFixture(t)
	for name, receipt := range c.receipts {
		t.Run(name, func(t *testing.T) {
			answer := recordstest.Send(t, c.app, recordstest.Request{Route: "POST /v1/verifications", Body: `{"receipt":"` + receipt + `"}`})
			var got struct {
				Now struct {
					Checks []struct{ Check, Result, Reason string }
					Newer  bool
				}
			}
			answer.Into(t, 200, &got)
			c.wantNoHolderData(t, answer.Body)
			for _, row := range got.Now.Checks {
				changed := row.Reason == "holder-changed" && row.Result != "pass"
				if row.Check == "certificate" && !changed || row.Check == "copy" && !changed && name != "of a number" {
					t.Errorf("%+v", row)
				}
			}
			if len(got.Now.Checks) == 0 || got.Now.Newer {
				t.Errorf("%+v", got.Now)
			}
		})
	}
	if _, ledger := c.readLedger(t, c.record); len(ledger) != 0 {
		t.Errorf("the new holder is told %+v", ledger)
	}
}

// readLedger returns the ledger as the certificate's holder reads it: the askers, and the entries.
func (c correctedFixture) readLedger(t *testing.T, of records.Record) (askers []string, all []records.VerificationEntry) {
	t.Helper()
	page, err := c.Records.ListVerifications(t.Context(), of.Certificate.ID, of.Holder, records.Period{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range page.Items {
		askers = append(askers, s.Asker)
	}
	return askers, page.Items
}

// A verification of the former holder's paper is shown to the former holder.
func TestAVerificationIsToldWhoseCopyItWas(t *testing.T) {
	c := newCorrectedFixture(t)
	c.postVerification(t, fields{"token": c.made.Token, "asker": fields{"name": "丙"}})
	c.postVerification(t, fields{"number": "京1112019202000001", "name": "李四", "asker": fields{"name": "丁"}})
	for _, told := range []struct {
		records.Record
		want, version string
	}{{c.formerRecord, "丙", "001"}, {c.record, "丁", "001"}} {
		if askers, all := c.readLedger(t, told.Record); len(all) == 0 || askers[0] != told.want || all[0].Version != told.version {
			t.Errorf("%s is told %+v", told.want, all)
		}
	}
}

// The function has no key for encrypted fields; the part of a number that it shows comes from the
// consent.
func TestVerifyingNeedsNoKeyOfSealedFields(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	_, secret := w.consent(t, made, records.ShowIDNumber)
	w.Records = w.OpenRecords(w.Integrity())
	w.app = w.function(t, w.issuer)
	got := w.postVerification(t, fields{"token": made.Endorsement.QR + "&consent=" + secret})
	if shown, _ := got.Subject["disclosed"].(map[string]any); shown["idNumber"] != recordstest.ZhangSan().IDNumber || shown["idType"] != "111" {
		t.Errorf("shown: %v", got.Subject["disclosed"])
	}
	if got := w.postVerification(t, fields{"number": "京1112019202000001", "name": "张三"}); got.Subject == nil {
		t.Errorf("the number finds %+v", got.Checks)
	}
}
