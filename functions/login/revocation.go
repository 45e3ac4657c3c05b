package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// revokeToken ends an access token before its ten minutes are over (RFC 7009). The client proves itself as it does for
// a token. The answer is the same for a token that is unknown or has ended.
func (a *app) revokeToken(ctx context.Context, r *api.Request) (*api.Response, error) {
	form, fault := clientForm(r)
	if fault != nil {
		return fault, nil
	}
	if form.Get("token") == "" {
		return refuse(r, "invalid_request", problem.NewInvalidField("/token", "required", "缺少访问令牌", "It is missing.")), nil
	}
	statement, err := a.readClient(r, form)
	if err != nil {
		return a.refuseClient(r, err), nil
	}
	err = a.store.EndGrant(ctx, form.Get("token"), statement.Issuer, oneTimeTokenOf(statement))
	switch {
	case errors.Is(err, sessions.ErrAssertionUsed):
		return a.refuseReplay(r, statement), nil
	case errors.Is(err, sessions.ErrOtherClient):
		return refuse(r, "unauthorized_client", problem.New(problem.Forbidden).WithDetail(
			"访问令牌不是发给该客户端的。", "The access token was not issued to this client.")), nil
	case err != nil:
		return nil, err
	}
	return &api.Response{Status: http.StatusOK}, nil
}

func oneTimeTokenOf(s identity.Statement) sessions.OneTimeToken {
	return sessions.OneTimeToken{Issuer: s.Issuer, ID: s.ID, Until: s.Expiry}
}

func (a *app) refuseReplay(r *api.Request, s identity.Statement) *api.Response {
	return a.refuseClient(r, identity.NewStatementError(identity.FaultReplay, s.Issuer, "the statement was used before"))
}
