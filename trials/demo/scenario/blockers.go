package scenario

import (
	"context"
	"errors"
	"slices"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/phone"
	"github.com/jiazhu/jiazhu/local/seed"
)

// fixBlockers does what the problems tell the holder to do, and endorses again. It changes the demo's
// holders, so it needs a service that nobody else uses.
func (r *Runner) fixBlockers(ctx context.Context) {
	if !r.Own {
		return
	}
	r.Heading("照提示办理之后 · after following the instructions")
	r.Step("绑定手机号码 (§3.2): the code arrives, the phone is bound, 加注成功!", func() error { return r.bindPhone(ctx) })
	r.Step("补充免冠证件照 (§3.4): the authority reports it, 加注成功!", func() error {
		return r.reportAgain(ctx, "photo missing", func(h *seed.Holder) { h.NoPhoto = false })
	})
	r.Step("补充手写签名 (§3.4): the authority reports it, 加注成功!", func() error {
		return r.reportAgain(ctx, "signature image missing", func(h *seed.Holder) { h.NoSigned = false })
	})
	r.Step("信息上报 (§3.3): the report arrives, 加注成功!", func() error {
		return r.reportAgain(ctx, "not yet reported to the ministry", func(h *seed.Holder) { h.Unreported = false })
	})
	r.Step("延续注册 (§3.1): the renewal is reported, 加注成功!", func() error {
		return r.reportAgain(ctx, "registration expired", func(h *seed.Holder) {
			start := today().AddDays(-1)
			h.Specialty = []seed.Specialty{{Name: h.Specialty[0].Name, From: start, To: start.AddYears(3).AddDays(-1)}}
			h.IssuedOn = start
		})
	})
	r.Step("a certificate cancelled after endorsing: the copy is void", func() error { return r.cancelCertificate(ctx) })
}

func (r *Runner) bindPhone(ctx context.Context) error {
	h := r.holders["phone not bound"]
	session, certificate := r.startSession(ctx, seed.National, h)
	api, bearer := session.API.Client(), client.Bearer(session.Token)
	must.Do(client.Check(api.SendPhoneCode(ctx, client.PhoneCodeAsk{Phone: h.Phone}, bearer)))
	all := must.Get(r.Messages(ctx))
	at := slices.IndexFunc(all, func(m phone.Message) bool { return m.Kind == "phone-code" && m.To == h.Phone })
	if at < 0 {
		return errors.New("no code arrived")
	}
	must.Do(client.Check(api.BindPhone(ctx, client.PhoneBinding{Phone: h.Phone, Code: all[at].Code}, bearer)))
	return endorseAgain(ctx, session, certificate)
}

func endorseAgain(ctx context.Context, session *seed.Session, certificate string) error {
	made := must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{}))
	return seed.Expect("the message", made.Message, seed.TitleDone)
}

// reportAgain has the registry report the holder's certificate with a change, and endorses it.
func (r *Runner) reportAgain(ctx context.Context, meaning string, change func(*seed.Holder)) error {
	h := r.holders[meaning]
	change(&h)
	must.Get(r.Report(ctx, must.Get(h.Row())))
	session, certificate := r.startSession(ctx, seed.Ministry, h)
	return endorseAgain(ctx, session, certificate)
}

func (r *Runner) cancelCertificate(ctx context.Context) error {
	h := r.holders["rare characters in the name"]
	session, certificate := r.startSession(ctx, seed.Ministry, h)
	made := must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{}))
	h.State = "04"
	must.Get(r.Report(ctx, must.Get(h.Row())))
	v := must.Get(r.API().Verify(ctx, client.VerificationAsk{Token: made.Token()}))
	_, err := session.Link(ctx, made, "pdf")
	return errors.Join(checkVerdict(v, "invalid", "certificate", "fail"), seed.Expect("GB/T 36906's code", v.Code, 21),
		checkRefusal(err, "certificate-cancelled", seed.TitleCancelled))
}
