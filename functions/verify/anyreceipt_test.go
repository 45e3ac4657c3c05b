package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// receipts returns a genuine receipt of each kind, and the token that they are about.
func (w *fixture) makeReceipts(t *testing.T) (receipts map[credential.ReceiptKind]string, token string) {
	t.Helper()
	made := w.endorse(t)
	at := w.Clock.Now()
	refused := credential.ManifestEntry{Path: "x", Refused: "link", Text: "未予读取", CheckedAt: at, Verdict: "unknown", Name: "无法确认"}
	job, err := credential.IssueManifest(t.Context(), w.issuer.Receipts, credential.Manifest{
		Job: records.NewID(at), At: at, Service: issuetest.Origin, Asker: credential.Asker{Client: "agency", ClientName: "某某公共资源交易中心"},
		Archive: credential.ManifestArchive{SHA256: w.state(t, made.PDF).SHA256, Size: 7}, Entries: []credential.ManifestEntry{refused, refused},
	})
	if err != nil {
		t.Fatal(err)
	}
	one, _ := w.requestReceipt(t, fields{"token": made.Token})
	many := w.postBatch(t, fields{"wantReceipt": true}, fields{"token": made.Token}).Receipt
	return map[credential.ReceiptKind]string{credential.OneReceipt: one, credential.ManyReceipt: many, credential.JobReceipt: job}, made.Token
}

// alterSignature changes a character in the middle of a JWS's signature.
func alterSignature(jws string) string {
	at, other := len(jws)-40, "A"
	if jws[at] == 'A' {
		other = "B"
	}
	return jws[:at] + other + jws[at+1:]
}

// Whatever brings a receipt and whatever surrounds it, its kind makes no difference.
func TestReceiptsOfEveryKindAreJudgedAlike(t *testing.T) {
	w := newFixture(t)
	receipts, token := w.makeReceipts(t)
	for kind, receipt := range receipts {
		broken := receipt[:76] + "\r\n" + receipt[76:152] + "\r\n" + receipt[152:]
		for name, form := range map[string]struct{ text, member, file string }{
			"by itself": {receipt, "receipt", "receipt"}, "wrapped": {broken, "receipt", "receipt"}, "words behind it": {broken + " 谢谢", "receipt", "unrecognised"},
			"twice": {receipt + "\n" + receipt, "receipt", "unrecognised"}, "with a token": {receipt + "\n" + token, "several", "several"},
			"with another": {receipt + "\n" + receipts[map[bool]credential.ReceiptKind{true: credential.ManyReceipt, false: credential.OneReceipt}[kind == credential.OneReceipt]], "several", "several"},
			"altered":      {alterSignature(receipt), "altered", "altered"},
		} {
			for member, answer := range map[string]reply{
				form.member: w.postVerification(t, fields{"receipt": form.text}), form.member + " as a token": w.postVerification(t, fields{"token": form.text}),
				form.file + " as a file": w.upload(t, "application/octet-stream", []byte(form.text), ""), form.member + " as application/jose": w.upload(t, "application/jose", []byte(form.text), ""),
			} {
				is, wanted := answer.Verdict, member
				if is != "receipt" {
					is = answer.Checks[0].Reason
				}
				for _, all := range []string{"receipt", "several", "unrecognised", "altered"} {
					if len(member) >= len(all) && member[:len(all)] == all {
						wanted = all
					}
				}
				if is != wanted || (answer.Verdict == "invalid") != (wanted == "altered") {
					t.Errorf("%s, %s: got %s %s, want %s", kind, name, answer.Verdict, is, member)
				}
				if genuine := wanted == "receipt"; (answer.Said != nil) != (genuine && kind == credential.OneReceipt) ||
					(answer.Batch != nil) != (genuine && kind == credential.ManyReceipt) || (answer.Job != nil) != (genuine && kind == credential.JobReceipt) {
					t.Errorf("%s, %s, %s states %+v, %+v, %+v", kind, name, member, answer.Said, answer.Batch, answer.Job)
				}
			}
		}
	}
	if said := w.postVerification(t, fields{"receipt": receipts[credential.JobReceipt]}).Job; said == nil || said.Count != 2 || said.Verdicts["unknown"] != 2 {
		t.Errorf("the manifest states %+v", said)
	}
}

// An item of a batch is no receipt, and says so.
func TestAReceiptIsNoItemOfABatch(t *testing.T) {
	w := newFixture(t)
	receipts, token := w.makeReceipts(t)
	got := w.postBatch(t, fields{"wantReceipt": true}, fields{"token": receipts[credential.OneReceipt]}, fields{"token": receipts[credential.ManyReceipt] + "\n"}, fields{"token": token})
	for i, item := range got.Items[:2] {
		if item.Verdict != "unknown" || item.Checks[0].Reason != "unrecognised" || item.Checks[0].Text != verdict.ReceiptForToken().Text.ZH {
			t.Errorf("item %d: %+v", i, item)
		}
	}
	if got.Items[2].Verdict != "valid" || w.postVerification(t, fields{"receipt": got.Receipt}).Verdict != "receipt" {
		t.Errorf("got %+v", got)
	}
}
