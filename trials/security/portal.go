package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
)

// What an attacker has beside the key. No holder has these phones.
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
	token, limitedToken       string        // the latter of a client that may open few accounts
	personSession             *seed.Session // the person's, on the other portal
	fakeSession, takenSession *seed.Session // the attacker's
	fakeUsername              string
	stolenAt                  time.Time // the key is stolen
}

func (s *fixture) portalScenario(who, portal, other string, order int) scenario {
	return scenario{who, func(ctx context.Context) []attempt {
		t := &portalKeyAttacker{fixture: s, portal: portal, other: other, fakeUsername: "ghost-" + portal}
		t.person, t.second, t.third = s.person(ctx, order), s.person(ctx, order+1), s.person(ctx, order+2)
		t.limitedToken = s.token(ctx, limited+portal, "accounts")
		t.personSession, t.certificate = must.Get2(s.LogInWithCertificate(ctx, other, t.person))
		t.token = s.token(ctx, portal+"-portal", "accounts")
		t.stolenAt = time.Now()
		return t.attempts()
	}}
}

func (t *portalKeyAttacker) attempts() []attempt {
	unblocks := ""
	if t.portal == seed.National {
		unblocks = "the national portal's statement is the one that counts"
	}
	return []attempt{
		{"opens an account for a person's ID number, with the thief's phone", grantedRole, t.openAccount},
		{"… and sets its password by the link, and logs in", grantedRole, t.enter},
		{"… without anything being sent to the person's phone", "", t.checkNotified(&t.person)},
		{"… and the other portal shows the thief's phone as the person's", "", t.checkOtherPortalPhone},
		{"lists the person's certificates there, without the face", "", t.list(&t.fakeSession)},
		{"opens a certificate, its history and its ledger, without the face", "", t.look},
		{"asks what stands in the way of endorsing it, without the face", "", t.preflight},
		{"endorses it, without the face", "", t.endorse},
		{"takes its binding back, without the face", "", t.unbind},
		{"binds another phone to the person, without the face", "", t.bindPhone},
		{"states that the person has no phone: endorsing by the other portal stops", unblocks, t.removePhone},
		{"sends a new password link of a person's own account to the thief's phone, and logs in", grantedRole, t.take(&t.second)},
		{"… without anything being sent to the person's phone", "", t.checkNotified(&t.second)},
		{"lists the person's certificates there, without the face", "", t.list(&t.takenSession)},
		{"does so after stating that the person has no phone", grantedRole, t.takeQuietly(&t.third)},
		{"… without anything being sent to the person's phone", "", t.checkNotified(&t.third)},
		{"gives the person's account to somebody else", "", t.transferPerson},
		{"takes an account of the other portal", "", t.takeElsewhere},
		{fmt.Sprintf("opens %d accounts in a day, of which its entry allows %d", attemptedAccounts, maxAccounts), "", t.openMany},
		{"reports a certificate", "", t.requestScope(t.portal+"-portal", "report")},
		{"verifies as an organisation", "", t.requestScope(t.portal+"-portal", "verify")},
		t.withdrawnClientAttempt(t.portal+"-portal", "accounts"),
		{"goes on with the sessions it opened, which nothing of that ends", "until an operator revokes the accounts", t.useOpenSessions},
		{"… and after `jiazhu accounts revoke -client … -from … -yes`", "", t.useRevokedSessions},
		{"… or logs in anew", "", t.enterAgain},
	}
}

// putAccount has a client of the portal put an account. phone nil leaves the phone out of the statement.
func (t *portalKeyAttacker) putAccount(ctx context.Context, token, username string, h seed.Holder, phone client.PhoneStated, link bool) {
	must.Do(client.Check(t.Client().PutAccount(ctx, username, client.AccountPut{
		Name: h.Name, IDType: "111", IDNumber: h.IDNumber(), IDValidFrom: "2018-05-01", IDValidUntil: "2038-05-01",
		Phone: phone, RealNameLevel: 4, PasswordLink: link,
	}, client.Bearer(token))))
}

func (t *portalKeyAttacker) openAccount(ctx context.Context) string {
	t.putAccount(ctx, t.token, t.fakeUsername, t.person, client.StatePhone(attackerPhone), false)
	return "the account, with a link for its password at the thief's phone"
}

// login sets the password of an account by the link at the attacker's phone, and logs in.
func (t *portalKeyAttacker) login(ctx context.Context, username string) *seed.Session {
	sent := t.messages(ctx, attackerPhone)
	at := slices.IndexFunc(sent, func(m message) bool {
		return m.Kind == "password-link" && m.Portal == t.portal && m.Username == username
	})
	if at < 0 {
		must.Do(fmt.Errorf("no link for %s came to the attacker's phone", username))
	}
	_, secret, _ := strings.Cut(sent[at].URL, "#")
	must.Do(client.Check(t.Client().SetPassword(ctx, client.PasswordChange{Link: secret, New: attackerPassword})))
	return &seed.Session{API: t.API, Portal: t.portal, Holder: t.person, Token: t.enterPassword(ctx, t.portal, username)}
}

func (t *portalKeyAttacker) enter(ctx context.Context) string {
	t.fakeSession = t.login(ctx, t.fakeUsername)
	return "a session in the person's name that never showed a face"
}

// checkNotified looks for a message to a person that is no link of their own: each had those before.
func (t *portalKeyAttacker) checkNotified(h *seed.Holder) func(context.Context) string {
	return func(ctx context.Context) string {
		heard := slices.ContainsFunc(t.messages(ctx, h.Phone), func(m message) bool {
			return m.Kind != "password-link" && m.Portal == t.portal
		})
		return textIf("the person hears nothing", !heard)
	}
}

func (t *portalKeyAttacker) checkOtherPortalPhone(ctx context.Context) string {
	account := must.Get(client.Read[client.Account](t.Client().GetAccount(ctx, client.Bearer(t.personSession.Token))))
	return textIf("the phone is another on the other portal", account.Phone == attackerMasked)
}

// list is an attempt to list the person's certificates in a session of the attacker's.
func (t *portalKeyAttacker) list(session **seed.Session) func(context.Context) string {
	return func(ctx context.Context) string {
		items, bindable := must.Get2((*session).Certificates(ctx))
		return textIf("numbers, kinds and states of the person's certificates", len(items)+len(bindable) > 0)
	}
}

func (t *portalKeyAttacker) look(ctx context.Context) string {
	err := client.Check(t.Client().GetCertificate(ctx, t.certificate, client.Bearer(t.fakeSession.Token)))
	if err == nil {
		return "the certificate"
	}
	if _, err = t.fakeSession.History(ctx, t.certificate, client.ListEndorsementsParams{}); err == nil {
		return "the certificate/endorsements"
	}
	must.Get(t.fakeSession.Ledger(ctx, t.certificate))
	return "the certificate/verifications"
}

func (t *portalKeyAttacker) preflight(ctx context.Context) string {
	blockers := t.blockers(ctx, t.fakeSession)
	blind := len(blockers) == 1 && blockers[0] == "identity-required"
	return textIf(fmt.Sprint("its state and what is missing: ", blockers), !blind)
}

// blockers are the codes of what stands in the way of endorsing the certificate.
func (t *portalKeyAttacker) blockers(ctx context.Context, s *seed.Session) (codes []client.ProblemCode) {
	p := must.Get(client.Read[client.Preflight](t.Client().Preflight(ctx, t.certificate, client.Bearer(s.Token))))
	for _, b := range p.Blockers {
		codes = append(codes, b.Code)
	}
	return codes
}

func (t *portalKeyAttacker) endorse(ctx context.Context) string {
	must.Get(t.fakeSession.Endorse(ctx, t.certificate, client.EndorsementAsk{}))
	return "a copy"
}

func (t *portalKeyAttacker) unbind(ctx context.Context) string {
	must.Do(client.Check(t.Client().UnbindCertificate(ctx, t.certificate, client.Bearer(t.fakeSession.Token))))
	return "the binding is gone"
}

func (t *portalKeyAttacker) bindPhone(ctx context.Context) string {
	session := client.Bearer(t.fakeSession.Token)
	must.Do(client.Check(t.Client().SendPhoneCode(ctx, client.PhoneCodeAsk{Phone: anotherPhone}, session)))
	sent := t.messages(ctx, anotherPhone)
	if len(sent) == 0 {
		must.Do(errors.New("no code came to the attacker's phone"))
	}
	code := sixDigits.FindString(sent[0].Text)
	must.Do(client.Check(t.Client().BindPhone(ctx, client.PhoneBinding{Phone: anotherPhone, Code: code}, session)))
	return "the phone is the thief's"
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

func (t *portalKeyAttacker) removePhone(ctx context.Context) string {
	t.putAccount(ctx, t.token, t.fakeUsername, t.person, client.NoPhone, false)
	blocked := slices.Contains(t.blockers(ctx, t.personSession), "phone-unbound")
	return textIf("the person cannot endorse until the phone is bound again", blocked)
}

func (t *portalKeyAttacker) take(h *seed.Holder) func(context.Context) string {
	return func(ctx context.Context) string {
		t.putAccount(ctx, t.token, h.Username, *h, client.StatePhone(attackerPhone), true)
		t.takenSession = t.login(ctx, h.Username)
		return "a session of the person's account, which they can log in to no more"
	}
}

func (t *portalKeyAttacker) takeQuietly(h *seed.Holder) func(context.Context) string {
	return func(ctx context.Context) string {
		t.putAccount(ctx, t.token, h.Username, *h, client.NoPhone, false)
		return t.take(h)(ctx)
	}
}

func (t *portalKeyAttacker) transferPerson(ctx context.Context) string {
	somebody := seed.EndorsableHolder(899, t.Today)
	t.putAccount(ctx, t.token, t.person.Username, somebody, client.StatePhone(somebody.Phone), false)
	return "the account is somebody else's"
}

func (t *portalKeyAttacker) readAccount(ctx context.Context, s *seed.Session) error {
	return client.Check(t.Client().GetAccount(ctx, client.Bearer(s.Token)))
}

func (t *portalKeyAttacker) useOpenSessions(ctx context.Context) string {
	must.Do(t.readAccount(ctx, t.fakeSession))
	must.Do(t.readAccount(ctx, t.takenSession))
	return "the account's page"
}

// useRevokedSessions has an operator revoke what the client did since the key was stolen.
func (t *portalKeyAttacker) useRevokedSessions(ctx context.Context) string {
	t.jiazhu(ctx, "accounts", "revoke", "-client", t.portal+"-portal", "-from", t.stolenAt.Format(time.RFC3339), "-yes")
	if err := t.readAccount(ctx, t.takenSession); err == nil {
		return "the account it took"
	}
	must.Do(t.readAccount(ctx, t.fakeSession))
	return "the account it opened"
}

func (t *portalKeyAttacker) enterAgain(ctx context.Context) string {
	t.enterPassword(ctx, t.portal, t.fakeUsername)
	return "a session"
}

// takeElsewhere names the other portal wherever a request could.
func (t *portalKeyAttacker) takeElsewhere(ctx context.Context) string {
	reply := must.Get(t.API.Send(ctx, seed.Call{
		Method: http.MethodPut, Path: "/v1/accounts/" + t.person.Username + "%23?portal=" + t.other, Token: t.token, JSON: map[string]any{},
	}))
	return textIf("an answer", reply.Status < 400)
}

func (t *portalKeyAttacker) openMany(ctx context.Context) string {
	for n := range attemptedAccounts {
		h := seed.EndorsableHolder(300+n, t.Today)
		t.putAccount(ctx, t.limitedToken, fmt.Sprintf("invented-%s-%d", t.portal, n), h, client.NoPhone, false)
	}
	return "all of them"
}
