package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
)

// purposeKnown is one that the agency may ask for; nobody has purposeInvented.
const (
	purposeKnown    = "投标"
	purposeInvented = "随便看看"
	aBureau         = "北京市公安局"
	maxNames        = 20 // that the setting lets it be shown in a day
	attemptedNames  = 30
	laterEmployer   = "示例后来工程有限公司"
)

// organisationKeyAttacker has the key of an organisation, and copies that were shown to it.
type organisationKeyAttacker struct {
	*fixture
	person           seed.Holder
	token            string
	valid, withdrawn client.Endorsement
	many             []client.Endorsement
	consentLink      string // of a consent to the withdrawn copy
	otherReceipt     string // of somebody else's verification of the valid copy
}

func (s *fixture) organisationScenario(order int) scenario {
	return scenario{"An organisation's key", func(ctx context.Context) []attempt {
		t := &organisationKeyAttacker{fixture: s}
		t.person = s.person(ctx, order)
		session, certificate := must.Get2(s.LogInWithCertificate(ctx, seed.Ministry, t.person))
		t.withdrawn = must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{}))
		consent := must.Get(session.Consent(ctx, t.withdrawn, "示例单位", "name", "birth", "photo", "idNumber"))
		t.consentLink = consent.Link
		must.Get(session.Withdraw(ctx, t.withdrawn, "不再参加"))
		t.valid = must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{}))
		v := must.Get(s.API.VerifyAs(ctx, "", client.VerificationAsk{Token: t.valid.Token(), WantReceipt: true}))
		t.otherReceipt = v.Receipt
		row := must.Get(t.person.Row())
		row.Employer.Name = laterEmployer
		must.Get(s.Target.Report(ctx, row))
		for range attemptedNames {
			t.many = append(t.many, must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{})))
		}
		t.token = s.token(ctx, testkeys.Agency, "verify")
		return t.attempts()
	}}
}

func (t *organisationKeyAttacker) attempts() []attempt {
	name := func(member, value, purpose string) func(context.Context) string {
		return t.find("the whole name", t.person.Name, member, value, purpose)
	}
	valid, withdrawn := t.valid.Token(), t.withdrawn.Token()
	later := t.find("the employer of now", laterEmployer, "token", withdrawn, purposeKnown)
	consented := t.find("what the consent had opened", `"disclosed":{`, "token", t.consentLink, purposeKnown)
	return []attempt{
		{"asks for a good copy's holder and says what for, as it was agreed", grantedRole, name("token", valid, purposeKnown)},
		{"says another purpose than was agreed", "", name("token", valid, purposeInvented)},
		{"says no purpose", "", name("token", valid, "")},
		{"shows the receipt of somebody else's verification", "", name("receipt", t.otherReceipt, purposeKnown)},
		{"shows a copy that was withdrawn", "", name("token", withdrawn, purposeKnown)},
		{"follows a withdrawn copy to what the certificate says later", "", later},
		{"opens the consent that a withdrawn copy had", "", consented},
		{"has a receipt made out in the name of a bureau", "", t.forgeAskerInReceipt},
		{fmt.Sprintf("asks for the names on %d copies in a day", attemptedNames), "", t.collect},
		{"reports a certificate", "", t.requestScope(testkeys.Agency, "report")},
		{"opens accounts", "", t.requestScope(testkeys.Agency, "accounts")},
		t.withdrawnClientAttempt(testkeys.Agency, "verify"),
	}
}

// find is an attempt that verifies as the organisation and looks for a text in the answer. purpose "" states none.
func (t *organisationKeyAttacker) find(reached, text, member, value, purpose string) func(context.Context) string {
	return func(ctx context.Context) string {
		body := map[string]any{member: value}
		if purpose != "" {
			body["statedPurpose"] = purpose
		}
		var answer json.RawMessage
		call := seed.Call{Method: http.MethodPost, Path: "/v1/verifications", Token: t.token, JSON: body}
		must.Do(t.API.Do(ctx, call, &answer))
		return textIf(reached, strings.Contains(string(answer), text))
	}
}

// forgeAskerInReceipt asks for a receipt in another name. The receipt has to say who proved themselves.
func (t *organisationKeyAttacker) forgeAskerInReceipt(ctx context.Context) string {
	v := must.Get(t.API.VerifyAs(ctx, t.token, client.VerificationAsk{
		Token: t.valid.Token(), StatedPurpose: purposeKnown, WantReceipt: true, Asker: &client.Asker{Name: aBureau},
	}))
	_, signed, _ := strings.Cut(v.Receipt, ".")
	encoded, _, _ := strings.Cut(signed, ".")
	payload := must.Get(base64.RawURLEncoding.DecodeString(encoded))
	var said struct{ Asker map[string]string }
	must.Do(json.Unmarshal(payload, &said))
	hidden := said.Asker["client"] == "" || said.Asker["clientName"] == aBureau
	return textIf("a receipt that does not tell who proved themselves", hidden)
}

// collect asks for the names on all its copies.
func (t *organisationKeyAttacker) collect(ctx context.Context) string {
	for _, c := range t.many {
		if t.find("it", t.person.Name, "token", c.Token(), purposeKnown)(ctx) == "" {
			return ""
		}
	}
	return "all of them"
}
