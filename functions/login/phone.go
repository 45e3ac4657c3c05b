package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

type codeRequest struct {
	Phone string `json:"phone"`
}

type codeResponse struct {
	SentTo     string      `json:"sentTo"` // masked
	ExpiresAt  api.Instant `json:"expiresAt"`
	RetryAfter int         `json:"retryAfter"` // seconds until another code can be requested
}

// sendCode sends a one-time code to the phone that the person wants to bind (使用手册 §3.2).
func (a *app) sendCode(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask codeRequest
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	phone, err := identity.NormalizePhone(ask.Phone)
	if err != nil {
		return nil, api.NewFieldProblem("/phone", err)
	}
	ask.Phone = phone
	limits := identity.CodeLimits(*r.Session, ask.Phone, r.Time)
	if err := a.takeAll(ctx, limits, r.Time); err != nil {
		return nil, err
	}
	digits, err := sixDigits()
	if err != nil {
		return nil, err
	}
	code := identity.Code{
		Portal: r.Session.Portal, Username: r.Session.Username,
		Hash:      a.store.CodeHash(r.Session.Portal, r.Session.Username, ask.Phone, digits),
		ExpiresAt: r.Time.Add(identity.CodeLife),
	}
	if err := a.store.PutCode(ctx, code); err != nil {
		return nil, err
	}
	if err := a.messages.Send(ctx, a.codeMessage(r.Session, ask.Phone, digits, code.ExpiresAt)); err != nil {
		return nil, a.undoSending(ctx, code, limits, err)
	}
	return api.JSON(http.StatusAccepted, codeResponse{
		SentTo: certificate.MaskPhone(ask.Phone), ExpiresAt: api.Instant(code.ExpiresAt),
		RetryAfter: int(limits[0].Every.Seconds()),
	}), nil
}

// takeAll takes one token from every limit. If one is exhausted, the tokens already taken are given
// back.
func (a *app) takeAll(ctx context.Context, limits []identity.Limit, now time.Time) error {
	for i, limit := range limits {
		if err := a.store.Take(ctx, limit, now); err != nil {
			return a.giveBack(ctx, limits[:i], err)
		}
	}
	return nil
}

func (a *app) giveBack(ctx context.Context, limits []identity.Limit, cause error) error {
	for _, limit := range limits {
		if err := a.store.Return(ctx, limit); err != nil {
			return fmt.Errorf("give back a limit: %w", err)
		}
	}
	return cause
}

// undoSending undoes what was stored for a message that was not sent, so that it can be requested
// again at once.
func (a *app) undoSending(ctx context.Context, code identity.Code, limits []identity.Limit, cause error) error {
	if err := a.store.RemoveCode(ctx, code); err != nil {
		return err
	}
	return a.giveBack(ctx, limits, cause)
}

func (a *app) codeMessage(s *identity.Session, phone, digits string, expires time.Time) message {
	return message{
		ID: rand.Text(), To: phone, Kind: phoneCode, Portal: s.Portal, Username: s.Username,
		Code: digits, ExpiresAt: api.Instant(expires),
		Text: fmt.Sprintf("【%s】您正在绑定手机号码，验证码 %s，%.0f 分钟内有效。请勿告知他人。",
			a.portals[s.Portal].Name, digits, identity.CodeLife.Minutes()),
	}
}

func sixDigits() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

type phoneRequest struct {
	Phone string `json:"phone"`
	Code  string `json:"code"`
}

var codeForm = regexp.MustCompile(`^[0-9]{6}$`)

// bindPhone binds the phone that the code was sent to, for the session's portal only.
func (a *app) bindPhone(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask phoneRequest
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	phone, err := identity.NormalizePhone(ask.Phone)
	if err != nil {
		return nil, api.NewFieldProblem("/phone", err)
	}
	ask.Phone, ask.Code = phone, certificate.TrimBlanks(ask.Code)
	if !codeForm.MatchString(ask.Code) {
		return nil, problem.NewInvalidField("/code", "code.format", "验证码为 6 位数字", "A code has six digits.")
	}
	s := r.Session
	code, err := a.store.TryCode(ctx, s.Portal, s.Username)
	if err != nil {
		return nil, err
	}
	if err := code.Check(a.store.CodeHash(s.Portal, s.Username, ask.Phone, ask.Code), r.Time); err != nil {
		return nil, err
	}
	err = decide(ctx, func() error {
		stated, err := a.store.Phone(ctx, s.Holder, s.Portal)
		if err != nil {
			return err
		}
		change := sessions.PhoneChange{From: stated, To: stated.WithNumber(ask.Phone, r.Time)}
		if err := a.notifyOldPhone(ctx, change, s.Username); err != nil {
			return err
		}
		return a.store.BindPhone(ctx, code, change)
	})
	if err != nil {
		return nil, err
	}
	return a.account(ctx, r)
}
