package evidence_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// otherReceipts returns the receipt of a batch and the manifest of a job.
func (d fixture) otherReceipts(t *testing.T) []string {
	t.Helper()
	at, digest := issuetest.CopyTime(), strings.Repeat("0f", 32)
	batch, batchErr := credential.IssueBatchReceipt(t.Context(), d.Receipts, credential.BatchReceipt{
		ID: issuetest.CopyID, At: at, Service: issuetest.Origin, AsOf: civil.Of(at),
		Items: []credential.BatchReceiptItem{{Given: credential.Given{Kind: "token", SHA256: digest}, Problem: "unavailable"}},
	})
	job, jobErr := credential.IssueManifest(t.Context(), d.Receipts, credential.Manifest{
		Job: issuetest.CopyID, At: at, Service: issuetest.Origin, Asker: credential.Asker{Client: "agency", ClientName: "丁公司"},
		Archive: credential.ManifestArchive{SHA256: digest, Size: 7},
		Entries: []credential.ManifestEntry{{Path: "x", Refused: "link", Text: "未予读取", CheckedAt: at, Verdict: "unknown", Name: "无法确认"}},
	})
	if err := errors.Join(batchErr, jobErr); err != nil {
		t.Fatal(err)
	}
	return []string{batch, job}
}

func TestEveryReceiptIsEvidenceOfItselfAlone(t *testing.T) {
	d := newFixture(t)
	one := d.receipt(t, changeNothing)
	for i, text := range append(d.otherReceipts(t), one) {
		e, said := evidence.ExamineAnyReceipt("> "+text[:80]+"\n> "+text[80:], d.trust)
		if e.Integrity != verdict.IntactReceipt() || e.Claim != nil || (said.Batch != nil) != (i == 0) || (said.Job != nil) != (i == 1) || (said.One != nil) != (i == 2) {
			t.Errorf("%d: %+v, %+v", i, e, said)
		}
		if e, said := evidence.ExamineAnyReceipt(flipSignature(text), d.trust); e.Integrity != verdict.BrokenReceipt(verdict.Altered) || said != (evidence.Statements{}) {
			t.Errorf("%d altered: %+v, %+v", i, e, said)
		}
		if e, _ := evidence.ExamineAnyReceipt(text+"\n"+d.made.Token, d.trust); e.Integrity != verdict.SeveralTokens() {
			t.Errorf("%d with a token: %+v", i, e)
		}
		if e := evidence.ExamineToken(text, d.trust); e.Integrity != verdict.ReceiptForToken() || e.Claim != nil {
			t.Errorf("%d as a token: %+v", i, e)
		}
		if e := evidence.ExamineToken(flipSignature(text), d.trust); e.Integrity != verdict.BrokenContent(verdict.Unreadable) {
			t.Errorf("%d altered, as a token: %+v", i, e)
		}
	}
}
