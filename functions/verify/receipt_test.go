package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// received asks for a receipt and reads it with the published keys.
func (w *world) received(t *testing.T, body fields) (string, credential.Receipt) {
	t.Helper()
	body["wantReceipt"] = true
	text := w.ask(t, body).Receipt
	return text, w.opened(t, text)
}

func (w *world) opened(t *testing.T, text string) credential.Receipt {
	t.Helper()
	trust, err := evidence.ParseTrust(w.press.Trust)
	if err != nil {
		t.Fatal(err)
	}
	r, err := credential.ParseReceipt(text, trust.Receipts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAReceiptStatesWhatWasAnswered(t *testing.T) {
	w := newWorld(t)
	made := w.endorse(t)
	sum := sha256.Sum256(made.PDF)
	_, got := w.received(t, fields{
		"file": base64Of(made.PDF), "asOf": "2027-01-15", "specialty": "建筑工程", "purpose": "投标", "asker": fields{"name": "丙招标代理"},
	})
	want := credential.Receipt{
		ID: got.ID, At: w.Clock.Now(), Service: documenttest.Origin, Asker: credential.Asker{Name: "丙招标代理"},
		Given: credential.Given{Kind: "pdf", SHA256: hex.EncodeToString(sum[:])},
		Claim: &credential.ReceiptClaim{
			Endorsement: made.Endorsement.ID, Certificate: made.Endorsement.CertID, Number: "京1112019202000001", Name: "张*",
			From: made.Endorsement.UseFrom, Until: made.Endorsement.UseUntil,
		},
		Question: credential.ReceiptQuestion{AsOf: documenttest.Day(t, "2027-01-15"), Specialty: "建筑工程", Purpose: "投标"},
		Verdict: credential.ReceiptVerdict{
			Overall: "valid", AsOf: documenttest.Day(t, "2027-01-15"),
			Checks: []credential.ReceiptCheck{
				{Check: "integrity", Result: "pass", Reason: "fine"}, {Check: "issuer", Result: "pass", Reason: "fine"},
				{Check: "numbers", Result: "pass", Reason: "fine"}, {Check: "certificate", Result: "pass", Reason: "fine"},
				{Check: "copy", Result: "pass", Reason: "fine"}, {Check: "specialty", Result: "pass", Reason: "fine"},
				{Check: "purpose", Result: "pass", Reason: "fine"}, {Check: "reliance", Result: "pass", Reason: "fine"},
				{Check: "freshness", Result: "pass", Reason: "live"}, {Check: "paper", Result: "not-asked", Reason: "sign-by-hand"},
			},
			Ends: &credential.ReceiptEnding{On: made.Endorsement.UseUntil, Rule: "180D"},
		},
		Test: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReceiptsOfEveryKindAreJudgedAgain(t *testing.T) {
	w := newWorld(t)
	made := w.endorse(t)
	for name, tt := range map[string]struct {
		given   fields
		overall string
	}{
		"a QR code":           {fields{"token": made.Token}, "valid"},
		"a PDF":               {fields{"file": base64Of(made.PDF)}, "valid"},
		"an OFD":              {fields{"file": base64Of(made.OFD)}, "valid"},
		"an altered file":     {fields{"file": base64Of(documenttest.Altered(made.PDF, len(made.PDF)/2))}, "invalid"},
		"a file of no kind":   {fields{"file": base64Of([]byte("x"))}, "invalid"},
		"a number":            {fields{"number": "京1112019202000001", "name": "张三"}, "unknown"},
		"a number nobody has": {fields{"number": "京1112019202000002", "name": "张三"}, "unknown"},
		"a question answered": {fields{"token": made.Token, "specialty": "矿业工程"}, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			text, said := w.received(t, tt.given)
			if said.Verdict.Overall != tt.overall {
				t.Errorf("the receipt states %s, want %s", said.Verdict.Overall, tt.overall)
			}
			for form, got := range map[string]reply{
				"JSON": w.ask(t, fields{"receipt": text}),
				"body": w.upload(t, "application/jose", []byte(text), ""),
			} {
				if got.Verdict != tt.overall || got.Given != "receipt" || got.Said == nil || got.Said.Verdict != tt.overall {
					t.Errorf("%s: got %s of %s, said %+v: %+v", form, got.Verdict, got.Given, got.Said, got.Checks)
				}
			}
		})
	}
}

func TestAReceiptIsJudgedByWhatTheRegistrySaysToday(t *testing.T) {
	tests := map[string]struct {
		since   func(*testing.T, *world, documenttest.Made)
		overall string
		code    int
		check   verdict.Check
		text    string
	}{
		"nothing happened": {
			func(*testing.T, *world, documenttest.Made) {}, "valid", 0, verdict.Copy, "加注件有效至2027年05月22日",
		},
		"the holder withdrew the copy": {
			func(t *testing.T, w *world, made documenttest.Made) {
				if _, err := w.Register.Withdraw(t.Context(), made.Endorsement.CertID, made.Endorsement.Holder, made.Endorsement.ID, "", w.Clock.Now()); err != nil {
					t.Fatal(err)
				}
			}, "invalid", 23, verdict.Copy, "持证人已撤回（2026年11月23日）",
		},
		"the certificate was cancelled": {
			func(t *testing.T, w *world, made documenttest.Made) {
				w.Change(t, made.Endorsement.CertID, func(c *certificate.Certificate) { c.State = certificate.Cancelled })
			}, "invalid", 21, verdict.Certificate, "已废止或已注销（注销）",
		},
		"its last day is over": {
			func(_ *testing.T, w *world, made documenttest.Made) { w.Clock.Set(made.Endorsement.UseUntil.End()) },
			"invalid", 22, verdict.Copy, "加注件已过期：有效至2027年05月22日",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			made := w.endorse(t)
			text, _ := w.received(t, fields{"token": made.Token})
			w.Clock.Pass(time.Hour)
			tt.since(t, w, made)
			got := w.ask(t, fields{"receipt": text})
			result := "fail"
			if tt.overall == "valid" {
				result = "pass"
			}
			want(t, got, tt.overall, tt.code, tt.check, result, tt.text)
			if got.Said == nil || got.Said.Verdict != "valid" || got.Said.At != "2026-11-23T12:00:00+08:00" {
				t.Errorf("the receipt is said to state %+v", got.Said)
			}
		})
	}
}

func TestReceiptsThatAreNotOurs(t *testing.T) {
	w := newWorld(t)
	made := w.endorse(t)
	text, _ := w.received(t, fields{"token": made.Token})
	calls := w.Wire.Listen()
	at := len(text) - 40
	other := "A"
	if text[at] == 'A' {
		other = "B"
	}
	altered := w.ask(t, fields{"receipt": text[:at] + other + text[at+1:]})
	want(t, altered, "invalid", 10, verdict.Integrity, "fail", verdict.Broken(verdict.Altered).Text.ZH)
	want(t, w.ask(t, fields{"receipt": made.Token}), "invalid", 10, verdict.Integrity, "fail", verdict.Broken(verdict.Unreadable).Text.ZH)
	stranger := newWorld(t)
	theirs, _ := stranger.received(t, fields{"token": stranger.endorse(t).Token})
	got := w.ask(t, fields{"receipt": theirs})
	want(t, got, "unknown", 10, verdict.Integrity, "unknown", "回执的签名密钥未知，无法核对")
	if got.Said != nil || altered.Said != nil {
		t.Error("a receipt that is not ours still says something")
	}
	if asked := calls(); len(asked) != 0 {
		t.Errorf("the registry was asked: %v", asked)
	}
}

func TestTheReceiptsPageCarriesTheReceipt(t *testing.T) {
	w := newWorld(t)
	made := w.endorse(t)
	answer := recordstest.Send(t, w.app, recordstest.Ask{
		Route: "POST /v1/verifications", Body: string(made.OFD),
		Query:  "asker=" + url.QueryEscape("丙招标代理🙂一部"),
		Header: map[string]string{"content-type": "application/ofd", "accept": "application/pdf"},
	})
	if answer.Status != 200 || answer.Header["content-type"] != "application/pdf" {
		t.Fatalf("got %d %v", answer.Status, answer.Header)
	}
	page, err := base64.StdEncoding.DecodeString(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, ok := evidence.ReceiptIn(page)
	if !ok {
		t.Fatal("the page carries no receipt")
	}
	if said := w.opened(t, text); said.Given.Kind != "ofd" || said.Verdict.Overall != "valid" {
		t.Errorf("got %+v", said)
	}
	got := w.upload(t, "application/pdf", page, "")
	if got.Given != "receipt" || got.Verdict != "valid" || got.Said == nil {
		t.Errorf("judged again: %s of %s", got.Verdict, got.Given)
	}
	broken := w.upload(t, "application/pdf", documenttest.Altered(page, len(page)-200), "")
	if broken.Verdict != "invalid" {
		t.Errorf("an altered page is %s", broken.Verdict)
	}
	t.Run("with the words of the verdict", func(t *testing.T) {
		if _, err := exec.LookPath("pdftotext"); err != nil {
			t.Skip("pdftotext (poppler-utils) is not installed")
		}
		at := filepath.Join(t.TempDir(), "receipt.pdf")
		if err := os.WriteFile(at, page, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "pdftotext", at, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.Join(strings.Fields(string(out)), "")
		sum := sha256.Sum256(made.OFD)
		for _, wanted := range []string{
			"电子证照核验回执", "测试·无法律效力", "有效", "完整，未被篡改", "加注件有效至2027年05月22日", "打印件须本人手写签名",
			"丙招标代理〓一部", hex.EncodeToString(sum[:])[:40], "2026-11-2312:00:00+08:00",
		} {
			if !strings.Contains(plain, wanted) {
				t.Errorf("the page lacks %q", wanted)
			}
		}
		silent(t, plain, w.record.Certificate)
	})
}

func TestWithoutItsKeyThereIsNoReceipt(t *testing.T) {
	w := newWorld(t)
	made := w.endorse(t)
	w.press.Receipts = brokenKey{w.press.Receipts}
	w.app = w.function(t, w.press)
	if got := w.ask(t, fields{"token": made.Token}); got.Verdict != "valid" || got.Receipt != "" {
		t.Errorf("without a receipt: got %s", got.Verdict)
	}
	recordstest.Send(t, w.app, recordstest.Ask{
		Route: "POST /v1/verifications", Body: `{"wantReceipt":true,"token":"` + made.Token + `"}`,
	}).WantProblem(t, 503, string(problem.SigningUnavailable))
}
