package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// situations endorses every holder's certificate on both portals and holds what the service says
// against the manual, word for word.
func (w *Walk) situations(ctx context.Context) {
	for _, portal := range []string{Ministry, National} {
		w.heading("常见问题 · every situation, on " + portal)
		for _, h := range Holders(today()) {
			if h.Scheme != ConstructorOne {
				continue
			}
			code, title := h.Code, h.Title
			if portal == National && h.Unbound {
				code, title = "not-bound", TitleNotBound
			}
			w.step(h.Situation+" ("+h.Meaning+") → "+short(title), func() error {
				return w.situation(ctx, portal, h, code, title)
			})
		}
	}
}

func (w *Walk) situation(ctx context.Context, portal string, h Holder, code, title string) error {
	session, err := w.identified(ctx, portal, h)
	if err != nil {
		return err
	}
	certificate, err := session.only(ctx)
	if err != nil {
		return err
	}
	before, err := session.Preflight(ctx, certificate)
	if err != nil {
		return err
	}
	made, err := session.Endorse(ctx, certificate, Ask{})
	if code != "" {
		return errors.Join(refusal(err, code, title), headline(before, code, title))
	}
	if err != nil {
		return err
	}
	if err := errors.Join(
		expect("the message", made.Message, title), expect("the limit", made.Limit, h.Limit), particular(h, made),
	); err != nil {
		return err
	}
	return w.keepBoth(ctx, portal, session, made)
}

// only returns the holder's one certificate, bound here or not.
func (s *Session) only(ctx context.Context) (string, error) {
	items, bindable, err := s.Certificates(ctx)
	if err != nil {
		return "", err
	}
	all := append(items, bindable...)
	if len(all) != 1 {
		return "", fmt.Errorf("%s has %d certificates", s.Holder.Name, len(all))
	}
	return all[0].Certificate, nil
}

// headline checks that the preflight said the same before.
func headline(p Preflight, code, title string) error {
	if p.Ready || len(p.Blockers) == 0 {
		return fmt.Errorf("the preflight saw nothing of %s", code)
	}
	first := p.Blockers[0]
	if first.Remedy == "" || first.Owner == "" || first.Detail == "" {
		return fmt.Errorf("the blocker does not say who can do what: %+v", first)
	}
	return errors.Join(expect("the preflight's blocker", first.Code, code), expect("its title", first.Title, title))
}

// particular is what one situation has that others have not.
func particular(h Holder, made Endorsed) error {
	const renew = "部分专业有效期不足180天，请及时办理延续"
	switch h.Meaning {
	case "65 within the next months":
		return expect("使用有效期截止日期", made.UseUntil, h.Birth.AddYears(65).String())
	case "several specialties, one ending soon":
		if !slices.Contains(made.Warnings, renew) {
			return fmt.Errorf("the warnings are %q, want %q among them", made.Warnings, renew)
		}
	}
	return nil
}

// keepBoth downloads the PDF and the OFD, keeps them and has them verified.
func (w *Walk) keepBoth(ctx context.Context, portal string, s *Session, made Endorsed) error {
	for file, kind := range map[string]string{"pdf": "application/pdf", "ofd": "application/ofd"} {
		data, err := s.Download(ctx, made, file)
		if err != nil {
			return err
		}
		v, err := w.api().VerifyFile(ctx, kind, data, nil)
		if err != nil {
			return err
		}
		if err := v.is("valid", "copy", "pass"); err != nil {
			return err
		}
		if s.Holder.Meaning == "ready" {
			continue // the way has kept this holder's
		}
		if err := w.keep(portal+"-"+s.Holder.Username+"."+file, data); err != nil {
			return err
		}
	}
	return nil
}

// windows asks for days outside the rules.
func (w *Walk) windows(ctx context.Context) {
	w.heading("使用有效期 · windows the holder may and may not choose")
	session, certificate, ok := w.arrive(ctx, w.holders["ready"])
	old, oldCertificate, too := w.arrive(ctx, w.holders["65 within the next months"])
	if !ok || !too {
		return
	}
	now := today()
	end := w.holders["65 within the next months"].Birth.AddYears(65)
	for _, c := range []struct {
		name        string
		session     *Session
		certificate string
		ask         Ask
		code        string
	}{
		{"181 days → window-too-long", session, certificate, Ask{UseUntil: now.AddDays(181).String()}, "window-too-long"},
		{"until yesterday → window-in-past", session, certificate, Ask{UseUntil: now.AddDays(-1).String()}, "window-in-past"},
		{"past the 65th birthday → window-past-registration", old, oldCertificate, Ask{UseUntil: end.AddDays(1).String()}, "window-past-registration"},
		{"from tomorrow → window-not-choosable", session, certificate, Ask{UseFrom: now.AddDays(1).String()}, "window-not-choosable"},
		{"a purpose of 201 characters → invalid-field", session, certificate, Ask{Purpose: map[string]string{"kind": "投标", "text": strings.Repeat("长", 201)}}, "invalid-field"},
	} {
		w.step(c.name, func() error {
			_, err := c.session.Endorse(ctx, c.certificate, c.ask)
			return refusal(err, c.code, "")
		})
	}
	w.step("30 days, chosen by the holder", func() error {
		made, err := session.Endorse(ctx, certificate, Ask{UseUntil: now.AddDays(30).String()})
		return errors.Join(err, expect("the limit", made.Limit, "HOLDER"))
	})
}

// arrive is ready on the ministry's portal, as a step.
func (w *Walk) arrive(ctx context.Context, h Holder) (session *Session, certificate string, ok bool) {
	ok = w.step("log in and identify "+h.Name, func() (err error) {
		session, certificate, err = w.ready(ctx, Ministry, h)
		return err
	})
	return session, certificate, ok
}

// ready logs a holder in, identifies them and finds their certificate.
func (w *Walk) ready(ctx context.Context, portal string, h Holder) (*Session, string, error) {
	session, err := w.identified(ctx, portal, h)
	if err != nil {
		return nil, "", err
	}
	certificate, err := session.only(ctx)
	return session, certificate, err
}

// schemeTwo shows that another kind of certificate has other rules, as data.
func (w *Walk) schemeTwo(ctx context.Context) {
	w.heading("二级建造师（北京）· another scheme's rules")
	session, certificate, ok := w.arrive(ctx, w.holders["level-two constructor, Beijing"])
	if !ok {
		return
	}
	from := today().AddDays(7)
	var first, second Endorsed
	if !w.step("the holder chooses the first day too; it is not valid before it", func() (err error) {
		if first, err = session.Endorse(ctx, certificate, Ask{UseFrom: from.String(), UseUntil: from.AddDays(400).String()}); err != nil {
			return err
		}
		return errors.Join(expect("the first day", first.UseFrom, from.String()), expect("the state", first.State, "not-yet"))
	}) {
		return
	}
	w.step("a second copy supersedes the first", func() (err error) {
		if second, err = session.Endorse(ctx, certificate, Ask{}); err != nil {
			return err
		}
		if err := w.keepBoth(ctx, Ministry, session, second); err != nil {
			return err
		}
		v, err := w.api().Verify(ctx, map[string]string{"token": first.Token()})
		return errors.Join(err, v.is("invalid", "copy", "fail"), expect("newer", v.Newer, true))
	})
	w.step("a third on one day → quota-reached", func() error {
		_, err := session.Endorse(ctx, certificate, Ask{})
		return refusal(err, "quota-reached", "今日已申请过加注件，请勿重复加注")
	})
}

// mended does what the manual's answers tell the holder to do, and endorses again. It changes
// the demo's holders, so it goes only through a service of its own.
func (w *Walk) mended(ctx context.Context) {
	if !w.Own {
		return
	}
	w.heading("照提示办理之后 · once the holder has done as told")
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
	w.step("a certificate cancelled after endorsing: the copy is void", func() error { return w.cancelled(ctx) })
}

func (w *Walk) bindPhone(ctx context.Context) error {
	h := w.holders["phone not bound"]
	session, certificate, err := w.ready(ctx, National, h)
	if err != nil {
		return err
	}
	if err := session.Do(ctx, http.MethodPost, "/v1/account/phone/codes", map[string]string{"phone": h.Phone}, nil); err != nil {
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
	if err := session.Do(ctx, http.MethodPut, "/v1/account/phone", map[string]string{"phone": h.Phone, "code": list[at].Code}, nil); err != nil {
		return err
	}
	made, err := session.Endorse(ctx, certificate, Ask{})
	return errors.Join(err, expect("the message", made.Message, TitleDone))
}

// reportAgain has the registry report the holder's certificate with something put right, and
// endorses it.
func (w *Walk) reportAgain(ctx context.Context, meaning string, change func(*Holder)) error {
	h := w.holders[meaning]
	change(&h)
	if err := w.report(ctx, []Holder{h}); err != nil {
		return err
	}
	session, certificate, err := w.ready(ctx, Ministry, h)
	if err != nil {
		return err
	}
	made, err := session.Endorse(ctx, certificate, Ask{})
	return errors.Join(err, expect("the message", made.Message, TitleDone))
}

func (w *Walk) cancelled(ctx context.Context) error {
	h := w.holders["rare characters in the name"]
	session, certificate, err := w.ready(ctx, Ministry, h)
	if err != nil {
		return err
	}
	made, err := session.Endorse(ctx, certificate, Ask{})
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
