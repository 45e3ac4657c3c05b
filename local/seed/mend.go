package seed

import (
	"context"
	"errors"
	"slices"

	"github.com/jiazhu/jiazhu/client"
)

// fixBlockers does what the manual's answers tell the holder to do, and endorses again. It changes
// the demo's holders, so it goes only through a service of its own.
func (w *ScenarioRunner) fixBlockers(ctx context.Context) {
	if !w.Own {
		return
	}
	w.printHeading("照提示办理之后 · once the holder has done as told")
	w.step("绑定手机号码 (§3.2): the code arrives, the phone is bound, 加注成功!", func() error { return w.bindPhone(ctx) })
	w.step("补充免冠证件照 (§3.4): the authority reports it, 加注成功!", func() error {
		return w.reportAgain(ctx, "photo missing", func(h *Holder) { h.NoPhoto = false })
	})
	w.step("补充手写签名 (§3.4): the authority reports it, 加注成功!", func() error {
		return w.reportAgain(ctx, "signature image missing", func(h *Holder) { h.NoSigned = false })
	})
	w.step("信息上报 (§3.3): the report arrives, 加注成功!", func() error {
		return w.reportAgain(ctx, "not yet reported to the ministry", func(h *Holder) { h.Unreported = false })
	})
	w.step("延续注册 (§3.1): the renewal is reported, 加注成功!", func() error {
		return w.reportAgain(ctx, "registration expired", func(h *Holder) {
			start := today().AddDays(-1)
			h.Specialty = []Specialty{{h.Specialty[0].Name, start, start.AddYears(3).AddDays(-1)}}
			h.IssuedOn = start
		})
	})
	w.step("a certificate cancelled after endorsing: the copy is void", func() error { return w.cancelCertificate(ctx) })
}

func (w *ScenarioRunner) bindPhone(ctx context.Context) error {
	h := w.holders["phone not bound"]
	session, certificate, err := w.startSession(ctx, National, h)
	if err != nil {
		return err
	}
	res, err := session.API.generatedClient().SendPhoneCode(ctx, client.PhoneCodeAsk{Phone: h.Phone}, session.bearer())
	if err := read(nil, res, err); err != nil {
		return err
	}
	list, err := messages(ctx, w.client(), w.Phone)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(m message) bool { return m.Kind == "phone-code" && m.To == h.Phone })
	if at < 0 {
		return errors.New("no code arrived")
	}
	res, err = session.API.generatedClient().BindPhone(ctx, client.PhoneBinding{Phone: h.Phone, Code: list[at].Code}, session.bearer())
	if err := read(nil, res, err); err != nil {
		return err
	}
	made, err := session.Endorse(ctx, certificate, EndorseRequest{})
	return errors.Join(err, expect("the message", made.Message, TitleDone))
}

// reportAgain has the registry report the holder's certificate with something put right, and
// endorses it.
func (w *ScenarioRunner) reportAgain(ctx context.Context, meaning string, change func(*Holder)) error {
	h := w.holders[meaning]
	change(&h)
	if err := w.report(ctx, []Holder{h}); err != nil {
		return err
	}
	session, certificate, err := w.startSession(ctx, Ministry, h)
	if err != nil {
		return err
	}
	made, err := session.Endorse(ctx, certificate, EndorseRequest{})
	return errors.Join(err, expect("the message", made.Message, TitleDone))
}

func (w *ScenarioRunner) cancelCertificate(ctx context.Context) error {
	h := w.holders["rare characters in the name"]
	session, certificate, err := w.startSession(ctx, Ministry, h)
	if err != nil {
		return err
	}
	made, err := session.Endorse(ctx, certificate, EndorseRequest{})
	if err != nil {
		return err
	}
	h.State = "04"
	if err := w.report(ctx, []Holder{h}); err != nil {
		return err
	}
	v, err := w.api().Verify(ctx, map[string]string{"token": made.Token()})
	if err != nil {
		return err
	}
	_, err = session.Link(ctx, made, "pdf")
	return errors.Join(v.is("invalid", "certificate", "fail"), expect("GB/T 36906's code", v.Code, 21),
		refusal(err, "certificate-cancelled", TitleCancelled))
}
