package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// ledger returns what the holder can read now, newest first.
func (w *fixture) ledger(t *testing.T) []records.VerificationEntry {
	t.Helper()
	page, err := w.Records.ListVerifications(t.Context(), w.record.Certificate.ID, w.record.Holder, records.Period{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

func TestEveryVerificationStandsInTheLedgerWithTheNextRequest(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	receipt, _ := w.requestReceipt(t, fields{"token": made.Token})
	id := made.Endorsement.ID
	for name, tt := range map[string]struct {
		ask  func() reply
		want records.VerificationEntry
	}{
		"a scan of the paper": {
			func() reply {
				return w.postVerification(t, fields{"token": made.Endorsement.QR, "asker": fields{"name": " 丙 "}})
			},
			records.VerificationEntry{Channel: "qr", Verdict: "valid", Endorsement: id, Asker: "丙"},
		},
		"the PDF": {
			func() reply { return w.upload(t, "application/pdf", made.PDF, "asker=x") },
			records.VerificationEntry{Channel: "pdf", Verdict: "valid", Endorsement: id, Asker: "x"},
		},
		"the OFD": {
			func() reply { return w.upload(t, "application/ofd", made.OFD, "specialty=x") },
			records.VerificationEntry{Channel: "ofd", Verdict: "invalid", Endorsement: id},
		},
		"the number": {
			func() reply { return w.postVerification(t, fields{"number": "京1112019202000001", "name": "张三"}) },
			records.VerificationEntry{Channel: "number", Verdict: "unknown"},
		},
		"a receipt": {
			func() reply { return w.postVerification(t, fields{"receipt": receipt}) },
			records.VerificationEntry{Channel: "receipt", Verdict: "receipt", Endorsement: id},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(w.ledger(t))
			w.Clock.Advance(time.Second)
			tt.ask()
			now := w.ledger(t)
			if len(now) != before+1 {
				t.Fatalf("%d entries, want %d", len(now), before+1)
			}
			if diff := cmp.Diff(tt.want, now[0], cmpopts.IgnoreFields(records.VerificationEntry{}, "ID", "Holder", "Version")); diff != "" {
				t.Error(diff)
			}
			if !now[0].Time().Equal(w.Clock.Now()) {
				t.Errorf("at %v, want %v", now[0].Time(), w.Clock.Now())
			}
		})
	}
}

func TestWhatIsAboutNoCertificateIsInNoLedger(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	broken, _ := w.requestReceipt(t, fields{"file": base64Of([]byte("x"))})
	for name, ask := range map[string]func(){
		"a receipt that claims nothing": func() { w.postVerification(t, fields{"receipt": broken}) },
		"an altered file": func() {
			w.upload(t, "application/pdf", issuetest.FlipBit(made.PDF, len(made.PDF)/2), "")
		},
		"a wrong name":   func() { w.postVerification(t, fields{"number": "京1112019202000001", "name": "李四"}) },
		"a wrong number": func() { w.postVerification(t, fields{"number": "京1112019202000002", "name": "张三"}) },
	} {
		calls := w.Transport.Listen()
		ask()
		for _, call := range calls() {
			if call == "PutItem" && name == "an altered file" {
				t.Errorf("%s is written down", name)
			}
		}
	}
	if got := w.ledger(t); len(got) != 0 {
		t.Errorf("the ledger holds %+v", got)
	}
}

func TestAReceiptHasTheIdOfItsEntry(t *testing.T) {
	w := newFixture(t)
	_, said := w.requestReceipt(t, fields{"token": w.endorse(t).Token})
	if got := w.ledger(t); len(got) != 1 || got[0].ID != said.ID {
		t.Errorf("entry %+v, receipt %s", got, said.ID)
	}
}

func TestALedgerThatCannotBeWrittenCostsNobodyTheVerdict(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	_, secret := w.consent(t, made, records.ShowName)
	w.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
		if call == "PutItem" {
			return recordstest.NeverArrives
		}
		return recordstest.Arrives
	})
	got := w.postVerification(t, fields{"token": made.Token, "consent": secret})
	if got.Verdict != "valid" {
		t.Errorf("the verdict is %s", got.Verdict)
	}
	if got.Subject["disclosed"] != nil {
		t.Errorf("what was not written down was shown: %v", got.Subject["disclosed"])
	}
}

// consent lets whoever has the secret see fields of a copy for a day.
func (w *fixture) consent(t *testing.T, made issuetest.IssuedCopy, shown ...string) (id, secret string) {
	t.Helper()
	id = records.NewID(w.Clock.Now())
	secret, err := w.Records.PutConsent(t.Context(), w.record, records.Consent{
		ID: id, Endorsement: made.Endorsement.ID, Fields: shown, To: "丙", Until: w.Clock.Now().Add(24 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, secret
}

func TestAConsentShowsItsFieldsAndIsWrittenDown(t *testing.T) {
	w := newFixture(t)
	photo := recordstest.Photo(t, 295, 413)
	c := recordstest.Sample(w.Clock.Now(), photo, nil)
	c.Number = "京1112019202000077"
	w.record = w.Enter(t, c, photo, nil)
	made := w.endorse(t)
	id, secret := w.consent(t, made, records.ShowName, records.ShowBirth, records.ShowIDNumber, records.ShowPhoto)
	calls := w.Transport.Listen()
	got := w.postVerification(t, fields{"token": made.Endorsement.QR + "&consent=" + secret})
	if diff := cmp.Diff([]recordstest.Call{"BatchGetItem", "PutItem"}, calls()); diff != "" {
		t.Errorf("the registry was asked otherwise: %s", diff)
	}
	holder := w.record.Certificate.Holder
	want := map[string]any{
		"by": "consent", "name": holder.Name, "birth": holder.Birth.String(), "idType": "111", "idNumber": holder.IDNumber,
		"photo": map[string]any{"mime": "image/jpeg", "data": base64Of(photo)},
	}
	if diff := cmp.Diff(want, got.Subject["disclosed"]); diff != "" {
		t.Error(diff)
	}
	if got.Subject["name"] != "张*" {
		t.Errorf("the name everybody sees is %v", got.Subject["name"])
	}
	seen := w.ledger(t)[0]
	if diff := cmp.Diff([]string{id, "name", "birth", "idNumber", "photo"}, append([]string{seen.Consent}, seen.Shown...)); diff != "" {
		t.Errorf("the ledger: %s", diff)
	}
}

func TestConsentsThatShowNothing(t *testing.T) {
	for name, spoil := range map[string]func(*testing.T, *fixture, issuetest.IssuedCopy, string, string) (token, secret string){
		"a secret nobody gave": func(_ *testing.T, _ *fixture, made issuetest.IssuedCopy, id, _ string) (string, string) {
			return made.Token, id + strings.Repeat("A", 26)
		},
		"one that is over": func(_ *testing.T, w *fixture, made issuetest.IssuedCopy, _, secret string) (string, string) {
			w.Clock.Advance(24 * time.Hour)
			return made.Token, secret
		},
		"one that was revoked": func(t *testing.T, w *fixture, made issuetest.IssuedCopy, id, secret string) (string, string) {
			if err := w.Records.RevokeConsent(t.Context(), made.Endorsement.CertID, made.Endorsement.Holder, made.Endorsement.ID, id, w.Clock.Now()); err != nil {
				t.Fatal(err)
			}
			return made.Token, secret
		},
		"one of a copy withdrawn": func(t *testing.T, w *fixture, made issuetest.IssuedCopy, _, secret string) (string, string) {
			if _, err := w.Records.Withdraw(t.Context(), made.Endorsement.CertID, made.Endorsement.Holder, made.Endorsement.ID, "", w.Clock.Now()); err != nil {
				t.Fatal(err)
			}
			return made.Token, secret
		},
		"one of another copy": func(t *testing.T, w *fixture, _ issuetest.IssuedCopy, _, secret string) (string, string) {
			w.Clock.Advance(time.Minute)
			return w.endorse(t).Token, secret
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			made := w.endorse(t)
			id, secret := w.consent(t, made, records.ShowName)
			token, secret := spoil(t, w, made, id, secret)
			if got := w.postVerification(t, fields{"token": token, "consent": secret}); got.Subject["disclosed"] != nil {
				t.Errorf("shown: %v", got.Subject["disclosed"])
			}
		})
	}
}

func TestAnOrganisationThatSaysWhatForSeesTheName(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	agency := identity.Client{ID: "agency", Name: "示例招标代理有限公司", Kind: "organisation", Purposes: []string{"评标"}, Scopes: []string{identity.ScopeVerify}}
	token := w.Grant(t, agency)
	as := func(token, body string) recordstest.Reply {
		return recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Token: token, Body: body})
	}
	t.Run("with a purpose", func(t *testing.T) {
		var got reply
		as(token, `{"token":"`+made.Token+`","statedPurpose":"评标"}`).Into(t, 200, &got)
		if diff := cmp.Diff(map[string]any{"by": "organisation", "name": "张三"}, got.Subject["disclosed"]); diff != "" {
			t.Error(diff)
		}
		want := records.VerificationEntry{
			Channel: "qr", Verdict: "valid", Endorsement: made.Endorsement.ID,
			Organisation: agency.Name, Client: agency.ID, Purpose: "评标", Shown: []string{"name"},
		}
		if diff := cmp.Diff(want, w.ledger(t)[0], cmpopts.IgnoreFields(records.VerificationEntry{}, "ID", "Holder", "Version")); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("without one it sees what everybody sees, and is named all the same", func(t *testing.T) {
		w.Clock.Advance(time.Second)
		answer := as(token, `{"token":"`+made.Token+`"}`)
		wantNoPersonalData(t, answer.Body, w.record.Certificate)
		if got := w.ledger(t)[0]; got.Organisation != agency.Name || got.Shown != nil {
			t.Errorf("the ledger says %+v", got)
		}
	})
	t.Run("a purpose alone makes nobody an organisation", func(t *testing.T) {
		wantNoPersonalData(t, as("", `{"token":"`+made.Token+`","statedPurpose":"x"}`).Body, w.record.Certificate)
	})
	t.Run("a token of nobody, or of a client who may not", func(t *testing.T) {
		as(strings.Repeat("x", 26), `{"token":"x"}`).WantProblem(t, 401, "session-expired")
		portal := w.Grant(t, identity.Client{ID: "portal", Kind: "portal", Portal: "mohurd", Scopes: []string{"accounts"}})
		as(portal, `{"token":"x"}`).WantProblem(t, 403, "forbidden")
	})
}
