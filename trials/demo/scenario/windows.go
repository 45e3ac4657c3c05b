package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
)

// tryWindows asks for days that the rules do not allow.
func (r *Runner) tryWindows(ctx context.Context) {
	r.Heading("使用有效期 · windows the holder may and may not choose")
	session, certificate, ok := r.startSessionStep(ctx, r.holders["ready"])
	old, oldCertificate, too := r.startSessionStep(ctx, r.holders["65 within the next months"])
	if !ok || !too {
		return
	}
	now := today()
	end := r.holders["65 within the next months"].Birth.AddYears(65)
	for _, c := range []struct {
		name        string
		session     *seed.Session
		certificate string
		ask         client.EndorsementAsk
		code        client.ProblemCode
	}{
		{"181 days → window-too-long", session, certificate, client.EndorsementAsk{UseUntil: now.AddDays(181).String()}, "window-too-long"},
		{"until yesterday → window-in-past", session, certificate, client.EndorsementAsk{UseUntil: now.AddDays(-1).String()}, "window-in-past"},
		{"past the 65th birthday → window-past-registration", old, oldCertificate, client.EndorsementAsk{UseUntil: end.AddDays(1).String()}, "window-past-registration"},
		{"from tomorrow → window-not-choosable", session, certificate, client.EndorsementAsk{UseFrom: now.AddDays(1).String()}, "window-not-choosable"},
		{"a purpose of 201 characters → invalid-field", session, certificate, client.EndorsementAsk{Purpose: client.Purpose{Kind: "投标", Text: strings.Repeat("长", 201)}}, "invalid-field"},
	} {
		r.Step(c.name, func() error {
			_, err := c.session.Endorse(ctx, c.certificate, c.ask)
			return checkRefusal(err, c.code, "")
		})
	}
	r.Step("30 days, chosen by the holder", func() error {
		made, err := session.Endorse(ctx, certificate, client.EndorsementAsk{UseUntil: now.AddDays(30).String()})
		return errors.Join(err, seed.Expect("the limit", made.Limit, "HOLDER"))
	})
}

// trySecondScheme checks a kind of certificate with other rules.
func (r *Runner) trySecondScheme(ctx context.Context) {
	r.Heading("二级建造师（北京）· another scheme's rules")
	session, certificate, ok := r.startSessionStep(ctx, r.holders["level-two constructor, Beijing"])
	if !ok {
		return
	}
	from := today().AddDays(7)
	var first, second client.Endorsement
	if used, err := r.isQuotaReached(ctx, session, certificate); used || err != nil {
		r.Step("two copies were made today already → quota-reached", func() error { return err })
		return
	}
	if !r.Step("the holder chooses the first day too; it is not valid before it", func() (err error) {
		first = must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{UseFrom: from.String(), UseUntil: from.AddDays(400).String()}))
		return errors.Join(seed.Expect("the first day", first.UseFrom, from.String()), seed.Expect("the state", first.State, client.EndorsementState("not-yet")))
	}) {
		return
	}
	r.Step("a second copy supersedes the first", func() (err error) {
		second = must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{}))
		must.Do(r.verifyAndSave(ctx, seed.Ministry, session, second))
		v, err := r.API().Verify(ctx, client.VerificationAsk{Token: first.Token()})
		return errors.Join(err, checkVerdict(v, "invalid", "copy", "fail"), seed.Expect("newer", v.Newer, true))
	})
	r.Step("it is signed and sealed by Beijing, and not by the ministry", func() error {
		for _, file := range []string{"pdf", "ofd"} {
			v := must.Get(r.API().VerifyFile(ctx, "application/"+file, must.Get(session.Download(ctx, second, file)), nil))
			if !slices.ContainsFunc(v.Checks, func(c client.Row) bool {
				return c.Check == "issuer" && c.Result == "pass" && strings.Contains(c.Text, "北京市住房和城乡建设委员会")
			}) {
				return fmt.Errorf("the %s is said to be by another: %+v", file, v.Checks)
			}
		}
		return nil
	})
	r.Step("a third on one day → quota-reached", func() error {
		_, err := session.Endorse(ctx, certificate, client.EndorsementAsk{})
		return checkRefusal(err, "quota-reached", "今日已申请过加注件，请勿重复加注")
	})
}

// isQuotaReached reports whether a visitor, or an earlier run, has made the day's copies already.
func (r *Runner) isQuotaReached(ctx context.Context, s *seed.Session, certificate string) (bool, error) {
	if r.Own {
		return false, nil
	}
	p, err := s.Preflight(ctx, certificate)
	return err == nil && len(p.Blockers) > 0 && p.Blockers[0].Code == "quota-reached", err
}
