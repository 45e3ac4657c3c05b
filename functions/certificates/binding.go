package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

type binding struct {
	Certificate string `json:"certificate"`
	Bound       bool   `json:"bound"`
}

// bind is 绑定证照. Only the holder's own certificate can be bound. Binding it again changes nothing.
func (a *app) bind(ctx context.Context, r *api.Request) (*api.Response, error) {
	id := r.Path["certificate"]
	if err := a.certificates.Bind(ctx, id, records.PersonOf(r.Session), r.Time); err != nil {
		return nil, err
	}
	return api.JSON(http.StatusOK, binding{Certificate: id, Bound: true}), nil
}

// unbind is 解除绑定. The certificate and its endorsements stay as they are.
func (a *app) unbind(ctx context.Context, r *api.Request) (*api.Response, error) {
	id := r.Path["certificate"]
	if _, err := a.certificates.ReadCertificate(ctx, id, records.PersonOf(r.Session), records.ReadOptions{}); err != nil {
		return nil, err
	}
	if err := a.certificates.Unbind(ctx, id, records.PersonOf(r.Session).Holder, r.Session.Portal); err != nil {
		return nil, err
	}
	return api.NoContent(), nil
}
