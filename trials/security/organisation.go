package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

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

// organisationKeyAttacker has the key of an organisation, and copies that came into its hands.
type organisationKeyAttacker struct {
	*fixture
	person           seed.Holder
	token            string
	valid, withdrawn seed.Endorsement
	many             []seed.Endorsement
	consentLink      string // the link of a consent, to the dead copy
	otherReceipt     string // the receipt of somebody else's verification of the good copy
}

func (s *fixture) organisationScenario(order int) scenario {
	return scenario{"An organisation's key", func(ctx context.Context) (_ []attempt, err error) {
		t := &organisationKeyAttacker{fixture: s}
		if t.person, err = s.person(ctx, order); err != nil {
			return nil, err
		}
		session, certificate, err := s.loginAndIdentify(ctx, seed.Ministry, t.person)
		if err != nil {
			return nil, err
		}
		if t.withdrawn, err = session.Endorse(ctx, certificate, seed.EndorseRequest{}); err != nil {
			return nil, err
		}
		consent, err := session.Consent(ctx, t.withdrawn, "示例单位", "name", "birth", "photo", "idNumber")
		if err != nil {
			return nil, err
		}
		t.consentLink = consent.Link
		if _, err := session.Withdraw(ctx, t.withdrawn, "不再参加"); err != nil {
			return nil, err
		}
		if t.valid, err = session.Endorse(ctx, certificate, seed.EndorseRequest{}); err != nil {
			return nil, err
		}
		v, err := s.api.VerifyAs(ctx, "", map[string]any{"token": t.valid.Token(), "wantReceipt": true})
		if err != nil {
			return nil, err
		}
		t.otherReceipt = v.Receipt
		row, err := t.person.Row()
		if err != nil {
			return nil, err
		}
		row.Employer.Name = laterEmployer
		if _, err := s.target.Report(ctx, row); err != nil {
			return nil, err
		}
		for range attemptedNames {
			c, err := session.Endorse(ctx, certificate, seed.EndorseRequest{})
			if err != nil {
				return nil, err
			}
			t.many = append(t.many, c)
		}
		t.token, err = s.token(ctx, testkeys.Agency, "verify")
		return t.attempts(), err
	}}
}

func (t *organisationKeyAttacker) attempts() []attempt {
	return []attempt{
		{"asks for a good copy's holder and says what for, as it was agreed", grantedRole, t.readName(map[string]any{"statedPurpose": purposeKnown})},
		{"says another purpose than was agreed", "", t.readName(map[string]any{"statedPurpose": purposeInvented})},
		{"says no purpose", "", t.readName(map[string]any{})},
		{"shows the receipt of somebody else's verification", "", t.readNameBy(func() string { return "receipt" }, func() string { return t.otherReceipt })},
		{"shows a copy that was withdrawn", "", t.readNameBy(func() string { return "token" }, t.withdrawn.Token)},
		{"follows a withdrawn copy to what the certificate says later", "", t.askLaterEmployer("token", t.withdrawn.Token)},
		{"opens the consent that a withdrawn copy had", "", t.openWithdrawnConsent},
		{"has a receipt made out in the name of a bureau", "", t.forgeAskerInReceipt},
		{fmt.Sprintf("asks for the names on %d copies in a day", attemptedNames), "", t.collect},
		{"reports a certificate", "", t.requestScope("report")},
		{"opens accounts", "", t.requestScope("accounts")},
		t.withdrawnClientAttempt(testkeys.Agency, "verify"),
	}
}

// ask verifies as the organisation, and returns the answer as text.
func (t *organisationKeyAttacker) ask(ctx context.Context, body map[string]any) (string, error) {
	var answer json.RawMessage
	err := t.api.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/verifications", Token: t.token, JSON: body}, &answer)
	return string(answer), err
}

func (t *organisationKeyAttacker) readName(more map[string]any) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		more["token"] = t.valid.Token()
		answer, err := t.ask(ctx, more)
		return textIf("the whole name", strings.Contains(answer, t.person.Name)), err
	}
}

func (t *organisationKeyAttacker) readNameBy(member, value func() string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		answer, err := t.ask(ctx, map[string]any{member(): value(), "statedPurpose": purposeKnown})
		return textIf("the whole name", strings.Contains(answer, t.person.Name)), err
	}
}

// askLaterEmployer looks for what was reported after the copy was dead.
func (t *organisationKeyAttacker) askLaterEmployer(member string, value func() string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		answer, err := t.ask(ctx, map[string]any{member: value(), "statedPurpose": purposeKnown})
		return textIf("the employer of now", strings.Contains(answer, laterEmployer)), err
	}
}

func (t *organisationKeyAttacker) openWithdrawnConsent(ctx context.Context) (string, error) {
	answer, err := t.ask(ctx, map[string]any{"token": t.consentLink, "statedPurpose": purposeKnown})
	return textIf("what the consent had opened", strings.Contains(answer, `"disclosed":{`)), err
}

// forgeAskerInReceipt asks for one in another name. What it says of who asked has to tell what was proved.
func (t *organisationKeyAttacker) forgeAskerInReceipt(ctx context.Context) (string, error) {
	v, err := t.api.VerifyAs(ctx, t.token, map[string]any{
		"token": t.valid.Token(), "statedPurpose": purposeKnown, "wantReceipt": true, "asker": map[string]string{"name": aBureau},
	})
	if err != nil {
		return "", err
	}
	parts := strings.Split(v.Receipt, ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("no receipt: %.80q", v.Receipt)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var said struct{ Asker map[string]string }
	if err := json.Unmarshal(payload, &said); err != nil {
		return "", err
	}
	return textIf("a receipt that does not tell who proved themselves", said.Asker["client"] == "" || said.Asker["clientName"] == aBureau), nil
}

// collect goes through the copies it has, one after the other.
func (t *organisationKeyAttacker) collect(ctx context.Context) (string, error) {
	for _, c := range t.many {
		if answer, err := t.ask(ctx, map[string]any{"token": c.Token(), "statedPurpose": purposeKnown}); err != nil || !strings.Contains(answer, t.person.Name) {
			return "", err
		}
	}
	return "all of them", nil
}

func (t *organisationKeyAttacker) requestScope(scope string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		_, err := t.fixture.token(ctx, testkeys.Agency, scope)
		return "a token for it", err
	}
}
