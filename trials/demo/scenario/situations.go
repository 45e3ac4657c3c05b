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

// runSituations endorses every holder's certificate on both portals and compares the answers with the manual,
// word for word.
func (r *Runner) runSituations(ctx context.Context) {
	for _, portal := range []string{seed.Ministry, seed.National} {
		r.Heading("常见问题 · every situation, on " + portal)
		for _, h := range seed.Holders(today()) {
			if h.Scheme == seed.ConstructorTwo {
				continue // trySecondScheme has it
			}
			code, title := client.ProblemCode(h.Code), h.Title
			if portal == seed.National && h.Unbound {
				code, title = "not-bound", seed.TitleNotBound
			}
			r.Step(h.Situation+" ("+h.Meaning+") → "+seed.ShortenTitle(title), func() error {
				return r.runSituation(ctx, portal, h, code, title)
			})
		}
	}
}

func (r *Runner) runSituation(ctx context.Context, portal string, h seed.Holder, code client.ProblemCode, title string) error {
	session, certificate := r.startSession(ctx, portal, h)
	before := must.Get(session.Preflight(ctx, certificate))
	made, err := session.Endorse(ctx, certificate, client.EndorsementAsk{})
	if code != "" {
		return errors.Join(checkRefusal(err, code, title), checkPreflight(before, code, title))
	}
	must.Do(err)
	must.Do(errors.Join(
		seed.Expect("the message", made.Message, title), seed.Expect("the limit", made.Limit, h.Limit), checkParticulars(h, made),
	))
	return r.verifyAndSave(ctx, portal, session, made)
}

// checkPreflight checks that the preflight has named the same blocker.
func checkPreflight(p client.Preflight, code client.ProblemCode, title string) error {
	if p.Ready || len(p.Blockers) == 0 {
		return fmt.Errorf("the preflight has no blocker %s", code)
	}
	first := p.Blockers[0]
	if first.Remedy == "" || first.Owner == "" || first.Detail == "" {
		return fmt.Errorf("the blocker does not say who has to do what: %+v", first)
	}
	return errors.Join(seed.Expect("the preflight's blocker", first.Code, code), seed.Expect("its title", first.Title, title))
}

// checkParticulars checks what only one situation has.
func checkParticulars(h seed.Holder, made client.Endorsement) error {
	const renew = "部分专业有效期不足180天，请及时办理延续："
	switch h.Meaning {
	case "65 within the next months":
		return seed.Expect("使用有效期截止日期", made.UseUntil, h.Birth.AddYears(65).String())
	case "several specialties, one ending soon":
		if !slices.ContainsFunc(made.Warnings, func(warning string) bool { return strings.HasPrefix(warning, renew) }) {
			return fmt.Errorf("the warnings are %q, want one that begins with %q", made.Warnings, renew)
		}
	}
	return nil
}

// verifyAndSave downloads the PDF and the OFD, verifies them and keeps them.
func (r *Runner) verifyAndSave(ctx context.Context, portal string, s *seed.Session, made client.Endorsement) error {
	for file, kind := range map[string]string{"pdf": "application/pdf", "ofd": "application/ofd"} {
		data := must.Get(s.Download(ctx, made, file))
		v := must.Get(r.API().VerifyFile(ctx, kind, data, nil))
		must.Do(checkVerdict(v, "valid", "copy", "pass"))
		if s.Holder.Meaning == "ready" {
			continue // runPortal has kept this holder's
		}
		must.Do(r.keep(portal+"-"+s.Holder.Username+"."+file, data))
	}
	return nil
}
