package seed

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// situations endorses every holder's certificate on both portals and holds what the service says
// against the manual, word for word.
func (w *ScenarioRunner) situations(ctx context.Context) {
	for _, portal := range []string{Ministry, National} {
		w.printHeading("常见问题 · every situation, on " + portal)
		for _, h := range Holders(today()) {
			if h.Scheme != ConstructorOne {
				continue
			}
			code, title := h.Code, h.Title
			if portal == National && h.Unbound {
				code, title = "not-bound", TitleNotBound
			}
			w.step(h.Situation+" ("+h.Meaning+") → "+shortenTitle(title), func() error {
				return w.situation(ctx, portal, h, code, title)
			})
		}
	}
}

func (w *ScenarioRunner) situation(ctx context.Context, portal string, h Holder, code, title string) error {
	session, err := w.identifyHolder(ctx, portal, h)
	if err != nil {
		return err
	}
	certificate, err := session.onlyCertificate(ctx)
	if err != nil {
		return err
	}
	before, err := session.Preflight(ctx, certificate)
	if err != nil {
		return err
	}
	made, err := session.Endorse(ctx, certificate, EndorseRequest{})
	if code != "" {
		return errors.Join(refusal(err, code, title), checkPreflight(before, code, title))
	}
	if err != nil {
		return err
	}
	if err := errors.Join(
		expect("the message", made.Message, title), expect("the limit", made.Limit, h.Limit), checkParticulars(h, made),
	); err != nil {
		return err
	}
	return w.verifyAndSave(ctx, portal, session, made)
}

// onlyCertificate returns the holder's one certificate, bound here or not.
func (s *Session) onlyCertificate(ctx context.Context) (string, error) {
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

// checkPreflight checks that the preflight said the same before.
func checkPreflight(p Preflight, code, title string) error {
	if p.Ready || len(p.Blockers) == 0 {
		return fmt.Errorf("the preflight saw nothing of %s", code)
	}
	first := p.Blockers[0]
	if first.Remedy == "" || first.Owner == "" || first.Detail == "" {
		return fmt.Errorf("the blocker does not say who can do what: %+v", first)
	}
	return errors.Join(expect("the preflight's blocker", first.Code, code), expect("its title", first.Title, title))
}

// checkParticulars is what one situation has that others have not.
func checkParticulars(h Holder, made Endorsement) error {
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

// verifyAndSave downloads the PDF and the OFD, keeps them and has them verified.
func (w *ScenarioRunner) verifyAndSave(ctx context.Context, portal string, s *Session, made Endorsement) error {
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
