package main

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// Whoever kept a copy that has ended learns from it nothing that happened to its holder later: not
// by code, file, receipt or consent, not as an organisation, not for another day, not in a receipt
// of the answer.
func TestADeadCopyDoesNotFollowItsHolder(t *testing.T) {
	for name, kill := range map[string]func(*testing.T, *fixture, issuetest.IssuedCopy){
		"withdrawn": func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
			e := made.Endorsement
			if _, err := w.Records.Withdraw(t.Context(), e.CertID, e.Holder, e.ID, "", w.Clock.Now()); err != nil {
				t.Fatal(err)
			}
		},
		"expired": func(_ *testing.T, w *fixture, _ issuetest.IssuedCopy) { w.Clock.Advance(200 * 24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			made := w.endorse(t)
			_, secret := w.consent(t, made, records.ShowName, records.ShowBirth)
			receipt, _ := w.requestReceipt(t, fields{"token": made.Token})
			w.Clock.Advance(time.Minute)
			w.record = w.Change(t, w.record.Certificate.ID, func(c *certificate.Certificate) {
				c.Version, c.State = "002", certificate.Suspended
				c.Employer = certificate.Employer{Name: "下一家公司", USCC: "91310000MA00000151"}
				c.Specialties = []certificate.Specialty{{Name: "矿业工程", From: civil.Date{Year: 2020, Month: 9, Day: 9}, To: civil.Date{Year: 2031, Month: 9, Day: 8}}}
			})
			kill(t, w, made)
			agency := w.Grant(t, agency("agency", 0))
			for how, ask := range map[string]recordstest.Request{
				"the code":         {Body: `{"token":"` + made.Token + `","specialty":"矿业","purpose":"投标"}`},
				"for a past day":   {Body: `{"token":"` + made.Token + `","asOf":"` + civil.Of(made.Endorsement.MadeAt).String() + `"}`},
				"for a later day":  {Body: `{"token":"` + made.Token + `","asOf":"2031-09-08"}`},
				"the consent":      {Body: `{"token":"` + made.Endorsement.QR + "&consent=" + secret + `"}`},
				"an organisation":  {Body: `{"token":"` + made.Token + `","statedPurpose":"评标"}`, Token: agency},
				"the PDF":          {Body: `{"file":"` + base64Of(made.PDF) + `","statedPurpose":"评标"}`, Token: agency},
				"the OFD":          {Body: `{"file":"` + base64Of(made.OFD) + `","consent":"` + secret + `"}`},
				"its receipt":      {Body: `{"receipt":"` + receipt + `"}`},
				"a new receipt":    {Body: `{"token":"` + made.Token + `","wantReceipt":true}`},
				"in English":       {Body: `{"token":"` + made.Token + `"}`, Header: map[string]string{"accept-language": "en"}},
				"receipt, English": {Body: `{"receipt":"` + receipt + `"}`, Header: map[string]string{"accept-language": "en"}},
			} {
				ask.Route = "POST /v1/verifications"
				answer := recordstest.Send(t, w.app, ask)
				var got reply
				answer.Into(t, 200, &got)
				if got.Verdict == "valid" {
					t.Errorf("%s: a dead copy is valid", how)
				}
				body := answer.Body + receiptPayload(got.Receipt)
				for _, later := range []string{"下一家公司", "91310000MA00000151", "矿业工程", "2020-09-09", "2031-09-08）", "暂扣", "受限", "Restricted", "disclosed"} {
					if strings.Contains(body, later) {
						t.Errorf("%s: the answer tells %s: %s", how, later, body)
					}
				}
			}
		})
	}
}

// receiptPayload returns the payload of a receipt.
func receiptPayload(receipt string) string {
	parts := strings.Split(receipt, ".")
	if len(parts) != 3 {
		return ""
	}
	return decodePart(parts[1])
}

func decodePart(part string) string {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
