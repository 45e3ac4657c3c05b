package main

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// endorseInput is everything that decides an endorsement.
type endorseInput struct {
	records.CertificateView
	scheme     scheme.Scheme
	portal     config.Portal
	phoneBound bool
}

// open reads the certificate's view and the person's phone at the same time.
func (a *app) open(ctx context.Context, r *api.Request, key string) (endorseInput, error) {
	k := endorseInput{portal: a.portals[r.Session.Portal]}
	group, reading := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		k.CertificateView, err = a.certificates.ReadCertificate(reading, r.Path["certificate"], records.PersonOf(r.Session),
			records.ReadOptions{Images: true, Key: key, Day: civil.Of(r.Time), Seals: true})
		return err
	})
	group.Go(func() (err error) {
		k.phoneBound, err = a.phones.PhoneBound(reading, r.Session.Holder, config.PhonePortal(a.portals))
		return err
	})
	if err := group.Wait(); err != nil {
		return k, err
	}
	var err error
	k.scheme, err = a.schemes.SchemeOf(k.Certificate)
	return k, err
}

// requireBound checks that the holder may see the view that was read: where the portal requires
// binding, the certificate must be bound.
func (a *app) requireBound(r *api.Request, f records.CertificateView, err error) (records.CertificateView, scheme.Scheme, error) {
	if err == nil {
		err = a.portals[r.Session.Portal].CheckBound(f.Bound)
	}
	if err != nil {
		return f, scheme.Scheme{}, err
	}
	s, err := a.schemes.SchemeOf(f.Certificate)
	return f, s, err
}

// readEndorsement reads the endorsement named in the path, for its holder.
func (a *app) readEndorsement(ctx context.Context, r *api.Request) (records.CertificateView, scheme.Scheme, error) {
	f, err := a.certificates.ReadEndorsement(ctx, r.Path["certificate"], records.PersonOf(r.Session), r.Path["endorsement"])
	return a.requireBound(r, f, err)
}

func stateOf(f records.CertificateView, s scheme.Scheme, now time.Time) endorsement.State {
	return endorsement.StateOf(*f.Endorsement, f.Certificate, f.Holding(), s, f.Latest, now)
}

// recordText returns the free texts of a certificate, which may have characters that the fonts lack.
func recordText(c certificate.Certificate) string {
	text := c.Holder.Name + c.Employer.Name + c.Number + c.CertificateSerial + c.QualificationNo
	for _, d := range c.Details {
		text += d.Value
	}
	return text
}

// wordsText returns the texts of a request, which may have such characters too.
func wordsText(ask endorsement.Request) (text string) {
	if p := ask.Purpose; p != nil {
		text = p.Kind + p.Text + p.ProjectCode
	}
	if r := ask.Recipient; r != nil {
		text += r.Name
	}
	return text
}
