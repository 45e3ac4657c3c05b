package main

import (
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// endorseSealed is endorse, with what the function of that name adds to the register's entry.
func (w *fixture) endorseSealed(t *testing.T) issuetest.IssuedCopy {
	t.Helper()
	made := w.print(t, w.issuer)
	keys, ok := w.issuer.DocumentIssuer.KeySetOf(w.record.Certificate.Issuer.Code)
	if !ok {
		t.Fatal("there are no keys")
	}
	made.Endorsement.KeySet = must.Get(w.Records.NumberKeySet(t.Context(), keys))
	must.Get(w.Records.Endorse(t.Context(), records.Entry{
		Endorsement: made.Endorsement, Revision: w.record.Revision, Key: made.Endorsement.ID, Fingerprint: "body",
	}))
	return made
}

// stopSeals enters a change of every seal and certificate of the copy's authority.
func (w *fixture) stopSeals(t *testing.T, c sealhistory.Change) {
	t.Helper()
	keys, _ := w.issuer.DocumentIssuer.KeySetOf(w.record.Certificate.Issuer.Code)
	for _, name := range keys.Names() {
		read := must.Get(w.Records.ReadSeals(t.Context()))
		c.By, c.Why = "operator:test", "印章遗失"
		must.Do(w.Records.WriteSealHistory(t.Context(), read, name, must.Get(read.Of[name].Add(c))))
	}
}

// TestAVerdictSaysWhetherTheSealWasValidWhenItSealed, of a file, a code, and in the receipt of the answer.
func TestAVerdictSaysWhetherTheSealWasValidWhenItSealed(t *testing.T) {
	defer must.Fatal(t)
	w := newFixture(t)
	made := w.endorseSealed(t)
	w.Clock.Advance(time.Hour)
	want := func(overall, result, word string) {
		t.Helper()
		for name, ask := range map[string]fields{
			"code": {"token": made.Token, "wantReceipt": true}, "PDF": {"file": base64Of(made.PDF), "wantReceipt": true}, "OFD": {"file": base64Of(made.OFD), "wantReceipt": true},
		} {
			got := w.postVerification(t, ask)
			is, text := got.row(verdict.SealState)
			if got.Verdict != overall || is != result || !strings.Contains(text, word) {
				t.Errorf("%s: %s, %s %s; want %s, %s %s", name, got.Verdict, is, text, overall, result, word)
			}
			said := w.postVerification(t, fields{"receipt": got.Receipt})
			if is, stated := rowIn(said.Said.Checks, verdict.SealState); is != result || stated != text || said.Verdict != "receipt" {
				t.Errorf("%s: the receipt states %s %s", name, is, stated)
			}
		}
	}
	want("valid", "", "")
	w.stopSeals(t, sealhistory.Change{State: sealhistory.Suspended, Recorded: made.Endorsement.MadeAt.Add(time.Minute)})
	want("valid", "pass", "有效")
	w.stopSeals(t, sealhistory.Change{State: sealhistory.Revoked, At: made.Endorsement.MadeAt.Add(-time.Minute), Recorded: w.Clock.Now()})
	want("invalid", "fail", "已注销")
}
