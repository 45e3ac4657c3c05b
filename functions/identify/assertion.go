package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

type assertionRequest struct {
	Assertion string `json:"assertion"` // JWS
}

type assertionResponse struct {
	State           identity.State `json:"state"`
	IdentifiedUntil api.Instant    `json:"identifiedUntil"`
}

// assertion takes the app's answer. If it is right, the session that asked is stepped up, for its
// own holder only. A wrong answer from the phone that scanned the code ends the challenge.
func (a *app) assertion(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask assertionRequest
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	statement, said, err := a.read(r, ask.Assertion)
	if err != nil {
		return nil, err
	}
	answer, err := a.answer(statement.Issuer, said)
	if err != nil {
		return nil, err
	}
	c, err := a.finish(ctx, r, statement, answer)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusOK, assertionResponse{
		State: c.State, IdentifiedUntil: api.Instant(c.StepUpUntil(c.FinishedAt)),
	}), nil
}

func (a *app) answer(issuer string, said claims) (identity.Assertion, error) {
	if said.Method != "face" || said.Result != "pass" && said.Result != "fail" {
		return identity.Assertion{}, problem.New(problem.AssertionInvalid).
			WithCause(errors.New("the statement is not of a face that passed or failed"))
	}
	return identity.Assertion{
		Nonce: said.Nonce, Device: a.store.DeviceHash(issuer, said.Device), Number: said.Number, Passed: said.Result == "pass",
		Subject: a.store.SubjectHash(strings.ToLower(said.Holder)),
	}, nil
}

// finish judges the answer and stores the end of the challenge. Of several concurrent answers one
// is stored; the others are judged again and find the challenge used.
func (a *app) finish(ctx context.Context, r *api.Request, s identity.Statement, answer identity.Assertion) (identity.Challenge, error) {
	once := sessions.OneTimeToken{Issuer: s.Issuer, ID: s.ID, Until: s.Expiry}
	for range 3 {
		c, err := a.challenge(ctx, r)
		if err != nil {
			return c, err
		}
		if err := a.mayVouch(s.Issuer, c.Portal); err != nil {
			return c, err
		}
		next, refusal := c.Answer(answer, r.Time)
		if next.State == c.State {
			return c, refusal
		}
		err = a.store.FinishChallenge(ctx, next, once)
		if errors.Is(err, sessions.ErrChanged) {
			continue
		}
		if err != nil {
			return c, err
		}
		return next, refusal
	}
	return identity.Challenge{}, problem.New(problem.ChallengeUsed)
}
