package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

type loginRequest struct {
	Portal   string `json:"portal"`
	Username string `json:"username"`
	Password string `json:"password"`
	Device   string `json:"device"` // a secret the device made and keeps; a login makes the device known
}

type loginResponse struct {
	Token     string      `json:"token"`
	ExpiresAt api.Instant `json:"expiresAt"`
	Account   accountView `json:"account"`
}

// login opens a session (使用手册 §1.1, §2.1). Neither the answer nor the work done reveals whether the
// user name or the password was wrong.
func (a *app) login(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask loginRequest
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	if _, ok := a.portals[ask.Portal]; !ok {
		return nil, problem.NewInvalidField("/portal", "portal", "没有这个门户", "There is no such portal.")
	}
	username, _ := identity.NormalizeUsername(ask.Username)
	device, err := deviceOf(ask.Portal, username, ask.Device)
	if err != nil {
		return nil, err
	}
	account, phc, tries, err := a.authenticate(ctx, r, ask, username, device)
	if err != nil {
		return nil, err
	}
	token, session := open(account, r)
	if err := a.admit(ctx, account, ask.Password, phc, session, device, tries); err != nil {
		return nil, err
	}
	phone, err := a.store.Phone(ctx, account.Holder, account.Portal)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusOK, loginResponse{
		Token: token, ExpiresAt: api.Instant(session.ExpiresAt), Account: a.view(account, phone, session, r.Time),
	}), nil
}

// deviceOf returns the name by which the account knows the device, or "" if none is given.
func deviceOf(portal, username, secret string) (string, error) {
	device, ok := identity.DeviceHash(portal, username, secret)
	if !ok {
		return "", problem.NewInvalidField("/device", "device.format", "device 须为 22 至 128 个字母、数字、- 或 _",
			"device has 22 to 128 letters, digits, - or _.")
	}
	return device, nil
}

// authenticate finds the account of the user name and checks its password. It also returns the
// password's hash, made anew if it is outdated, and the limits that the attempt was counted against. An account that does not exist, or has no password,
// costs one password check all the same; an attempt beyond the limits costs none.
func (a *app) authenticate(ctx context.Context, r *api.Request, ask loginRequest, username, device string) (identity.Account, string, identity.Tries, error) {
	tries := identity.UnknownNetworkTries(ask.Portal, username, r.Network)
	account, err := a.store.Account(ctx, ask.Portal, username)
	if err != nil && !errors.Is(err, sessions.ErrNotFound) {
		return account, "", tries, err
	}
	if account.KnowsDevice(device, r.Time) {
		tries = identity.DeviceTries(ask.Portal, username, device)
	}
	for _, limit := range tries.Limits {
		if err := a.store.Take(ctx, limit, r.Time); err != nil {
			return account, "", tries, err
		}
	}
	phc, err := a.checkPassword(account, ask.Password)
	if err != nil {
		return account, "", tries, err
	}
	return account, phc, tries, a.giveBack(ctx, tries.Shared, nil)
}

// checkPassword returns the hash of the account's password, made anew if it is outdated. The problem
// is login-failed if it is another password's.
func (a *app) checkPassword(account identity.Account, password string) (string, error) {
	switch ok, outdated := a.passwords.verify(account.PasswordHash, password); {
	case !ok:
		return "", problem.New(problem.LoginFailed)
	case outdated:
		return a.passwords.hash(password), nil
	}
	return account.PasswordHash, nil
}

// open makes a session of the account and its token.
func open(account identity.Account, r *api.Request) (string, identity.Session) {
	token := rand.Text()
	return token, identity.Session{
		Hash: identity.HashToken(token), Kind: identity.KindHolder,
		Portal: account.Portal, Username: account.Username, Holder: account.Holder, Name: account.Name, Organisation: account.Organisation,
		CreatedAt: r.Time, ExpiresAt: r.Time.Add(identity.SessionLife),
	}
}

// admit stores the session, the device, and the password hash if it was made anew, provided that
// the password has not changed in between.
func (a *app) admit(ctx context.Context, account identity.Account, password, phc string, session identity.Session, device string, tries identity.Tries) error {
	return decide(ctx, func() error {
		shown, err := a.store.FaceShown(ctx, account)
		if err != nil {
			return err
		}
		session.FaceShown, session.Organisation = shown, account.Organisation
		admitted := account.Remember(device, session.CreatedAt)
		admitted.PasswordHash = phc
		err = a.store.PutSession(ctx, admitted, session, tries.Own)
		if !errors.Is(err, sessions.ErrChanged) {
			return err
		}
		again, readErr := a.store.Account(ctx, account.Portal, account.Username)
		if readErr != nil {
			return readErr
		}
		if again.PasswordHash != account.PasswordHash {
			if phc, readErr = a.checkPassword(again, password); readErr != nil {
				return readErr
			}
		}
		account = again
		return err
	})
}

// logout ends the session immediately.
func (a *app) logout(ctx context.Context, r *api.Request) (*api.Response, error) {
	if err := a.store.DeleteSession(ctx, r.Session.Hash); err != nil {
		return nil, err
	}
	return api.NoContent(), nil
}
