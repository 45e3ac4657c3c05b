package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// notifyOldPhone tells a phone that it is about to be replaced or unbound. It is sent before the
// change, which is made only if the gateway has accepted the message. If the change then fails, the
// phone has been told of a change that did not happen; the next attempt sends the same message with
// the same id, unless the stated number differs.
func (a *app) notifyOldPhone(ctx context.Context, change sessions.PhoneChange, username string) error {
	if !change.From.IsBound() || change.From.Number == change.To.Number {
		return nil
	}
	err := a.messages.Send(ctx, a.changedMessage(change, username))
	p, ok := problem.As(err)
	if !ok {
		return err
	}
	return p.WithDetail("原手机号码的变更告知短信未能发出，手机号码未变更。",
		"The message that tells the old phone of the change could not be sent; the phone was not changed.").
		WithRemedy(problem.Platform, "请稍后重新提交同一请求；持续失败时请联系平台运营方，由其核实后撤销原手机号码。",
			"Submit the same request again later. If it keeps failing, ask the service's operator, who checks and revokes the old phone.")
}

func (a *app) changedMessage(change sessions.PhoneChange, username string) message {
	old, portal := change.From, a.portals[change.From.Portal].Name
	what := "正在更换为 " + certificate.MaskPhone(change.To.Number)
	if !change.To.IsBound() {
		what = "正在解除绑定"
	}
	return message{
		ID: a.hashes.Hash("phone-changed", old.Holder, old.Portal, strconv.FormatInt(old.BoundAt.UnixMilli(), 10), change.To.Number),
		To: old.Number, Kind: phoneChanged, Portal: old.Portal, Username: username,
		Text: fmt.Sprintf("【%s】您在本平台绑定的手机号码 %s %s（账户：%s）。如非本人操作，请尽快登录核对账户信息、修改密码，并联系平台客服。",
			portal, certificate.MaskPhone(old.Number), what, username),
	}
}

// putLimits are the limits that storing an account counts against: the client's daily shares, the
// daily messages to the person's old phone, and the links sent to one phone.
type putLimits struct{ change, link []identity.Limit }

func (s putLimits) limits() []identity.Limit { return slices.Concat(s.change, s.link) }

// shareOf returns the limits that storing an account counts against, except that of the link, which
// makeLink has taken.
func (a *app) shareOf(r *api.Request, created bool, put sessions.Put) (s putLimits, err error) {
	client, ok := a.client(r.Client.ID)
	if !ok { // removed since the token was issued
		return s, problem.New(problem.Forbidden)
	}
	changed := put.Phone != nil && put.Phone.From.IsBound()
	if created {
		s.change = append(s.change, client.AccountsLimit(r.Time))
	}
	if changed {
		s.change = append(s.change, client.ChangesLimit(r.Time), identity.PhoneLimit(put.Phone.From.Portal, put.Phone.From.Holder))
	}
	moved := put.Organisation && !created
	if moved && !changed {
		s.change = append(s.change, client.ChangesLimit(r.Time))
	}
	if put.Link != nil && !created && !changed && !moved {
		s.link = append(s.link, client.ChangesLimit(r.Time))
	}
	return s, nil
}

// take takes one token of every limit, or none.
func (a *app) take(ctx context.Context, s putLimits, now time.Time) error {
	for i, limit := range s.limits() {
		err := a.store.Take(ctx, limit, now)
		if !limit.Until.IsZero() { // a limit of the client, not of a person or a phone
			err = explainExhausted(err, now)
		}
		if err != nil {
			return a.giveBack(ctx, s.limits()[:i], err)
		}
	}
	return nil
}

// explainExhausted returns the problem of a client's exhausted daily share, and says who can raise
// it.
func explainExhausted(err error, now time.Time) error {
	if !api.IsProblem(err, problem.RateLimited) {
		return err
	}
	return api.ProblemOf(err).RetryIn(civil.Of(now).End().Sub(now)).WithDetail("该客户端当日开立账户，或变更手机号码、发送密码链接的数量已达上限。",
		"The client has opened as many accounts, or changed as many phones and sent as many links, as it may in a day.").
		WithRemedy(problem.Platform, "请于次日（北京时间）继续；确需更多时，请平台运营方在 CLIENTS 中调整 accountsPerDay。如非本门户所为，请立即通知平台运营方更换密钥。",
			"Go on the next day (Beijing time). If more is needed, the service's operator raises accountsPerDay in CLIENTS. If these requests are not yours, have the operator change the key at once.")
}
