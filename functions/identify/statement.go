package main

import (
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// claims is what the identity app signs. After a scan only the first three are there.
type claims struct {
	Challenge string `json:"challenge"`
	Nonce     string `json:"nonce"`
	Device    string `json:"device"` // names the phone's installation of the app

	Number string `json:"number"` // typed by the person
	Method string `json:"method"` // "face"
	Result string `json:"result"` // "pass" or "fail"
	Holder string `json:"holder"` // holderDigest of the person whose face it was
}

// maxDeviceLength is the longest device name, in characters.
const maxDeviceLength = 128

// read verifies what the app posted for the challenge named in the path. Every fault is
// assertion-invalid, with the cause in the log only, and leaves the challenge unchanged, since
// anybody could have sent it.
func (a *app) read(r *api.Request, token string) (identity.Statement, claims, error) {
	var said claims
	statement, err := identity.ReadStatement(token, a.publicURL, a.keysOf, r.Time, &said)
	switch {
	case err != nil:
	case said.Challenge != r.Path["challenge"]:
		err = errors.New("the statement is about another challenge")
	case said.Device == "" || len(said.Device) > maxDeviceLength:
		err = errors.New("the statement names no device, or too long a one")
	}
	if err != nil {
		return identity.Statement{}, claims{}, problem.New(problem.AssertionInvalid).WithCause(err)
	}
	return statement, said, nil
}

// mayVouch refuses a statement of an app for a portal that is not assigned to it. The challenge is
// left unchanged. The problem's cause, which names the app, is for the log.
func (a *app) mayVouch(app, portal string) error {
	for _, i := range a.issuers {
		if i.ID == app && i.Serves(portal) {
			return nil
		}
	}
	return problem.New(problem.AppNotForPortal).WithCause(fmt.Errorf("the app %s spoke for the portal %s", app, portal))
}

func (a *app) keysOf(issuer string) (jose.JSONWebKeySet, bool) {
	for _, i := range a.issuers {
		if i.ID == issuer {
			return i.Keys, true
		}
	}
	return jose.JSONWebKeySet{}, false
}
