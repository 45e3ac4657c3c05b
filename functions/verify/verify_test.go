package main

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestACopyInForceIsValidInEveryForm(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	for name, verify := range map[string]func(*testing.T) reply{
		"its QR code":              func(t *testing.T) reply { return w.postVerification(t, fields{"token": made.Token}) },
		"what a camera read":       func(t *testing.T) reply { return w.postVerification(t, fields{"token": made.Endorsement.QR}) },
		"its PDF as the body":      func(t *testing.T) reply { return w.upload(t, "application/pdf", made.PDF, "") },
		"its OFD as the body":      func(t *testing.T) reply { return w.upload(t, "application/ofd", made.OFD, "") },
		"its OFD, of unnamed type": func(t *testing.T) reply { return w.upload(t, "application/octet-stream", made.OFD, "") },
		"its PDF called an OFD":    func(t *testing.T) reply { return w.upload(t, "application/ofd", made.PDF, "") },
		"its PDF inside JSON":      func(t *testing.T) reply { return w.postVerification(t, fields{"file": base64Of(made.PDF)}) },
		"with every question answered": func(t *testing.T) reply {
			return w.upload(t, "application/pdf", made.PDF, "asOf=2027-05-22&specialty=%E5%BB%BA%E7%AD%91%E5%B7%A5%E7%A8%8B&purpose=P-2026-7&recipient=%E4%B9%99%E5%85%AC%E5%8F%B8%28%E9%9B%86%E5%9B%A2%29")
		},
	} {
		t.Run(name, func(t *testing.T) {
			calls := w.Transport.Listen()
			got := verify(t)
			want(t, got, "valid", 0, verdict.Copy, "pass", "加注件有效至2027年5月22日")
			if diff := cmp.Diff([]recordstest.Call{"BatchGetItem", "PutItem"}, calls()); diff != "" {
				t.Errorf("the registry was asked otherwise: %s", diff)
			}
			if got.VerdictName != "有效" || got.CheckedAt != "2026-11-23T12:00:00+08:00" || got.Ends == nil || got.Ends.On != "2027-05-22" || got.Ends.Rule != "180D" {
				t.Errorf("got %+v, ends %+v", got, got.Ends)
			}
		})
	}
}

// Whoever has the key of codes can sign other words for a registered copy. The register knows the
// code that was printed.
func TestACodeOfOtherWordsThanTheRegisteredOneIsNotValid(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	for name, change := range map[string]func(c *credential.Claims){
		"no declaration":        func(c *credential.Claims) { c.Declaration = "" },
		"another declaration":   func(c *credential.Claims) { c.Declaration = "AAAAAAAAAAAAAAAA" },
		"another holder's name": func(c *credential.Claims) { c.Name = "李*" },
	} {
		t.Run(name, func(t *testing.T) {
			claims := credential.NewClaims(made.Endorsement, w.record.Certificate)
			change(&claims)
			code, err := credential.Issue(t.Context(), w.issuer.Tokens, claims)
			if err != nil {
				t.Fatal(err)
			}
			want(t, w.postVerification(t, fields{"token": code}), "invalid", 10, verdict.Copy, "fail", "与签发记录不符")
		})
	}
	again, err := credential.Issue(t.Context(), w.issuer.Tokens, credential.NewClaims(made.Endorsement, w.record.Certificate))
	if err != nil {
		t.Fatal(err)
	}
	want(t, w.postVerification(t, fields{"token": again}), "valid", 0, verdict.Copy, "pass", "加注件有效至2027年5月22日")
}

func TestPDFAndOFDGetTheSameVerdict(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	pdf, ofd := w.upload(t, "application/pdf", made.PDF, ""), w.upload(t, "application/ofd", made.OFD, "")
	pdf.Given, ofd.Given = "", ""
	for i := range pdf.Checks { // two keys with two names
		if pdf.Checks[i].Check == string(verdict.Issuer) {
			pdf.Checks[i].Text, ofd.Checks[i].Text = "", ""
		}
	}
	if diff := cmp.Diff(pdf, ofd); diff != "" {
		t.Error(diff)
	}
}

func TestWhatHappenedSince(t *testing.T) {
	tests := map[string]struct {
		since   func(*testing.T, *fixture, issuetest.IssuedCopy)
		overall string
		code    int
		check   verdict.Check
		text    string
	}{
		"the holder withdrew it": {
			func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
				w.Clock.Advance(time.Hour)
				if _, err := w.Records.Withdraw(t.Context(), made.Endorsement.CertID, made.Endorsement.Holder, made.Endorsement.ID, "误加注", w.Clock.Now()); err != nil {
					t.Fatal(err)
				}
			}, "invalid", 23, verdict.Copy, "持证人已撤回（2026年11月23日）",
		},
		"its last day is over": {
			func(_ *testing.T, w *fixture, made issuetest.IssuedCopy) {
				w.Clock.Set(made.Endorsement.UseUntil.End())
			},
			"invalid", 22, verdict.Copy, "加注件已过期：有效至2027年5月22日",
		},
		"the certificate was cancelled": {
			func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
				w.Change(t, made.Endorsement.CertID, func(c *certificate.Certificate) { c.State = certificate.Cancelled })
			}, "invalid", 21, verdict.Certificate, "已废止或已注销（注销）",
		},
		"the certificate was suspended": {
			func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
				w.Change(t, made.Endorsement.CertID, func(c *certificate.Certificate) { c.State = certificate.Suspended })
			}, "invalid", 23, verdict.Certificate, "受限使用（暂扣）",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			made := w.endorse(t)
			tt.since(t, w, made)
			want(t, w.postVerification(t, fields{"token": made.Token}), tt.overall, tt.code, tt.check, "fail", tt.text)
			want(t, w.upload(t, "application/pdf", made.PDF, ""), tt.overall, tt.code, tt.check, "fail", tt.text)
			want(t, w.upload(t, "application/ofd", made.OFD, ""), tt.overall, tt.code, tt.check, "fail", tt.text)
		})
	}
}

func TestAChangeOfEmployerEndsTheCopy(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	w.Change(t, made.Endorsement.CertID, func(c *certificate.Certificate) { c.Employer.Name, c.Version = "另一公司", "002" })
	want(t, w.upload(t, "application/ofd", made.OFD, ""), "invalid", 23, verdict.Copy, "fail", "加注后证书已变更（聘用企业），须重新加注")
	want(t, w.postVerification(t, fields{"token": made.Token}), "invalid", 23, verdict.Copy, "fail", "加注后证书已变更（聘用企业），须重新加注")
}

func TestCopiesSideBySide(t *testing.T) {
	w := newFixture(t)
	first := w.endorse(t)
	w.Clock.Advance(time.Minute)
	second := w.endorse(t)
	if _, err := w.Records.Withdraw(t.Context(), first.Endorsement.CertID, first.Endorsement.Holder, first.Endorsement.ID, "", w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	t.Run("the token of one says nothing of the other", func(t *testing.T) {
		got := w.postVerification(t, fields{"token": first.Token})
		want(t, got, "invalid", 23, verdict.Copy, "fail", "持证人已撤回（2026年11月23日）")
		if got.Newer {
			t.Error("a withdrawn copy tells that another was made later")
		}
	})
	t.Run("the other stays valid", func(t *testing.T) {
		got := w.postVerification(t, fields{"token": second.Token})
		want(t, got, "valid", 0, verdict.Copy, "pass", "加注件有效至2027年5月22日")
		if got.Newer {
			t.Error("the newest copy is said to have a newer one")
		}
	})
}

func TestANewerCopySupersedesWhereTheSchemeSaysSo(t *testing.T) {
	w := newFixtureWith(t, func(c *certificate.Certificate) {
		c.Scheme, c.Number = "constructor-2-beijing", "京2112019202000001"
	})
	first := w.endorse(t)
	w.Clock.Advance(time.Minute)
	second := w.endorse(t)
	want(t, w.upload(t, "application/pdf", first.PDF, ""), "invalid", 23, verdict.Copy, "fail", "已被新加注件取代")
	want(t, w.upload(t, "application/pdf", second.PDF, ""), "valid", 0, verdict.Copy, "pass", "加注件有效至2027年5月22日")
}

func TestAnAlteredFileShowsNothingAndAsksNobody(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	for name, file := range map[string][]byte{
		"a PDF": issuetest.FlipBit(made.PDF, len(made.PDF)/2), "an OFD": issuetest.FlipBit(made.OFD, len(made.OFD)/2),
		"a PDF without its head": made.PDF[1:],
	} {
		t.Run(name, func(t *testing.T) {
			calls := w.Transport.Listen()
			got := w.upload(t, "application/octet-stream", file, "")
			if got.Verdict != "invalid" || got.Code != 10 || len(got.Checks) != 1 || got.Subject != nil || got.Ends != nil {
				t.Errorf("got %+v", got)
			}
			if asked := calls(); len(asked) != 0 {
				t.Errorf("the registry was asked: %v", asked)
			}
		})
	}
}

func TestAForeignSealIsNotTrustedYetNotInvalid(t *testing.T) {
	w := newFixture(t)
	made := w.print(t, issuetest.New(t, w.Clock.Now()))
	for name, got := range map[string]reply{
		"PDF": w.upload(t, "application/pdf", made.PDF, ""), "OFD": w.upload(t, "application/ofd", made.OFD, ""),
	} {
		t.Run(name, func(t *testing.T) {
			want(t, got, "unknown", 10, verdict.Issuer, "fail", "未受信任：印章不在信任列表")
		})
	}
	got := w.postVerification(t, fields{"token": made.Token})
	want(t, got, "unknown", 10, verdict.Integrity, "unknown", "二维码的签名密钥未知，无法核对")
	if len(got.Checks) != 1 || got.Subject != nil {
		t.Errorf("a code of an unknown key shows more: %+v", got)
	}
}

func TestOurOwnSealWithoutARecordIsNoCopy(t *testing.T) {
	w := newFixture(t)
	made := w.print(t, w.issuer)
	want(t, w.upload(t, "application/pdf", made.PDF, ""), "invalid", 10, verdict.Copy, "fail", "没有该加注件的签发记录")
	want(t, w.postVerification(t, fields{"token": made.Token}), "invalid", 10, verdict.Copy, "fail", "没有该加注件的签发记录")
}

func TestAFileThatIsNotTheOneRecorded(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	c := made.Copy
	c.Certificate.Employer.Name = "另一公司"
	other := w.issuer.MakeFromCopy(t, made.Endorsement, c, made.Token)
	want(t, w.upload(t, "application/pdf", other.PDF, ""), "invalid", 10, verdict.Copy, "fail", "与签发记录不符")
}

func TestWithoutTheRegistryNothingIsValid(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	w.Transport.On(func(recordstest.Call) recordstest.CallOutcome { return recordstest.NeverArrives })
	got := w.upload(t, "application/pdf", made.PDF, "")
	want(t, got, "unknown", 0, verdict.Freshness, "unknown", "离线：实时状态未知")
	if result, _ := got.row(verdict.Integrity); result != "pass" {
		t.Errorf("what the file proves by itself is not said: %+v", got.Checks)
	}
	reply := recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Body: `{"number":"京1112019202000001","name":"张三"}`})
	if reply.Status < 500 {
		t.Errorf("a number is answered without the registry: %d %s", reply.Status, reply.Body)
	}
}

func TestTheAnswerGivesNothingAway(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	receipt, _ := w.requestReceipt(t, fields{"token": made.Token})
	file := func(media string) map[string]string { return map[string]string{"content-type": media} }
	for name, ask := range map[string]recordstest.Request{
		"token":             {Body: `{"token":"` + made.Token + `","wantReceipt":true}`},
		"PDF":               {Body: string(made.PDF), Header: file("application/pdf"), Query: "wantReceipt=true"},
		"OFD":               {Body: string(made.OFD), Header: file("application/ofd"), Query: "wantReceipt=true"},
		"number":            {Body: `{"number":"京1112019202000001","name":"张三","wantReceipt":true}`},
		"receipt":           {Body: receipt, Header: file("application/jose")},
		"an unused consent": {Body: `{"token":"` + made.Token + `","consent":"` + strings.Repeat("0", 52) + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			ask.Route = "POST /v1/verifications"
			got := recordstest.Send(t, w.app, ask)
			if got.Status != 200 {
				t.Fatalf("status %d: %s", got.Status, got.Body)
			}
			wantNoPersonalData(t, got.Body, w.record.Certificate)
			file := name == "PDF" || name == "OFD" // the answer shows its 证照标识, which contains this register's id
			if !file && strings.Contains(got.Body, w.record.Certificate.ID) {
				t.Errorf("the answer gives the certificate's id away: %s", got.Body)
			}
			var answer reply
			got.Into(t, 200, &answer)
			if parts := strings.Split(answer.Receipt, "."); len(parts) == 3 {
				payload, err := base64.RawURLEncoding.DecodeString(parts[1])
				if err != nil {
					t.Fatal(err)
				}
				wantNoPersonalData(t, string(payload), w.record.Certificate)
			} else if name != "an unused consent" && name != "receipt" {
				t.Error("there is no receipt")
			}
		})
	}
}

func TestEnglish(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	got := w.send(t, recordstest.Request{Body: `{"token":"` + made.Token + `"}`, Header: map[string]string{"accept-language": "en"}})
	want(t, got, "valid", 0, verdict.Copy, "pass", "The copy is usable until 2027-05-22")
	if got.VerdictName != "有效" {
		t.Errorf("the verdict's name is %q, want it as it is in law", got.VerdictName)
	}
}
