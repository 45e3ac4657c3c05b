package main

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

type passwordRequest struct {
	Current *string `json:"current"` // with a session
	Link    *string `json:"link"`    // without a session: the secret of a one-time link
	New     string  `json:"new"`
	Device  string  `json:"device"` // becomes the only device that the account knows
}

// password sets a new password (修改密码): by the current one within a session, or by a one-time link
// without. Every other session of the account ends. After a link the account has to identify again,
// because the link was sent to a phone that the portal stated.
func (a *app) password(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask passwordRequest
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	switch {
	case (ask.Current == nil) == (ask.Link == nil):
		return nil, problem.NewInvalidField("/current", "password.proof", "current 与 link 须填且只填一个", "Give either current or link.")
	case ask.Link != nil:
		return a.passwordByLink(ctx, r, ask)
	}
	change := func(ctx context.Context, r *api.Request) (*api.Response, error) {
		return a.passwordByCurrent(ctx, r, ask)
	}
	return api.RequireHolder(a.store, change)(ctx, r)
}

func (a *app) passwordByLink(ctx context.Context, r *api.Request, ask passwordRequest) (*api.Response, error) {
	secret, err := identity.FindLinkSecret(*ask.Link)
	if err != nil {
		return nil, problem.NewInvalidField("/link", "link.several", "其中有两个不同的链接，请只粘贴最新一条短信中的链接", "There are different links in it; paste the one of the newest message only.")
	}
	account, err := a.store.LinkAccount(ctx, secret, r.Time)
	if err != nil {
		return nil, linkError(err)
	}
	if err := checkStrength(ask.New, account); err != nil {
		return nil, err
	}
	device, err := deviceOf(account.Portal, account.Username, ask.Device)
	if err != nil {
		return nil, err
	}
	phc := a.passwords.hash(ask.New)
	err = a.commitPassword(ctx, account, phc, identity.HashToken(secret), r.Time, func() error {
		account, err := a.store.LinkAccount(ctx, secret, r.Time)
		if err != nil {
			return linkError(err)
		}
		account, ended := account.WithPassword(phc, "", r.Time)
		return a.store.ResetPassword(ctx, account.Remember(device, r.Time), ended)
	})
	if err != nil {
		return nil, err
	}
	return api.NoContent(), nil
}

func linkError(err error) error {
	if errors.Is(err, sessions.ErrNotFound) {
		return problem.New(problem.PasswordLinkInvalid).WithCause(err)
	}
	return err
}

func (a *app) passwordByCurrent(ctx context.Context, r *api.Request, ask passwordRequest) (*api.Response, error) {
	s := r.Session
	device, err := deviceOf(s.Portal, s.Username, ask.Device)
	if err != nil {
		return nil, err
	}
	if err := a.store.Take(ctx, identity.PasswordLimit(s.Hash), r.Time); err != nil {
		return nil, err
	}
	account, err := a.store.Account(ctx, s.Portal, s.Username)
	if err != nil {
		return nil, translateNotFound(err)
	}
	if ok, _ := a.passwords.verify(account.PasswordHash, *ask.Current); !ok {
		return nil, problem.NewInvalidField("/current", "password.current", "当前密码不正确", "This is not the current password.")
	}
	if err := checkStrength(ask.New, account); err != nil {
		return nil, err
	}
	if err := a.replace(ctx, r, account, a.passwords.hash(ask.New), device); err != nil {
		return nil, err
	}
	return api.NoContent(), nil
}

// replace stores the new password and the device it was set on, provided that the old password is
// still the one that was checked.
func (a *app) replace(ctx context.Context, r *api.Request, account identity.Account, phc, device string) error {
	checked := account.PasswordHash
	return a.commitPassword(ctx, account, phc, "", r.Time, func() error {
		changed, ended := account.WithPassword(phc, r.Session.Hash, r.Time)
		err := a.store.SetPassword(ctx, changed.Remember(device, r.Time), ended)
		if !errors.Is(err, sessions.ErrChanged) {
			return err
		}
		again, readErr := a.store.Account(ctx, account.Portal, account.Username)
		if readErr != nil {
			return translateNotFound(readErr)
		}
		if again.PasswordHash != checked {
			return problem.New(problem.AccountConflict)
		}
		account = again
		return err
	})
}
