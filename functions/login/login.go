package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/sessions"
)

type loginAsk struct {
	Portal   string `json:"portal"`
	Username string `json:"username"`
	Password string `json:"password"`
}

type loginAnswer struct {
	Token     string      `json:"token"`
	ExpiresAt api.Instant `json:"expiresAt"`
	Account   accountView `json:"account"`
}

// login opens a session (使用手册 §1.1, §2.1). Whether the user name or the password was wrong
// shows neither in the answer nor in the work done for it.
func (a *app) login(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask loginAsk
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	if _, ok := a.portals[ask.Portal]; !ok {
		return nil, wrong("/portal", "portal", "没有这个门户", "There is no such portal.")
	}
	username, _ := identity.NormalizeUsername(ask.Username)
	narrow, wide := identity.LoginLimits(ask.Portal, username, r.Network)
	for _, limit := range []identity.Limit{wide, narrow} {
		if err := a.store.Take(ctx, limit, r.Time); err != nil {
			return nil, err
		}
	}
	account, err := a.authenticate(ctx, ask.Portal, username, ask.Password)
	if err != nil {
		return nil, err
	}
	token, session := open(account, r)
	if err := a.admit(ctx, account, ask.Password, session, narrow); err != nil {
		return nil, err
	}
	phone, err := a.store.Phone(ctx, account.Holder)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusOK, loginAnswer{
		Token: token, ExpiresAt: api.Instant(session.ExpiresAt), Account: a.view(account, phone, session, r.Time),
	}), nil
}

// authenticate finds the account whose password this is. An account that is not there, or has no
// password, costs one password check all the same.
func (a *app) authenticate(ctx context.Context, portal, username, password string) (identity.Account, error) {
	account, err := a.store.Account(ctx, portal, username)
	if err != nil && !errors.Is(err, sessions.ErrNotFound) {
		return identity.Account{}, err
	}
	if !a.passwords.verify(account.PasswordHash, password) {
		return identity.Account{}, problem.New(problem.LoginFailed)
	}
	return account, nil
}

// refreshed is the account's password hash, made anew if the costs have risen since it was made.
func (a *app) refreshed(account identity.Account, password string) string {
	if a.passwords.stale(account.PasswordHash) {
		return a.passwords.hash(password)
	}
	return account.PasswordHash
}

// open makes a session of the account and the token for it.
func open(account identity.Account, r *api.Request) (string, identity.Session) {
	token := rand.Text()
	return token, identity.Session{
		Hash: identity.HashToken(token), Kind: identity.KindHolder,
		Portal: account.Portal, Username: account.Username, Holder: account.Holder, Name: account.Name,
		CreatedAt: r.Time, ExpiresAt: r.Time.Add(identity.SessionLife),
	}
}

// admit stores the session, and the password hash if it is made anew, as long as the password stays
// right. Tries is the limit that a success empties.
func (a *app) admit(ctx context.Context, account identity.Account, password string, session identity.Session, tries identity.Limit) error {
	phc := a.refreshed(account, password)
	return decide(ctx, func() error {
		admitted := account
		admitted.PasswordHash = phc
		err := a.store.PutSession(ctx, admitted, session, tries)
		if !errors.Is(err, sessions.ErrChanged) {
			return err
		}
		again, readErr := a.store.Account(ctx, account.Portal, account.Username)
		if readErr != nil {
			return readErr
		}
		if again.PasswordHash != account.PasswordHash {
			if !a.passwords.verify(again.PasswordHash, password) {
				return problem.New(problem.LoginFailed)
			}
			phc = a.refreshed(again, password)
		}
		account = again
		return err
	})
}

// logout ends the session at once.
func (a *app) logout(ctx context.Context, r *api.Request) (*api.Response, error) {
	if err := a.store.DeleteSession(ctx, r.Session.Hash); err != nil {
		return nil, err
	}
	return api.NoContent(), nil
}
