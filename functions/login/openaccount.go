package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

type openAccountResponse struct {
	Username     string    `json:"username"`
	Portal       string    `json:"portal"`
	PasswordSet  bool      `json:"passwordSet"`
	PhoneBound   bool      `json:"phoneBound"`
	PasswordLink *linkView `json:"passwordLink"` // null if no link is open
	// LinkWaitsUntil is when the same request will send the link that was not sent now because its
	// phone was sent too many.
	LinkWaitsUntil api.Instant `json:"linkWaitsUntil"` // null when none waits
}

type linkView struct {
	SentTo    string      `json:"sentTo"` // masked
	ExpiresAt api.Instant `json:"expiresAt"`
}

// openAccount creates or replaces an account of the client's own portal. Repeating a request
// changes nothing and sends nothing twice; repeating one whose link could not be sent sends the
// link. Everything else is stored even if the link has to wait because its phone was sent too many.
//
// An account always belongs to one person. Another ID type or number for an existing user name is
// account-conflict, whoever asks, since giving an account to another person would hand over its
// password and history. A portal that registered a wrong number uses a new user name.
func (a *app) openAccount(ctx context.Context, r *api.Request) (*api.Response, error) {
	username := strings.ToLower(r.Path["username"]) // openapi.yaml restricts the path to the form of a user name
	var ask openAccountRequest
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	if err := ask.check(); err != nil {
		return nil, err
	}
	if client, known := a.client(r.Client.ID); ask.Organisation != nil && !(known && client.Organisations) {
		return nil, problem.New(problem.Forbidden).WithDetail(
			"该客户端不得登记法人账户；由平台运营方在 CLIENTS 中以 organisations 开通。",
			"The client may not state for which organisation a person acts; the service's operator allows it by organisations in CLIENTS.")
	}
	var stored storedAccount
	err := decide(ctx, func() (err error) {
		stored, err = a.storeAccount(ctx, r, username, ask)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := a.sendLink(ctx, stored, r.Time); err != nil {
		return nil, err
	}
	status := http.StatusOK
	if stored.created {
		status = http.StatusCreated
	}
	return api.JSON(status, stored.answer(r.Time)), nil
}

// storedAccount is an account that was just stored.
type storedAccount struct {
	account identity.Account
	created bool
	phone   string    // as the portal states it now; empty if none
	secret  string    // of the link to be sent; empty if none
	waits   time.Time // when a link that cannot be sent now can be sent; zero if none waits
	limits  putLimits
}

func (s storedAccount) answer(now time.Time) openAccountResponse {
	answer := openAccountResponse{
		Username: s.account.Username, Portal: s.account.Portal,
		PasswordSet: s.account.PasswordHash != "", PhoneBound: s.phone != "",
		LinkWaitsUntil: api.Instant(s.waits),
	}
	if l := s.account.Link; l != nil && now.Before(l.ExpiresAt) {
		answer.PasswordLink = &linkView{SentTo: certificate.MaskPhone(l.SentTo), ExpiresAt: api.Instant(l.ExpiresAt)}
	}
	return answer
}

func (a *app) storeAccount(ctx context.Context, r *api.Request, username string, ask openAccountRequest) (storedAccount, error) {
	account, err := a.store.Account(ctx, r.Client.Portal, username)
	created := errors.Is(err, sessions.ErrNotFound)
	if err != nil && !created {
		return storedAccount{}, err
	}
	holder := a.hashes.Hash("holder", ask.IDType, ask.IDNumber)
	if created {
		account = identity.Account{Portal: r.Client.Portal, Username: username, Holder: holder, CreatedAt: r.Time}
	} else if account.Holder != holder {
		return storedAccount{}, problem.New(problem.AccountConflict).WithDetail(
			"该用户名已登记在另一人名下，账户不能改到他人名下",
			"This user name belongs to another person. An account cannot pass to somebody else.")
	}
	put := sessions.Put{Client: r.Client.ID, At: r.Time}
	stated, err := a.store.Phone(ctx, holder, r.Client.Portal)
	if err != nil {
		return storedAccount{}, err
	}
	stored := storedAccount{created: created, phone: ask.phone(stated.Number)}
	stored.account = ask.apply(account, stored.phone, r.Time)
	before := account.Organisation
	stored.account, put.Ended = stored.account.WithOrganisation(a.organisation(ask.Organisation))
	put.Organisation = !before.IsSameAs(stored.account.Organisation)
	if stated.Number != stored.phone {
		put.Phone = &sessions.PhoneChange{From: stated, To: stated.WithNumber(stored.phone, r.Time)}
	}
	if stored.account.NeedsLink(stored.phone, ask.PasswordLink, r.Time) {
		if err := a.makeLink(ctx, &stored, &put, r.Time); err != nil {
			return storedAccount{}, err
		}
	}
	if !created && put.Phone == nil && put.Link == nil && isUnchanged(account, stored.account) {
		stored.account = account
		return stored, nil
	}
	owed, err := a.shareOf(r, created, put)
	if err == nil {
		err = a.take(ctx, owed, r.Time)
	}
	if err != nil {
		return storedAccount{}, a.giveBack(ctx, stored.limits.link, err)
	}
	stored.limits = putLimits{owed.change, append(stored.limits.link, owed.link...)}
	if put.Phone != nil {
		err = a.notifyOldPhone(ctx, *put.Phone, username)
	}
	if err == nil {
		err = a.store.PutAccount(ctx, stored.account, put)
	}
	if err != nil {
		return storedAccount{}, a.giveBack(ctx, stored.limits.limits(), err)
	}
	return stored, nil
}

// organisation returns the organisation that a request states, nil for none.
func (a *app) organisation(stated *organisationView) *identity.Organisation {
	if stated == nil {
		return nil
	}
	key := a.hashes.Hash("holder", certificate.OrganisationCode, stated.USCC)
	return &identity.Organisation{Holder: key, Name: stated.Name, USCC: stated.USCC}
}

// makeLink makes the link to be sent and counts it against the limit of its phone. If the limit is
// exhausted, it sets the time when the link can be sent.
func (a *app) makeLink(ctx context.Context, stored *storedAccount, put *sessions.Put, now time.Time) error {
	limit := identity.LinkLimit(stored.account.Portal, stored.phone)
	err := a.store.Take(ctx, limit, now)
	var exhausted *sessions.LimitError
	if errors.As(err, &exhausted) {
		stored.waits = now.Add(exhausted.RetryIn)
		return nil
	}
	if err != nil {
		return err
	}
	stored.secret, stored.limits.link = rand.Text(), []identity.Limit{limit}
	put.Link = &identity.Link{Hash: identity.HashToken(stored.secret), SentTo: stored.phone, ExpiresAt: now.Add(identity.LinkLife)}
	stored.account.Link = put.Link
	return nil
}

// isUnchanged reports whether the account already has all values of the request. Such a request
// writes nothing, so that repeating it does not fill the table.
func isUnchanged(before, after identity.Account) bool {
	return before.Name == after.Name && before.IDNumber == after.IDNumber && before.RealNameLevel == after.RealNameLevel &&
		isEqualOrganisation(before.Organisation, after.Organisation) &&
		before.IDValidFrom == after.IDValidFrom && before.IDValidUntil == after.IDValidUntil && (before.Link == nil) == (after.Link == nil)
}

// isEqualOrganisation reports whether both are stated in the same words.
func isEqualOrganisation(a, b *identity.Organisation) bool {
	return a.IsSameAs(b) && (a == nil || a.Name == b.Name)
}

// sendLink sends the link that was stored with the account, and marks it as sent. If it cannot be
// sent, the account stays without the link, and repeating the request sends another.
func (a *app) sendLink(ctx context.Context, s storedAccount, now time.Time) error {
	if s.secret == "" {
		return nil
	}
	failure := a.messages.Send(ctx, a.linkMessage(s.account, s.secret))
	if err := a.noteLink(ctx, s.account, failure == nil, now); err != nil {
		return err
	}
	p, ok := problem.As(failure)
	if !ok {
		return failure
	}
	err := p.WithDetail("账户已保存，但设置密码的短信未能发出。", "The account is stored, but the message with the password link could not be sent.").
		WithRemedy(problem.Platform, "请稍后重新提交同一请求，短信会再次发送。", "Submit the same request again later; the message is then sent again.")
	return a.giveBack(ctx, s.limits.link, err)
}

// noteLink marks the account's link as sent, or removes it, unless it has been used or replaced in
// between.
func (a *app) noteLink(ctx context.Context, stored identity.Account, sent bool, now time.Time) error {
	return decide(ctx, func() error {
		account, err := a.store.Account(ctx, stored.Portal, stored.Username)
		if err != nil {
			return err
		}
		if account.Link == nil || account.Link.Hash != stored.Link.Hash {
			return nil
		}
		if sent {
			account.Link.SentAt = now
		} else {
			account.Link = nil
		}
		return a.store.PutAccount(ctx, account, sessions.Put{})
	})
}

func (a *app) linkMessage(account identity.Account, secret string) message {
	url := a.publicURL + "/password#" + secret
	return message{
		ID: rand.Text(), To: account.Link.SentTo, Kind: passwordLink,
		Portal: account.Portal, Username: account.Username,
		URL: url, ExpiresAt: api.Instant(account.Link.ExpiresAt),
		Text: fmt.Sprintf("【%s】用户 %s，请在 %.0f 小时内打开链接设置登录密码：%s",
			a.portals[account.Portal].Name, account.Username, identity.LinkLife.Hours(), url),
	}
}
