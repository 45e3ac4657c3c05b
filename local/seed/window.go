package seed

import (
	"context"
	"errors"
	"strings"
)

// windows asks for days outside the rules.
func (w *ScenarioRunner) windows(ctx context.Context) {
	w.printHeading("使用有效期 · windows the holder may and may not choose")
	session, certificate, ok := w.startSessionStep(ctx, w.holders["ready"])
	old, oldCertificate, too := w.startSessionStep(ctx, w.holders["65 within the next months"])
	if !ok || !too {
		return
	}
	now := today()
	end := w.holders["65 within the next months"].Birth.AddYears(65)
	for _, c := range []struct {
		name        string
		session     *Session
		certificate string
		ask         EndorseRequest
		code        string
	}{
		{"181 days → window-too-long", session, certificate, EndorseRequest{UseUntil: now.AddDays(181).String()}, "window-too-long"},
		{"until yesterday → window-in-past", session, certificate, EndorseRequest{UseUntil: now.AddDays(-1).String()}, "window-in-past"},
		{"past the 65th birthday → window-past-registration", old, oldCertificate, EndorseRequest{UseUntil: end.AddDays(1).String()}, "window-past-registration"},
		{"from tomorrow → window-not-choosable", session, certificate, EndorseRequest{UseFrom: now.AddDays(1).String()}, "window-not-choosable"},
		{"a purpose of 201 characters → invalid-field", session, certificate, EndorseRequest{Purpose: map[string]string{"kind": "投标", "text": strings.Repeat("长", 201)}}, "invalid-field"},
	} {
		w.step(c.name, func() error {
			_, err := c.session.Endorse(ctx, c.certificate, c.ask)
			return refusal(err, c.code, "")
		})
	}
	w.step("30 days, chosen by the holder", func() error {
		made, err := session.Endorse(ctx, certificate, EndorseRequest{UseUntil: now.AddDays(30).String()})
		return errors.Join(err, expect("the limit", made.Limit, "HOLDER"))
	})
}

// startSessionStep is ready on the ministry's portal, as a step.
func (w *ScenarioRunner) startSessionStep(ctx context.Context, h Holder) (session *Session, certificate string, ok bool) {
	ok = w.step("log in and identify "+h.Name, func() (err error) {
		session, certificate, err = w.startSession(ctx, Ministry, h)
		return err
	})
	return session, certificate, ok
}

// startSession logs a holder in, identifies them and finds their certificate.
func (w *ScenarioRunner) startSession(ctx context.Context, portal string, h Holder) (*Session, string, error) {
	session, err := w.identifyHolder(ctx, portal, h)
	if err != nil {
		return nil, "", err
	}
	certificate, err := session.onlyCertificate(ctx)
	return session, certificate, err
}

// schemeTwo shows that another kind of certificate has other rules, as data.
func (w *ScenarioRunner) schemeTwo(ctx context.Context) {
	w.printHeading("二级建造师（北京）· another scheme's rules")
	session, certificate, ok := w.startSessionStep(ctx, w.holders["level-two constructor, Beijing"])
	if !ok {
		return
	}
	from := today().AddDays(7)
	var first, second Endorsement
	if used, err := w.isQuotaReached(ctx, session, certificate); used || err != nil {
		w.step("two copies were made today already → quota-reached", func() error { return err })
		return
	}
	if !w.step("the holder chooses the first day too; it is not valid before it", func() (err error) {
		if first, err = session.Endorse(ctx, certificate, EndorseRequest{UseFrom: from.String(), UseUntil: from.AddDays(400).String()}); err != nil {
			return err
		}
		return errors.Join(expect("the first day", first.UseFrom, from.String()), expect("the state", first.State, "not-yet"))
	}) {
		return
	}
	w.step("a second copy supersedes the first", func() (err error) {
		if second, err = session.Endorse(ctx, certificate, EndorseRequest{}); err != nil {
			return err
		}
		if err := w.verifyAndSave(ctx, Ministry, session, second); err != nil {
			return err
		}
		v, err := w.api().Verify(ctx, map[string]string{"token": first.Token()})
		return errors.Join(err, v.is("invalid", "copy", "fail"), expect("newer", v.Newer, true))
	})
	w.step("a third on one day → quota-reached", func() error {
		_, err := session.Endorse(ctx, certificate, EndorseRequest{})
		return refusal(err, "quota-reached", "今日已申请过加注件，请勿重复加注")
	})
}

// isQuotaReached reports whether a visitor, or an earlier walk, has had the day's copies already.
func (w *ScenarioRunner) isQuotaReached(ctx context.Context, s *Session, certificate string) (bool, error) {
	if w.Own {
		return false, nil
	}
	p, err := s.Preflight(ctx, certificate)
	return err == nil && len(p.Blockers) > 0 && p.Blockers[0].Code == "quota-reached", err
}
