package main

import (
	"context"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

type preflight struct {
	Ready    bool          `json:"ready"`
	Window   *window       `json:"window"`
	Warnings []string      `json:"warnings"`
	Blockers []api.Problem `json:"blockers"`
}

type window struct {
	UseFrom   civil.Date        `json:"useFrom"`
	UseUntil  civil.Date        `json:"useUntil"`
	Latest    civil.Date        `json:"latest"`
	Limit     endorsement.Limit `json:"limit"`
	LimitText string            `json:"limitText"`
	Picks     string            `json:"picks"` // the days the holder may choose: scheme.PicksEnd, PicksBoth or PicksNone
}

// preflight tells what an endorsement made now would contain, and everything that prevents it.
// Blockers are part of the answer and not errors; this includes a certificate that is not bound and
// an identification that has expired. An account that has never identified is shown nothing of the
// register, as in the list.
func (a *app) preflight(ctx context.Context, r *api.Request) (*api.Response, error) {
	today := civil.Of(r.Time)
	f, phoneBound, err := a.readViewAndPhone(ctx, r, today)
	if err != nil {
		return nil, err
	}
	s, err := a.schemes.SchemeOf(f.Certificate)
	if err != nil {
		return nil, err
	}
	situation := endorsement.Situation{
		Today: today, Scheme: &s, Certificate: &f.Certificate,
		Identified:    r.Session.IsIdentified(r.Time),
		BindingNeeded: a.portals[r.Session.Portal].BindingNeeded, Bound: f.Bound,
		PhoneBound: phoneBound, IDFlawed: f.IDFlawed,
		MissingGlyphs: a.glyphs.MissingRunes(printedText(f.Certificate)),
		MadeToday:     f.MadeToday,
		SigningReady:  true, // only the endorsing function has the signing keys, and knows which it lacks
	}
	answer := preflight{Warnings: []string{}, Blockers: []api.Problem{}}
	for _, b := range endorsement.Preflight(situation) {
		answer.Blockers = append(answer.Blockers, api.Blocker(&b, r.Lang))
	}
	answer.Ready = len(answer.Blockers) == 0
	if w, err := endorsement.WindowFor(s, f.Certificate, today, endorsement.Request{}); err == nil {
		answer.Window = &window{w.From, w.Until, w.Latest, w.Limit, w.Limit.TextFor(s).In(r.Lang), s.Window.HolderPicks}
		answer.Warnings = append(answer.Warnings, w.Warnings...)
	}
	return api.JSON(http.StatusOK, answer), nil
}

// readViewAndPhone reads the certificate's view and the person's phone at the same time.
func (a *app) readViewAndPhone(ctx context.Context, r *api.Request, today civil.Date) (f records.CertificateView, phoneBound bool, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		f, err = a.certificates.ReadCertificate(ctx, r.Path["certificate"], records.PersonOf(r.Session), records.ReadOptions{Day: today})
		return err
	})
	group.Go(func() (err error) {
		phoneBound, err = a.phones.PhoneBound(ctx, r.Session.Holder, config.PhonePortal(a.portals))
		return err
	})
	return f, phoneBound, group.Wait()
}

// printedText returns the free texts of a certificate, which may have characters that the fonts
// lack.
func printedText(c certificate.Certificate) string {
	text := c.Holder.Name + c.Employer.Name + c.Number + c.CertificateSerial + c.QualificationNo
	for _, d := range c.Details {
		text += d.Value
	}
	return text
}
