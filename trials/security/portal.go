package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
)

// What a thief has beside the key. No holder has these phones.
const (
	attackerPhone     = "13799990001"
	anotherPhone      = "13799990002"
	attackerMasked    = "137****0001"
	attackerPassword  = "Stolen-portal-2026"
	maxAccounts       = 60 // that the setting lets a portal put in a day
	attemptedAccounts = 100
)

// portalKeyAttacker has the key of one portal, and knows the ID number, the user name and the certificate of a
// person who has an account on both portals and a phone.
type portalKeyAttacker struct {
	*fixture
	portal, other             string
	person                    seed.Holder // and two more, whose own accounts are taken
	second, third             seed.Holder
	certificate               string
	token, limitedToken       string        // few is that of a client that may open few accounts
	personSession             *seed.Session // the person's, on the other portal
	fakeSession, takenSession *seed.Session // the thief's
	fakeUsername              string
	stolenAt                  time.Time // the key is stolen
}

func (s *fixture) portalScenario(who, portal, other string, order int) scenario {
	return scenario{who, func(ctx context.Context) (_ []attempt, err error) {
		t := &portalKeyAttacker{fixture: s, portal: portal, other: other, fakeUsername: "ghost-" + portal}
		if t.person, err = s.person(ctx, order); err != nil {
			return nil, err
		}
		if t.second, err = s.person(ctx, order+1); err != nil {
			return nil, err
		}
		if t.third, err = s.person(ctx, order+2); err != nil {
			return nil, err
		}
		if t.limitedToken, err = s.token(ctx, limited+portal, "accounts"); err != nil {
			return nil, err
		}
		if t.personSession, t.certificate, err = s.loginAndIdentify(ctx, other, t.person); err != nil {
			return nil, err
		}
		if t.token, err = s.token(ctx, portal+"-portal", "accounts"); err != nil {
			return nil, err
		}
		t.stolenAt = time.Now()
		return t.attempts(), nil
	}}
}

func (t *portalKeyAttacker) attempts() []attempt {
	unblocks := ""
	if t.portal == seed.National {
		unblocks = "the national portal's statement is the one that counts"
	}
	return []attempt{
		{"opens an account for a person's ID number, with the thief's phone", grantedRole, t.open},
		{"… and sets its password by the link, and logs in", grantedRole, t.enter},
		{"… without anything being sent to the person's phone", "", t.checkNotified(&t.person)},
		{"… and the other portal shows the thief's phone as the person's", "", t.checkOtherPortalPhone},
		{"lists the person's certificates there, without the face", "", t.list},
		{"opens a certificate, its history and its ledger, without the face", "", t.look},
		{"asks what stands in the way of endorsing it, without the face", "", t.preflight},
		{"endorses it, without the face", "", t.endorse},
		{"takes its binding back, without the face", "", t.unbind},
		{"binds another phone to the person, without the face", "", t.bindPhone},
		{"states that the person has no phone: endorsing by the other portal stops", unblocks, t.removePhone},
		{"sends a new password link of a person's own account to the thief's phone, and logs in", grantedRole, t.take(&t.second)},
		{"… without anything being sent to the person's phone", "", t.checkNotified(&t.second)},
		{"lists the person's certificates there, without the face", "", t.listTaken},
		{"does so after stating that the person has no phone", grantedRole, t.takeQuietly(&t.third)},
		{"… without anything being sent to the person's phone", "", t.checkNotified(&t.third)},
		{"gives the person's account to somebody else", "", t.transferPerson},
		{"takes an account of the other portal", "", t.takeElsewhere},
		{fmt.Sprintf("opens %d accounts in a day, of which its entry allows %d", attemptedAccounts, maxAccounts), "", t.openMany},
		{"reports a certificate", "", t.requestScope("report")},
		{"verifies as an organisation", "", t.requestScope("verify")},
		t.withdrawnClientAttempt(t.portal+"-portal", "accounts"),
		{"goes on with the sessions it opened, which nothing of that ends", "until an operator revokes the accounts", t.useOpenSessions},
		{"… and after `jiazhu accounts revoke -client … -from … -yes`", "", t.useRevokedSessions},
		{"… or logs in anew", "", t.enterAgain},
	}
}

// put puts an account of the portal.
func (t *portalKeyAttacker) put(ctx context.Context, username string, h seed.Holder, phone *string, link bool) error {
	return t.putBy(ctx, t.token, username, h, phone, link)
}

func (t *portalKeyAttacker) putBy(ctx context.Context, token, username string, h seed.Holder, phone *string, link bool) error {
	return t.api.Do(ctx, seed.Call{
		Method: http.MethodPut, Path: "/v1/accounts/" + username, Token: token,
		JSON: map[string]any{
			"name": h.Name, "idType": "111", "idNumber": h.IDNumber(), "idValidFrom": "2018-05-01", "idValidUntil": "2038-05-01",
			"phone": phone, "realNameLevel": 4, "passwordLink": link,
		},
	}, nil)
}

func (t *portalKeyAttacker) open(ctx context.Context) (string, error) {
	phone := attackerPhone
	return "the account, with a link for its password at the thief's phone", t.put(ctx, t.fakeUsername, t.person, &phone, false)
}

// login sets the password of an account by the link at the thief's phone, and logs in.
func (t *portalKeyAttacker) login(ctx context.Context, username string) (*seed.Session, error) {
	sent, err := t.messages(ctx, attackerPhone)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(sent, func(m message) bool {
		return m.Kind == "password-link" && m.Portal == t.portal && m.Username == username
	})
	if at < 0 {
		return nil, fmt.Errorf("no link for %s came to the thief's phone", username)
	}
	_, secret, _ := strings.Cut(sent[at].URL, "#")
	if err := t.api.Do(ctx, seed.Call{
		Method: http.MethodPut, Path: "/v1/account/password", JSON: map[string]string{"link": secret, "new": attackerPassword},
	}, nil); err != nil {
		return nil, err
	}
	var in struct{ Token string }
	err = t.api.Do(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/login",
		JSON: map[string]string{"portal": t.portal, "username": username, "password": attackerPassword},
	}, &in)
	return &seed.Session{API: t.api, Portal: t.portal, Holder: t.person, Token: in.Token}, err
}

func (t *portalKeyAttacker) enter(ctx context.Context) (_ string, err error) {
	t.fakeSession, err = t.login(ctx, t.fakeUsername)
	return "a session in the person's name that never showed a face", err
}

// checkNotified looks for a message to a person that is no link of their own: each had those before.
func (t *portalKeyAttacker) checkNotified(h *seed.Holder) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		sent, err := t.messages(ctx, h.Phone)
		heard := slices.ContainsFunc(sent, func(m message) bool { return m.Kind != "password-link" && m.Portal == t.portal })
		return textIf("the person hears nothing", !heard), err
	}
}

func (t *portalKeyAttacker) checkOtherPortalPhone(ctx context.Context) (string, error) {
	var account struct{ Phone *string }
	err := t.personSession.Do(ctx, http.MethodGet, "/v1/account", nil, &account)
	return textIf("the phone is another on the other portal", account.Phone != nil && *account.Phone == attackerMasked), err
}

func (t *portalKeyAttacker) list(ctx context.Context) (string, error) {
	return listCertificates(ctx, t.fakeSession)
}

func (t *portalKeyAttacker) listTaken(ctx context.Context) (string, error) {
	return listCertificates(ctx, t.takenSession)
}

func listCertificates(ctx context.Context, s *seed.Session) (string, error) {
	items, bindable, err := s.Certificates(ctx)
	return textIf("numbers, kinds and states of the person's certificates", len(items)+len(bindable) > 0), err
}

func (t *portalKeyAttacker) look(ctx context.Context) (string, error) {
	for _, path := range []string{"", "/endorsements", "/verifications"} {
		if err := t.fakeSession.Do(ctx, http.MethodGet, "/v1/certificates/"+t.certificate+path, nil, nil); err != nil {
			if _, ok := refusal(err); !ok || path == "/verifications" {
				return "", err
			}
			continue
		}
		return "the certificate" + path, nil
	}
	return "", nil
}

func (t *portalKeyAttacker) preflight(ctx context.Context) (string, error) {
	var told struct{ Blockers []struct{ Code string } }
	err := t.fakeSession.Do(ctx, http.MethodGet, "/v1/certificates/"+t.certificate+"/preflight", nil, &told)
	blind := len(told.Blockers) == 1 && told.Blockers[0].Code == "identity-required"
	return textIf(fmt.Sprint("its state and what is missing: ", told.Blockers), !blind), err
}

func (t *portalKeyAttacker) endorse(ctx context.Context) (string, error) {
	_, err := t.fakeSession.Endorse(ctx, t.certificate, seed.EndorseRequest{})
	return "a copy", err
}

func (t *portalKeyAttacker) unbind(ctx context.Context) (string, error) {
	err := t.fakeSession.Do(ctx, http.MethodDelete, "/v1/certificates/"+t.certificate+"/binding", nil, nil)
	return "the binding is gone", err
}

func (t *portalKeyAttacker) bindPhone(ctx context.Context) (string, error) {
	err := t.fakeSession.Do(ctx, http.MethodPost, "/v1/account/phone/codes", map[string]string{"phone": anotherPhone}, nil)
	if err != nil {
		return "", err
	}
	sent, err := t.messages(ctx, anotherPhone)
	if err != nil || len(sent) == 0 {
		return "", fmt.Errorf("no code came to the thief's phone: %w", err)
	}
	var code string
	for _, digits := range strings.FieldsFunc(sent[0].Text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(digits) == 6 {
			code = digits
		}
	}
	err = t.fakeSession.Do(ctx, http.MethodPut, "/v1/account/phone", map[string]string{"phone": anotherPhone, "code": code}, nil)
	return "the phone is the thief's", err
}

func (t *portalKeyAttacker) removePhone(ctx context.Context) (string, error) {
	if err := t.put(ctx, t.fakeUsername, t.person, nil, false); err != nil {
		return "", err
	}
	var told struct{ Blockers []struct{ Code string } }
	err := t.personSession.Do(ctx, http.MethodGet, "/v1/certificates/"+t.certificate+"/preflight", nil, &told)
	blocked := slices.ContainsFunc(told.Blockers, func(b struct{ Code string }) bool { return b.Code == "phone-unbound" })
	return textIf("the person cannot endorse until the phone is bound again", blocked), err
}

func (t *portalKeyAttacker) take(h *seed.Holder) func(context.Context) (string, error) {
	return func(ctx context.Context) (_ string, err error) {
		phone := attackerPhone
		if err := t.put(ctx, h.Username, *h, &phone, true); err != nil {
			return "", err
		}
		t.takenSession, err = t.login(ctx, h.Username)
		return "a session of the person's account, which they can log in to no more", err
	}
}

func (t *portalKeyAttacker) takeQuietly(h *seed.Holder) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if err := t.put(ctx, h.Username, *h, nil, false); err != nil {
			return "", err
		}
		return t.take(h)(ctx)
	}
}

func (t *portalKeyAttacker) transferPerson(ctx context.Context) (string, error) {
	somebody := seed.EndorsableHolder(899, t.today)
	return "the account is somebody else's", t.put(ctx, t.person.Username, somebody, &somebody.Phone, false)
}

func (t *portalKeyAttacker) useOpenSessions(ctx context.Context) (string, error) {
	for _, s := range []*seed.Session{t.fakeSession, t.takenSession} {
		if err := s.Do(ctx, http.MethodGet, "/v1/account", nil, nil); err != nil {
			return "", err
		}
	}
	return "the account's page", nil
}

// useRevokedSessions has an operator revoke what the client did since the key was stolen.
func (t *portalKeyAttacker) useRevokedSessions(ctx context.Context) (string, error) {
	code, said, err := t.jiazhu(ctx, "", "accounts", "revoke", "-client", t.portal+"-portal", "-from", t.stolenAt.Format(time.RFC3339), "-yes")
	if err != nil || code != 0 {
		return "", errors.Join(err, errors.New(said))
	}
	if err := t.takenSession.Do(ctx, http.MethodGet, "/v1/account", nil, nil); err == nil {
		return "the account it took", nil
	}
	return "the account it opened", t.fakeSession.Do(ctx, http.MethodGet, "/v1/account", nil, nil)
}

func (t *portalKeyAttacker) enterAgain(ctx context.Context) (string, error) {
	return "a session", t.api.Do(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/login",
		JSON: map[string]string{"portal": t.portal, "username": t.fakeUsername, "password": attackerPassword},
	}, nil)
}

// takeElsewhere names the other portal wherever a request could.
func (t *portalKeyAttacker) takeElsewhere(ctx context.Context) (string, error) {
	reply, err := t.api.Send(ctx, seed.Call{
		Method: http.MethodPut, Path: "/v1/accounts/" + t.person.Username + "%23?portal=" + t.other, Token: t.token, JSON: map[string]any{},
	})
	return textIf("an answer", err == nil && reply.Status < 400), err
}

func (t *portalKeyAttacker) openMany(ctx context.Context) (string, error) {
	for n := range attemptedAccounts {
		h := seed.EndorsableHolder(300+n, t.today)
		if err := t.putBy(ctx, t.limitedToken, fmt.Sprintf("invented-%s-%d", t.portal, n), h, nil, false); err != nil {
			return "", err
		}
	}
	return "all of them", nil
}

func (t *portalKeyAttacker) requestScope(scope string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		_, err := t.fixture.token(ctx, t.portal+"-portal", scope)
		return "a token for it", err
	}
}
