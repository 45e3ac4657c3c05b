package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

type scanRequest struct {
	Scan string `json:"scan"` // JWS
}

type scanResponse struct {
	State      identity.State `json:"state"`
	PortalName string         `json:"portalName"`
	Name       string         `json:"name"` // masked: whose page this is
	ExpiresAt  api.Instant    `json:"expiresAt"`
}

// scan binds the challenge to the first phone that scans its code. The same phone may scan it
// again.
func (a *app) scan(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask scanRequest
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	statement, said, err := a.read(r, ask.Scan)
	if err != nil {
		return nil, err
	}
	c, err := a.challenge(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := a.mayVouch(statement.Issuer, c.Portal); err != nil {
		return nil, err
	}
	if c, err = a.bind(ctx, r, c, a.store.DeviceHash(statement.Issuer, said.Device), said.Nonce); err != nil {
		return nil, err
	}
	return api.JSON(http.StatusOK, scanResponse{
		State: c.State, PortalName: a.portals[c.Portal].Name,
		Name: certificate.MaskName(c.Name), ExpiresAt: api.Instant(c.ExpiresAt),
	}), nil
}

// bind stores the scan, if the session still exists. If another phone scanned first, the rules
// judge again by the stored challenge. A challenge leaves the state pending once, so there is at
// most one such repetition.
func (a *app) bind(ctx context.Context, r *api.Request, c identity.Challenge, device, nonce string) (identity.Challenge, error) {
	next, err := c.Scan(device, nonce, r.Time)
	if err != nil {
		return next, err
	}
	if err := a.store.SessionOf(ctx, c, r.Time); err != nil || next == c {
		return next, err
	}
	stored, err := a.store.ScanChallenge(ctx, next)
	if errors.Is(err, sessions.ErrChanged) {
		return stored.Scan(device, nonce, r.Time)
	}
	return stored, err
}
