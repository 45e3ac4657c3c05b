package verdict

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// changeCertificate changes everything in the certificate that a register may change after the copy
// was made.
func (w *fixture) changeCertificate() {
	w.certificate.Version = "007"
	w.certificate.State = certificate.Suspended
	w.certificate.Employer = certificate.Employer{Name: "下一家公司", USCC: "91310000MA00000151"}
	w.certificate.Specialties = []certificate.Specialty{{Name: "矿业工程", From: day("2020-09-09"), To: day("2031-09-08")}}
	w.certificate.Issuer.Name = "下一机关"
	w.records.Latest = laterID
}

// laterWords are texts that a verdict contains if it reveals any of these changes.
var laterWords = []string{"下一", "矿业工程", "2020-09-09", "2031", "暂扣", "state 02", "受限使用", `"Newer":true`, "其他证书"}

// wantNothingLater fails if a verdict, or the findings about a receipt, contain one of them.
func wantNothingLater(t *testing.T, said any) {
	t.Helper()
	told, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range laterWords {
		if strings.Contains(string(told), word) {
			t.Errorf("it tells %s: %s", word, told)
		}
	}
}

// deadCopyChanges are the reasons for which a copy is no longer in force, or was never one of ours.
func deadCopyChanges() map[string]func(*fixture) {
	return map[string]func(*fixture){
		"withdrawn":                    func(w *fixture) { w.withdrawCopy("2021-05-20") },
		"over":                         func(w *fixture) { w.now = at("2021-10-20") },
		"over and superseded since":    func(w *fixture) { w.now = at("2021-10-20"); w.records.Scheme.Supersedes = true },
		"over, its record ended":       func(w *fixture) { w.now = at("2030-01-01"); w.records.Endorsement = nil },
		"void, its holder corrected":   func(w *fixture) { w.endorsement.Holder, w.records.Holder = "former", "present" },
		"never registered":             func(w *fixture) { w.records.Endorsement = nil },
		"of other days than recorded":  func(w *fixture) { w.evidence.Claim.Until = day("2099-01-01") },
		"of another copy's identifier": func(w *fixture) { w.evidence.Claim.Endorsement = laterID },
	}
}

func TestADeadCopyTellsNothingLaterThanItself(t *testing.T) {
	for name, kill := range deadCopyChanges() {
		for kind, given := range map[string]func(*fixture){"a file": (*fixture).presentFile, "a token": (*fixture).presentToken} {
			for asked, q := range map[string]Question{
				"today":                                  {Specialty: "矿业工程", Purpose: "投标"},
				"of a past day":                          {AsOf: day("2021-05-01"), Specialty: "矿业工程", Recipient: "乙公司（集团）"},
				"of a day that the certificate outlives": {AsOf: day("2030-01-01")},
			} {
				t.Run(name+", "+kind+", asked "+asked, func(t *testing.T) {
					w := newFixture()
					given(w)
					w.changeCertificate()
					kill(w)
					w.question = q
					v := w.judge(t)
					if v.Overall == Valid {
						t.Errorf("a dead copy is valid: %+v", v.Findings)
					}
					if v.Subject == nil || v.Subject.Number == "" || v.Subject.Name != "张**" {
						t.Errorf("it shows %+v", v.Subject)
					}
					wantNothingLater(t, v)
				})
			}
		}
	}
}

// TestAnotherFileThanTheRegisteredOneTellsNothingLater: a holder of a signing key can make a second
// file of a copy that is in force.
func TestAnotherFileThanTheRegisteredOneTellsNothingLater(t *testing.T) {
	w := newFixture()
	w.changeCertificate()
	w.evidence.SHA256 = ofdDigest // the digest is recorded for a PDF
	wantNothingLater(t, w.judge(t))
}

func TestADeadTokenShowsItsOwnWordsAlone(t *testing.T) {
	for name, kill := range deadCopyChanges() {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			w.presentToken()
			kill(w)
			s := w.judge(t).Subject
			if s == nil || s.TypeName+s.Issuer+s.Employer+s.Identifier != "" || s.Specialties != nil || s.Purpose != nil || s.Recipient != nil {
				t.Errorf("it shows %+v", s)
			}
		})
	}
}

func TestAReceiptOfADeadCopyTellsNothingLaterNow(t *testing.T) {
	for name, kill := range deadCopyChanges() {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			w.changeCertificate()
			s := w.receiptClaim()
			kill(w)
			if w.evidence.Claim != nil {
				s.Claim = *w.evidence.Claim
			}
			wantNothingLater(t, Compare(s, w.records, w.now))
		})
	}
}

// drawDead varies everything that a verdict on a copy that is no longer in force depends on.
func drawDead(t *rapid.T) *fixture {
	w := drawFixture(t)
	w.records.Access, w.records.Certificate, w.records.Endorsement = Found, &w.certificate, &w.endorsement
	w.records.Scheme = &scheme.Scheme{ID: "constructor-1"}
	rapid.SampledFrom([]func(){w.presentFile, w.presentToken}).Draw(t, "copy")()
	deadCopyChanges()[rapid.SampledFrom(slices.Sorted(maps.Keys(deadCopyChanges()))).Draw(t, "dead")](w)
	return w
}

// For a copy that is not in force today, the certificate's present state makes no difference.
func TestADeadCopyHasOneAnswerWhateverTheCertificateIsNow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawDead(t)
		before, err := json.Marshal(Judge(w.evidence, w.records, w.question, w.now))
		if err != nil {
			t.Fatal(err)
		}
		changed := *w.records.Certificate
		changed.State = rapid.SampledFrom([]certificate.State{certificate.Valid, certificate.Cancelled, certificate.Suspended}).Draw(t, "state")
		changed.Employer.Name, changed.Specialties, changed.Number = "下一家公司", nil, "京1112019202099999"
		w.records.Certificate = &changed
		after, err := json.Marshal(Judge(w.evidence, w.records, w.question, w.now))
		if err != nil {
			t.Fatal(err)
		}
		if string(before) != string(after) {
			t.Errorf("the answer follows the certificate: %s, then %s", before, after)
		}
	})
}
