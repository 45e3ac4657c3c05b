package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

type pollResponse struct {
	Challenge       string         `json:"challenge"`
	State           identity.State `json:"state"`
	ExpiresAt       api.Instant    `json:"expiresAt"`
	IdentifiedUntil *api.Instant   `json:"identifiedUntil,omitempty"` // when verified
	Problem         *api.Problem   `json:"problem,omitempty"`         // when rejected or expired
	PollAfterMS     int64          `json:"pollAfterMs,omitempty"`     // before the next poll, while it can change
}

// poll returns the state of the challenge to the page that shows its code. A challenge of another
// session is not found.
func (a *app) poll(ctx context.Context, r *api.Request) (*api.Response, error) {
	c, err := a.challenge(ctx, r)
	if err != nil {
		return nil, err
	}
	if c.Session != r.Session.Hash {
		return nil, problem.New(problem.ChallengeNotFound)
	}
	answer := pollResponse{Challenge: c.ID, State: c.StateAt(r.Time), ExpiresAt: api.Instant(c.ExpiresAt)}
	answer.PollAfterMS = answer.State.PollAfter().Milliseconds()
	if p := c.Problem(r.Time); p != nil {
		blocker := api.Blocker(p, r.Lang)
		answer.Problem = &blocker
	}
	if answer.State == identity.Verified {
		until := api.Instant(c.StepUpUntil(c.FinishedAt))
		answer.IdentifiedUntil = &until
	}
	return api.JSON(http.StatusOK, answer), nil
}
