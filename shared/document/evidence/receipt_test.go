package evidence_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// receipt signs a receipt of the fixture's PDF after a change.
func (d fixture) receipt(t *testing.T, change func(*credential.Receipt)) string {
	t.Helper()
	e := evidence.Examine(d.made.PDF, d.trust)
	r := evidence.Statement(e, d.records(t), verdict.Judge(e, d.records(t), verdict.Question{}, issuetest.CopyTime()))
	sum := sha256.Sum256(d.made.PDF)
	r.ID, r.At, r.Service, r.Given.SHA256 = issuetest.CopyID, issuetest.CopyTime(), issuetest.Origin, hex.EncodeToString(sum[:])
	change(&r)
	text, err := credential.IssueReceipt(t.Context(), d.Receipts, r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// records returns the registry's records of the copy.
func (d fixture) records(t testing.TB) verdict.Records {
	t.Helper()
	c, e := issuetest.Certificate(t), d.made.Endorsement
	return verdict.Records{Access: verdict.Found, Certificate: &c, Endorsement: &e, Latest: e.ID}
}

func changeNothing(*credential.Receipt) {}

func TestAReceiptIsEvidenceOfItselfAlone(t *testing.T) {
	d := newFixture(t)
	for name, tt := range map[string]struct {
		text      string
		integrity verdict.Finding
		overall   verdict.Overall
	}{
		"ours":          {d.receipt(t, changeNothing), verdict.IntactReceipt(), verdict.GenuineReceipt},
		"a stranger's":  {newFixture(t).receipt(t, changeNothing), verdict.UnknownReceiptKey(), verdict.Unknown},
		"one altered":   {flipSignature(d.receipt(t, changeNothing)), verdict.BrokenReceipt(verdict.Altered), verdict.Invalid},
		"a token":       {d.made.Token, verdict.BrokenReceipt(verdict.Unreadable), verdict.Invalid},
		"one of nobody": {"", verdict.UnrecognisedText(), verdict.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			e, said := evidence.ExamineReceipt(tt.text, d.trust)
			if diff := cmp.Diff(tt.integrity, e.Integrity); diff != "" || e.Kind != verdict.Receipt || e.Claim != nil || e.Copy != nil {
				t.Errorf("%s\n%+v", diff, e)
			}
			if (said != nil) != (tt.overall == verdict.GenuineReceipt) {
				t.Errorf("says %+v", said)
			}
			v := verdict.Judge(e, d.records(t), verdict.Question{}, issuetest.CopyTime())
			if v.Overall != tt.overall || v.Subject != nil || v.Ends != nil {
				t.Errorf("judged %+v", v)
			}
		})
	}
}

func TestAStatementClaimsOnlyWhatATrustedKeySigned(t *testing.T) {
	d, stranger := newFixture(t), newFixture(t)
	now := issuetest.CopyTime()
	for name, tt := range map[string]struct {
		evidence verdict.Evidence
		records  verdict.Records
		claims   bool
		digest   string
	}{
		"our PDF":                    {evidence.Examine(d.made.PDF, d.trust), d.records(t), true, d.made.Copy.Digest()},
		"our OFD":                    {evidence.Examine(d.made.OFD, d.trust), d.records(t), true, d.made.Copy.Digest()},
		"our PDF, the register away": {evidence.Examine(d.made.PDF, d.trust), verdict.Records{Access: verdict.NotReached}, true, d.made.Copy.Digest()},
		"our token":                  {evidence.ExamineToken(d.made.Token, d.trust), d.records(t), true, d.made.Copy.Digest()},
		"the same, register away":    {evidence.ExamineToken(d.made.Token, d.trust), verdict.Records{Access: verdict.NotReached}, true, ""},
		"a stranger's PDF":           {evidence.Examine(stranger.made.PDF, d.trust), d.records(t), false, ""},
		"a stranger's OFD":           {evidence.Examine(stranger.made.OFD, d.trust), d.records(t), false, ""},
		"a stranger's token":         {evidence.ExamineToken(stranger.made.Token, d.trust), d.records(t), false, ""},
		"an altered PDF":             {evidence.Examine(issuetest.FlipBit(d.made.PDF, 900), d.trust), d.records(t), false, ""},
		"a number found":             {evidence.Lookup("京1112019202000001", must.Get(scheme.Load()).Numbers()), d.records(t), true, ""},
		"a number nobody has":        {evidence.Lookup("京1112019202000001", must.Get(scheme.Load()).Numbers()), verdict.Records{Access: verdict.Missing}, false, ""},
	} {
		s := evidence.Statement(tt.evidence, tt.records, verdict.Judge(tt.evidence, tt.records, verdict.Question{}, now))
		if (s.Claim != nil) != tt.claims || s.CopyDigest != tt.digest {
			t.Errorf("%s: claim %+v, digest %q", name, s.Claim, s.CopyDigest)
		}
		if alone := s.Claim != nil && s.Claim.Endorsement == ""; alone != (name == "a number found") {
			t.Errorf("%s: claim %+v", name, s.Claim)
		}
		if _, any := evidence.ReceiptClaim(s); any != tt.claims {
			t.Errorf("%s: the register is asked: %v", name, any)
		}
	}
}

func TestAPageIsGenuineWhereItsReceiptDrawsIt(t *testing.T) {
	d, drawer := newFixture(t), receiptpage.New()
	text := d.receipt(t, changeNothing)
	_, said := evidence.ExamineReceipt(text, d.trust)
	page, err := drawer.Draw(*said, text)
	if err != nil {
		t.Fatal(err)
	}
	if inside, ok := evidence.ExtractReceipt(page); !ok || inside != text {
		t.Fatalf("it carries %.20q", inside)
	}
	examine := func(page []byte, text string) verdict.Reason {
		e, said, err := evidence.ExamineReceiptPage(page, text, d.trust, drawer)
		if err != nil || (said != nil) != (e.Integrity.Result == verdict.Pass || e.Integrity.Reason == verdict.PageDiffers) {
			t.Errorf("%v: %+v says %v", err, e.Integrity, said)
		}
		return e.Integrity.Reason
	}
	if got := examine(page, text); got != verdict.Fine {
		t.Errorf("its own page: %s", got)
	}
	if got := examine(append(bytes.Clone(page), '\n'), text); got != verdict.PageDiffers {
		t.Errorf("a byte more: %s", got)
	}
	if got := examine(page, flipSignature(text)); got != verdict.Altered {
		t.Errorf("an altered receipt: %s", got)
	}
	if got := examine(page, newFixture(t).receipt(t, changeNothing)); got != verdict.UnknownKey {
		t.Errorf("a stranger's receipt: %s", got)
	}
	for at := range page {
		if at%97 == 0 && examine(issuetest.FlipBit(page, at), text) != verdict.PageDiffers {
			t.Errorf("a bit at %d makes no difference", at)
		}
	}
}

func TestOnlyAReceiptsPDFHoldsAReceipt(t *testing.T) {
	d := newFixture(t)
	for name, data := range map[string][]byte{"a copy": d.made.PDF, "an OFD": d.made.OFD, "nothing": nil} {
		if text, ok := evidence.ExtractReceipt(data); ok {
			t.Errorf("%s holds the receipt %q", name, text)
		}
	}
}

func TestThePublishedBundleIsTheOneTrusted(t *testing.T) {
	d := newFixture(t)
	text, err := d.trust.Publish()
	if err != nil {
		t.Fatal(err)
	}
	again, err := evidence.ParseTrust(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]verdict.Evidence{
		"PDF": evidence.Examine(d.made.PDF, again), "OFD": evidence.Examine(d.made.OFD, again), "token": evidence.ExamineToken(d.made.Token, again),
	} {
		if got.Issuer.Result != verdict.Pass {
			t.Errorf("%s: got %+v", name, got.Issuer)
		}
	}
	if e, said := evidence.ExamineReceipt(d.receipt(t, changeNothing), again); said == nil {
		t.Errorf("receipt: got %+v", e.Integrity)
	}
	if second, err := again.Publish(); err != nil || string(second) != string(text) {
		t.Errorf("published again it differs: %v", err)
	}
}
