package e2e

import (
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// TestAnOrganisationsCertificateGoesTheWholeWay: a person who acts for an organisation endorses its
// certificate and downloads it; anybody verifies it, and sees the organisation's name. Whoever else acts for
// it sees the same, and neither agent sees anything of themself.
func TestAnOrganisationsCertificateGoesTheWholeWay(t *testing.T) {
	h := holder(t, "an enterprise's qualification, Beijing")
	session, id := loginAndIdentify(t, h)
	account, err := client.Read[client.Account](service.api().Client().GetAccount(t.Context(), client.Bearer(session.Token)))
	if err != nil || account.Organisation == nil || account.Organisation.Name != h.Organisation || account.Name != h.Name {
		t.Fatalf("%+v, %v", account, err)
	}
	made, err := session.Endorse(t.Context(), id, client.EndorsementAsk{
		Purpose: client.Purpose{Kind: "投标", Text: "某某大厦"}, Recipient: client.Recipient{Name: "示例招标代理有限公司"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if made.Agent != h.Name || made.Limit != h.Limit || made.Message != h.Title {
		t.Errorf("made %+v", made)
	}
	paper := client.VerificationAsk{Token: made.Token()}
	paper.Printed.Name, paper.Printed.Number = h.Organisation, h.Number
	asks := map[string]client.VerificationAsk{
		"the code": {Token: made.Token()}, "number and name": {Number: h.Number, Name: h.Organisation}, "the paper": paper,
	}
	for name, ask := range asks {
		ask.WantReceipt = true
		v, err := service.api().Verify(t.Context(), ask)
		if err != nil {
			t.Fatal(name, err)
		}
		if v.Subject == nil || v.Subject.Name != h.Organisation || ask.Token != "" && v.Verdict != "valid" {
			t.Errorf("%s: %s, %+v", name, v.Verdict, v.Subject)
		}
		again, err := service.api().Verify(t.Context(), client.VerificationAsk{Receipt: v.Receipt})
		if err != nil || again.Said == nil || again.Said.Claim == nil || again.Said.Claim.Name != h.Organisation {
			t.Errorf("%s: the receipt says %+v, %v", name, again.Said, err)
		}
	}
	for file, kind := range map[string]string{"pdf": "application/pdf", "ofd": "application/ofd"} {
		data, err := session.Download(t.Context(), made, file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := service.api().VerifyFile(t.Context(), kind, data, nil)
		if err != nil || v.Verdict != "valid" || v.Subject.Name != h.Organisation {
			t.Errorf("%s: %+v, %v", file, v, err)
		}
	}
	paper.Printed.Name = "另一建设有限公司"
	if v, err := service.api().Verify(t.Context(), paper); err != nil || v.Verdict != "invalid" {
		t.Errorf("another name on the paper: %s, %v", v.Verdict, err)
	}
	other := h
	other.Person, other.Username = seed.EndorsableHolder(820, service.stack.Today).Person, "shili-jianshe-2"
	own := seed.EndorsableHolder(820, service.stack.Today)
	if err := service.target().Enter(t.Context(), []seed.Holder{own}); err != nil {
		t.Fatal(err)
	}
	if err := service.stack.OpenAccounts(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	second, theirs := loginAndIdentify(t, other)
	if theirs != id {
		t.Errorf("the other agent has %s, not %s", theirs, id)
	}
	list, err := second.History(t.Context(), id, client.ListEndorsementsParams{})
	if err != nil || !slices.ContainsFunc(list, func(e client.Endorsement) bool { return e.Endorsement == made.Endorsement && e.Agent == h.Name }) {
		t.Errorf("the other agent sees %+v, %v", list, err)
	}
	private, hers := loginAndIdentify(t, own)
	if hers == id {
		t.Error("a person sees the organisation's certificate")
	}
	_, err = private.Endorse(t.Context(), id, client.EndorsementAsk{})
	wantProblem(t, err, "certificate-not-found")
	_, err = second.Endorse(t.Context(), hers, client.EndorsementAsk{})
	wantProblem(t, err, "certificate-not-found")
}
