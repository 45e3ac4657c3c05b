package main

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/receiptpdf"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// requestReceipt requests a receipt and reads it with the published keys.
func (w *fixture) requestReceipt(t *testing.T, body fields) (string, credential.Receipt) {
	t.Helper()
	body["wantReceipt"] = true
	text := w.postVerification(t, body).Receipt
	return text, w.parseReceipt(t, text)
}

func TestAStrangersNameInAReceiptIsSelfStated(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	ask := fields{"token": made.Token, "asker": fields{"name": "北京市公安局"}}
	text, said := w.requestReceipt(t, ask)
	if diff := cmp.Diff(credential.Asker{SelfStatedName: "北京市公安局"}, said.Asker); diff != "" {
		t.Errorf("the receipt: %s", diff)
	}
	var got struct {
		Said struct{ Asker map[string]any }
	}
	recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Body: `{"receipt":"` + text + `"}`}).Into(t, 200, &got)
	if diff := cmp.Diff(map[string]any{"selfStatedName": "北京市公安局"}, got.Said.Asker); diff != "" {
		t.Errorf("the answer: %s", diff)
	}

	// An organisation that authenticated is named by its registered name, beside its own words.
	token := w.Grant(t, agency("agency", 0))
	var answer reply
	w.asAgency(t, token, `{"token":"`+made.Token+`","wantReceipt":true,"asker":{"name":"北京市公安局"}}`).Into(t, 200, &answer)
	want := credential.Asker{SelfStatedName: "北京市公安局", Client: "agency", ClientName: "示例招标代理有限公司"}
	if diff := cmp.Diff(want, w.parseReceipt(t, answer.Receipt).Asker); diff != "" {
		t.Errorf("an organisation's receipt: %s", diff)
	}
}

func (w *fixture) parseReceipt(t *testing.T, text string) credential.Receipt {
	t.Helper()
	trust, err := evidence.ParseTrust(w.issuer.Trust)
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
	w := newFixture(t)
	made := w.endorse(t)
	sum := sha256.Sum256(made.PDF)
	_, got := w.requestReceipt(t, fields{
		"file": base64Of(made.PDF), "asOf": "2027-01-15", "specialty": "建筑工程", "purpose": "投标", "asker": fields{"name": "丙招标代理"},
	})
	answer := w.postVerification(t, fields{"file": base64Of(made.PDF), "asOf": "2027-01-15", "specialty": "建筑工程", "purpose": "投标"})
	want := credential.Receipt{
		Format: "jiazhu-receipt/3",
		ID:     got.ID, At: w.Clock.Now(), Service: issuetest.Origin, Asker: credential.Asker{SelfStatedName: "丙招标代理"},
		Given: credential.Given{Kind: "pdf", SHA256: hex.EncodeToString(sum[:])}, CopyDigest: made.Endorsement.CopyDigest,
		Claim: &credential.ReceiptClaim{
			Endorsement: made.Endorsement.ID, Certificate: made.Endorsement.CertID, Number: "京1112019202000001", Name: "张*",
			From: made.Endorsement.UseFrom, Until: made.Endorsement.UseUntil,
		},
		Question: credential.ReceiptQuestion{AsOf: issuetest.Day(t, "2027-01-15"), Specialty: "建筑工程", Purpose: "投标"},
		Verdict: credential.ReceiptVerdict{
			Overall: "valid", AsOf: issuetest.Day(t, "2027-01-15"),
			Ends: &credential.ReceiptEnding{On: made.Endorsement.UseUntil, Rule: "180D", Text: answer.Ends.Text},
		},
		Test: true,
	}
	for _, c := range answer.Checks {
		want.Verdict.Checks = append(want.Verdict.Checks, credential.ReceiptCheck(c))
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got.Verdict.Checks) != 10 {
		t.Error(diff)
	}
}

func TestAReceiptOfATokenHasTheDigestThatIsRegistered(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	if _, got := w.requestReceipt(t, fields{"token": made.Token}); got.CopyDigest != made.Endorsement.CopyDigest {
		t.Errorf("got %q", got.CopyDigest)
	}
	w.Transport.On(func(recordstest.Call) recordstest.CallOutcome { return recordstest.NeverArrives })
	if _, got := w.requestReceipt(t, fields{"token": made.Token}); got.CopyDigest != "" || got.Claim == nil {
		t.Errorf("unreached, got %q of %+v", got.CopyDigest, got.Claim)
	}
}

// A receipt of every kind is answered as a receipt, in whichever form it is sent: it is never
// valid, and shows only what it states.
func TestAReceiptIsNoEvidenceOfWhatItIsAbout(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	for name, tt := range map[string]struct {
		given   fields
		overall string
		claims  bool
	}{
		"a QR code":           {fields{"token": made.Token}, "valid", true},
		"a PDF":               {fields{"file": base64Of(made.PDF)}, "valid", true},
		"an OFD":              {fields{"file": base64Of(made.OFD)}, "valid", true},
		"an altered file":     {fields{"file": base64Of(issuetest.FlipBit(made.PDF, len(made.PDF)/2))}, "invalid", false},
		"a file of no kind":   {fields{"file": base64Of([]byte("x"))}, "unknown", false},
		"a number":            {fields{"number": "京1112019202000001", "name": "张三"}, "unknown", true},
		"a number nobody has": {fields{"number": "京1112019202000002", "name": "张三"}, "unknown", false},
		"a question answered": {fields{"token": made.Token, "specialty": "矿业工程"}, "invalid", true},
	} {
		t.Run(name, func(t *testing.T) {
			text, said := w.requestReceipt(t, tt.given)
			if said.Verdict.Overall != tt.overall || (said.Claim != nil) != tt.claims {
				t.Errorf("the receipt states %s of %+v", said.Verdict.Overall, said.Claim)
			}
			for form, got := range map[string]reply{
				"JSON": w.postVerification(t, fields{"receipt": text}),
				"body": w.upload(t, "application/jose", []byte(text), ""),
			} {
				if got.Verdict != "receipt" || got.VerdictName != "核验回执" || got.Given != "receipt" || got.Code != 0 || got.Subject != nil || got.Ends != nil {
					t.Errorf("%s: got %+v", form, got)
				}
				if len(got.Checks) != 2 || got.Checks[0].Result != "pass" || got.Checks[1].Check != "issuer" {
					t.Errorf("%s: the receipt itself: %+v", form, got.Checks)
				}
				if got.Said == nil || got.Said.Verdict != tt.overall || len(got.Said.Checks) != len(said.Verdict.Checks) || (got.Said.Claim != nil) != tt.claims {
					t.Fatalf("%s: said %+v", form, got.Said)
				}
				if (got.Now != nil) != tt.claims {
					t.Errorf("%s: now %+v", form, got.Now)
				}
				if tt.overall == "invalid" && got.Now != nil {
					for _, c := range got.Now.Checks {
						if c.Result == "pass" && c.Check != "freshness" {
							t.Errorf("%s: better than what it states: %+v", form, c)
						}
					}
				}
			}
		})
	}
}

func TestAReceiptSaysApartWhatTheRegisterSaysNow(t *testing.T) {
	tests := map[string]struct {
		since        func(*testing.T, *fixture, issuetest.IssuedCopy)
		check        verdict.Check
		result, text string
	}{
		"nothing happened": {
			func(*testing.T, *fixture, issuetest.IssuedCopy) {}, verdict.Copy, "pass", "加注件有效至2027年5月22日",
		},
		"the holder withdrew the copy": {
			func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
				if _, err := w.Records.Withdraw(t.Context(), made.Endorsement.CertID, made.Endorsement.Holder, made.Endorsement.ID, "", w.Clock.Now()); err != nil {
					t.Fatal(err)
				}
			}, verdict.Copy, "fail", "持证人已撤回（2026年11月23日）",
		},
		"the certificate was cancelled": {
			func(t *testing.T, w *fixture, made issuetest.IssuedCopy) {
				w.Change(t, made.Endorsement.CertID, func(c *certificate.Certificate) { c.State = certificate.Cancelled })
			}, verdict.Certificate, "fail", "已废止或已注销（注销）",
		},
		"its last day is over": {
			func(_ *testing.T, w *fixture, made issuetest.IssuedCopy) {
				w.Clock.Set(made.Endorsement.UseUntil.End())
			},
			verdict.Copy, "fail", "加注件已过期：有效至2027年5月22日",
		},
		"the register is not reached": {
			func(_ *testing.T, w *fixture, _ issuetest.IssuedCopy) {
				w.Transport.On(func(recordstest.Call) recordstest.CallOutcome { return recordstest.NeverArrives })
			}, verdict.Freshness, "unknown", "离线：实时状态未知",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			made := w.endorse(t)
			text, _ := w.requestReceipt(t, fields{"token": made.Token})
			w.Clock.Advance(time.Hour)
			tt.since(t, w, made)
			got := w.postVerification(t, fields{"receipt": text})
			if got.Verdict != "receipt" || got.Now == nil || got.Said == nil {
				t.Fatalf("got %+v", got)
			}
			if result, text := rowIn(got.Now.Checks, tt.check); result != tt.result || text != tt.text {
				t.Errorf("now %s is %s: %s", tt.check, result, text)
			}
			if got.Said.Verdict != "valid" || got.Said.At != "2026-11-23T12:00:00+08:00" {
				t.Errorf("the receipt is said to state %+v", got.Said)
			}
		})
	}
}

func TestReceiptsThatAreNotOurs(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	text, _ := w.requestReceipt(t, fields{"token": made.Token})
	calls := w.Transport.Listen()
	at := len(text) - 40
	other := "A"
	if text[at] == 'A' {
		other = "B"
	}
	altered := w.postVerification(t, fields{"receipt": text[:at] + other + text[at+1:]})
	want(t, altered, "invalid", 10, verdict.Integrity, "fail", verdict.BrokenReceipt(verdict.Altered).Text.ZH)
	want(t, w.postVerification(t, fields{"receipt": "hello"}), "unknown", 10, verdict.Integrity, "unknown", verdict.UnrecognisedText().Text.ZH)
	stranger := newFixture(t)
	theirs, _ := stranger.requestReceipt(t, fields{"token": stranger.endorse(t).Token})
	got := w.postVerification(t, fields{"receipt": theirs})
	want(t, got, "unknown", 10, verdict.Integrity, "unknown", "回执的签名密钥未知，无法核对")
	if got.Said != nil || altered.Said != nil {
		t.Error("a receipt that is not ours still says something")
	}
	if asked := calls(); len(asked) != 0 {
		t.Errorf("the registry was asked: %v", asked)
	}
}

// untrustedCopy is a copy with the identifiers of made and another employer, signed and sealed by
// an untrusted authority.
func (w *fixture) untrustedCopy(t *testing.T, made issuetest.IssuedCopy) issuetest.IssuedCopy {
	t.Helper()
	c := made.Copy
	c.Certificate.Employer.Name = "某某建设集团第九工程有限公司"
	return issuetest.New(t, w.Clock.Now()).MakeFromCopy(t, made.Endorsement, c, made.Token)
}

func TestAReceiptOfAStrangersFileClaimsNothing(t *testing.T) {
	w := newFixture(t)
	theirs := w.untrustedCopy(t, w.endorse(t))
	for name, file := range map[string][]byte{"PDF": theirs.PDF, "OFD": theirs.OFD} {
		direct := w.postVerification(t, fields{"file": base64Of(file)})
		text, said := w.requestReceipt(t, fields{"file": base64Of(file)})
		if direct.Verdict != "invalid" || said.Verdict.Overall != "invalid" || said.Claim != nil || said.CopyDigest != "" {
			t.Errorf("%s: the file is %s; the receipt states %+v, %+v", name, direct.Verdict, said.Verdict, said.Claim)
		}
		calls := w.Transport.Listen()
		got := w.postVerification(t, fields{"receipt": text})
		if got.Verdict != "receipt" || got.Now != nil || got.Said == nil || got.Said.Verdict != "invalid" || got.Subject != nil {
			t.Errorf("%s: the receipt is %s: %+v, now %+v", name, got.Verdict, got.Said, got.Now)
		}
		if asked := calls(); len(asked) != 0 {
			t.Errorf("%s: the registry was asked: %v", name, asked)
		}
	}
}

func TestAReceiptOpensNoDisclosure(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	_, secret := w.consent(t, made, records.ShowName, records.ShowBirth, records.ShowIDNumber)
	agency := w.Grant(t, identity.Client{ID: "agency", Name: "示例招标代理有限公司", Kind: "organisation", Purposes: []string{"评标"}, Scopes: []string{identity.ScopeVerify}})
	good, _ := w.requestReceipt(t, fields{"token": made.Token})
	bad, _ := w.requestReceipt(t, fields{"file": base64Of(w.untrustedCopy(t, made).PDF)})
	for name, text := range map[string]string{"a good copy": good, "a stranger's file": bad} {
		for asker, ask := range map[string]recordstest.Request{
			"with a consent":  {Body: `{"receipt":"` + text + `","consent":"` + secret + `"}`},
			"an organisation": {Body: `{"receipt":"` + text + `","statedPurpose":"评标"}`, Token: agency},
		} {
			ask.Route = "POST /v1/verifications"
			status := map[string]int{"with a consent": 422, "an organisation": 200}[asker]
			got := recordstest.Send(t, w.app, ask)
			if got.Status != status || strings.Contains(got.Body, "disclosed") {
				t.Errorf("%s, %s: %d %s", name, asker, got.Status, got.Body)
			}
			wantNoPersonalData(t, got.Body, w.record.Certificate)
		}
	}
	if seen := w.ledger(t)[0]; len(seen.Shown) != 0 || seen.Consent != "" {
		t.Errorf("the ledger says %+v", seen)
	}
}

func TestOnlyTheRegisteredFileOpensDisclosure(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	agency := w.Grant(t, identity.Client{ID: "agency", Name: "示例招标代理有限公司", Kind: "organisation", Purposes: []string{"评标"}, Scopes: []string{identity.ScopeVerify}})
	shown := func(file []byte) any {
		var got reply
		recordstest.Send(t, w.app, recordstest.Request{
			Route: "POST /v1/verifications", Token: agency, Body: `{"statedPurpose":"评标","file":"` + base64Of(file) + `"}`,
		}).Into(t, 200, &got)
		return got.Subject["disclosed"]
	}
	if shown(made.PDF) == nil || shown(made.OFD) == nil {
		t.Error("the registered files open nothing")
	}
	changed := made.Copy
	changed.Certificate.Employer.Name = "某某建设集团第九工程有限公司"
	w.Clock.Advance(time.Second)
	for name, other := range map[string]issuetest.IssuedCopy{
		"printed again with the stolen key": w.issuer.MakeFromCopy(t, made.Endorsement, made.Copy, made.Token),
		"with another content":              w.issuer.MakeFromCopy(t, made.Endorsement, changed, made.Token),
	} {
		if got := shown(other.PDF); got != nil {
			t.Errorf("%s, a PDF opens %v", name, got)
		}
		if got := shown(other.OFD); got != nil {
			t.Errorf("%s, an OFD opens %v", name, got)
		}
	}
}

func TestNothingElseIsAskedOfAReceipt(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	text, _ := w.requestReceipt(t, fields{"token": made.Token})
	page := string(w.pageOf(t, fields{"token": made.Token}))
	for name, tt := range map[string]struct {
		query, accept, pointer string
	}{
		"a day":       {"asOf=2026-11-24", "", "/asOf"},
		"a specialty": {"specialty=x", "", "/specialty"},
		"a purpose":   {"purpose=x", "", "/purpose"},
		"a recipient": {"recipient=x", "", "/recipient"},
		"a receipt":   {"wantReceipt=true", "", "/wantReceipt"},
		"a page":      {"", "application/pdf", "/wantReceipt"},
	} {
		for given, ask := range map[string]recordstest.Request{
			"the receipt": {Body: text, Header: map[string]string{"content-type": "application/jose"}},
			"its page":    {Body: page, Header: map[string]string{"content-type": "application/pdf"}},
		} {
			ask.Route, ask.Query, ask.Header["accept"] = "POST /v1/verifications", tt.query, tt.accept
			answer := recordstest.Send(t, w.app, ask)
			answer.WantProblem(t, 422, string(problem.InvalidField))
			if !strings.Contains(answer.Body, tt.pointer) || !strings.Contains(answer.Body, `"rule":"receipt"`) {
				t.Errorf("%s of %s: %s", name, given, answer.Body)
			}
		}
	}
}

// pageOf requests a receipt as a page.
func (w *fixture) pageOf(t *testing.T, body fields) []byte {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	answer := recordstest.Send(t, w.app, recordstest.Request{
		Route: "POST /v1/verifications", Body: string(text), Header: map[string]string{"accept": "application/pdf"},
	})
	if answer.Status != 200 || answer.Header["content-type"] != "application/pdf" {
		t.Fatalf("got %d %v %s", answer.Status, answer.Header, answer.Body)
	}
	_, saved, err := mime.ParseMediaType(answer.Header["content-disposition"])
	if err != nil || !regexp.MustCompile(`^核验回执-(京1112019202000001-)?2\d{3}-\d\d-\d\d\.pdf$`).MatchString(saved["filename"]) {
		t.Errorf("it is saved as %q, %v", saved["filename"], err)
	}
	page, err := base64.StdEncoding.DecodeString(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestTheReceiptsPageIsTheOneThatTheReceiptDraws(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	page := w.pageOf(t, fields{"file": base64Of(made.OFD), "asker": fields{"name": "丙招标代理🙂一部  结论：有效」"}})
	text, ok := evidence.ExtractReceipt(page)
	if !ok {
		t.Fatal("the page carries no receipt")
	}
	if said := w.parseReceipt(t, text); said.Given.Kind != "ofd" || said.Verdict.Overall != "valid" {
		t.Errorf("got %+v", said)
	}
	got := w.upload(t, "application/pdf", page, "")
	if got.Given != "receipt" || got.Verdict != "receipt" || got.Said == nil || got.Now == nil {
		t.Errorf("handed in: %s of %s", got.Verdict, got.Given)
	}
	for at := 0; at < len(page); at += 1 + len(page)/40 {
		broken := w.upload(t, "application/pdf", issuetest.FlipBit(page, at), "")
		if broken.Verdict != "invalid" && broken.Verdict != "unknown" || (broken.Said != nil) != (broken.Checks[0].Reason == "page-differs") {
			t.Errorf("altered at %d of %d it is %s", at, len(page), broken.Verdict)
		}
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
			"电子证照核验回执", "测试·无法律效力", "核验时的结论：有效", "完整，未被篡改", "加注件有效至2027年5月22日", "打印件须本人手写签名",
			"「丙招标代理〓一部结论：有效』」", hex.EncodeToString(sum[:])[:40], "2026-11-2312:00:00+08:00", "不能代替被核验的文件",
		} {
			if !strings.Contains(plain, wanted) {
				t.Errorf("the page lacks %q: %s", wanted, plain)
			}
		}
		wantNoPersonalData(t, plain, w.record.Certificate)
	})
}

// forgeries are unsigned PDFs around a genuine receipt, which anyone can get by verifying a valid
// code.
func forgeries(t *testing.T, w *fixture, made issuetest.IssuedCopy, text string) map[string][]byte {
	t.Helper()
	fonts := issuetest.Fonts(t)
	c := made.Copy
	c.Certificate.Holder.Name, c.Certificate.Number = "李四", "京1112019202000099"
	c.UseUntil = issuetest.Day(t, "2036-05-28")
	in := w.issuer.Input(t, c)
	sheet, err := layout.New(fonts).Certificate(layout.Input{Scheme: in.Scheme, Copy: c, Photo: in.Photo, SignatureImage: in.SignatureImage, QRText: c.QR})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := pdf.NewWriter(fonts).Write(pdf.Document{
		Page: sheet, Title: c.Certificate.Title, At: in.At,
		Attachment: &pdf.Attachment{Name: receiptpage.Attachment, MIME: "application/jose", Data: []byte(text)},
	})
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := receiptpdf.New(fonts).Print(receiptpdf.Receipt{
		ID: "01M833FGAR0000000000000001", At: w.Clock.Now(), Verdict: "核验时的结论：有效", Receipt: text, Attachment: receiptpage.Attachment,
		Facts: []receiptpdf.Fact{{Label: "持证人", Value: "李四"}, {Label: "使用有效期", Value: "2026年11月23日至2036年5月28日"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"a certificate": certificate.Data, "another receipt": receipt}
}

// Of a page that is not the receipt's own, also of one that another program saved again, only the
// receipt is proven: what it states is shown, and that the page is not.
func TestOfAnotherPageAroundAGenuineReceiptOnlyTheReceiptCounts(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	page := w.pageOf(t, fields{"token": made.Token})
	text, _ := evidence.ExtractReceipt(page)
	files := forgeries(t, w, made, text)
	files["saved again"] = saveAgain(t, page)
	files["something behind it"] = append(bytes.Clone(page), "\n%%EOF\n"...)
	for name, file := range files {
		if inside, ok := evidence.ExtractReceipt(file); !ok || inside != text {
			t.Fatalf("%s does not carry the receipt", name)
		}
		got := w.upload(t, "application/pdf", file, "")
		want(t, got, "unknown", 10, verdict.Integrity, "unknown", verdict.UnprovenPage().Text.ZH)
		if got.Given != "receipt" || got.Said == nil || got.Said.Verdict != "valid" || got.Now == nil || got.Subject != nil || len(got.Checks) != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// saveAgain writes a PDF as other programs do: its own header, streams compressed anew, no table of
// the original's form.
func saveAgain(t *testing.T, page []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xbf\xf7\xa2\xfe\n")
	n := 0
	for content := range pdf.Streams(page, 1<<20) {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		if _, err := z.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		n++
		fmt.Fprintf(&out, "%d 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n", n, packed.Len(), packed.Bytes())
	}
	out.WriteString("trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n")
	return out.Bytes()
}

// A certificate's own file is not taken for a receipt's page, whatever is attached to it.
func TestACertificateWithAReceiptInItIsNoReceipt(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	page := w.pageOf(t, fields{"token": made.Token})
	text, _ := evidence.ExtractReceipt(page)
	for name, file := range map[string][]byte{
		"an update with a receipt": fmt.Appendf(bytes.Clone(made.PDF), "9999 0 obj<</Length %d>>stream\n%s\nendstream endobj\n%%%%EOF\n", len(text), text),
		"a receipt's page behind":  append(bytes.Clone(made.PDF), page...),
		"a receipt's page before":  append(bytes.Clone(page), made.PDF...),
	} {
		got := w.upload(t, "application/pdf", file, "")
		if got.Verdict != "invalid" || got.Given != "pdf" || got.Said != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWithoutItsKeyThereIsNoReceipt(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	w.issuer.Receipts = failingSigner{w.issuer.Receipts}
	w.app = w.function(t, w.issuer)
	if got := w.postVerification(t, fields{"token": made.Token}); got.Verdict != "valid" || got.Receipt != "" {
		t.Errorf("without a receipt: got %s", got.Verdict)
	}
	recordstest.Send(t, w.app, recordstest.Request{
		Route: "POST /v1/verifications", Body: `{"wantReceipt":true,"token":"` + made.Token + `"}`,
	}).WantProblem(t, 503, string(problem.SigningUnavailable))
}

// The longest question, whose words are in a row of the verdict too, has a page.
func TestTheLongestQuestionFitsOnAPage(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	long := func(most int) string { return strings.Repeat("甲", most) }
	page := w.pageOf(t, fields{
		"file": base64Of(made.PDF), "asOf": "2027-01-15", "specialty": long(verifying.MaxText), "purpose": long(verifying.MaxText), "recipient": long(verifying.MaxText),
		"asker": fields{"name": long(maxName)},
	})
	if got := w.upload(t, "application/pdf", page, ""); got.Verdict != "receipt" || got.Said.Verdict != "invalid" {
		t.Errorf("got %+v", got)
	}
}
