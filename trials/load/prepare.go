package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// visitor is an identified session with its certificate and a copy of it.
type visitor struct {
	session     *seed.Session
	certificate string
	endorsement client.Endorsement
	challenge   string
	files       map[string][]byte
}

// requestData is what the requests of a step are made of.
type requestData struct {
	visitors []visitor
	sessions []*seed.Session // more of the same accounts, for what is limited by session
}

const (
	preparers = 4
	spare     = 8 // further sessions of an account; the service keeps ten
)

// loggers are the holders whose accounts are for logging in alone: a log-in ends the oldest session.
func (p *harness) loggers() []seed.Holder { return p.holders[:holderCount/4] }

// prepare logs in everybody else, shows their faces and makes a copy for each.
func (p *harness) prepare(ctx context.Context) error {
	others := p.holders[holderCount/4:]
	p.requestData.visitors = make([]visitor, 2*len(others))
	p.requestData.sessions = make([]*seed.Session, spare*len(p.requestData.visitors))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(preparers)
	for i := range p.requestData.visitors {
		work.Go(func() (err error) {
			portal := []string{seed.Ministry, seed.National}[i%2]
			p.requestData.visitors[i], err = p.openVisitor(ctx, portal, others[i/2])
			if err != nil {
				return fmt.Errorf("prepare %s on %s: %w", others[i/2].Username, portal, err)
			}
			for n := range spare {
				if p.requestData.sessions[spare*i+n], err = p.api().Login(ctx, portal, others[i/2]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return work.Wait()
}

func (p *harness) openVisitor(ctx context.Context, portal string, h seed.Holder) (v visitor, err error) {
	if v.session, err = p.api().Login(ctx, portal, h); err != nil {
		return v, err
	}
	app := identityapp.App{Signer: p.signer, Audience: p.URL, Device: "phone-of-" + h.Phone, Person: h.Person}
	if err := v.session.Identify(ctx, app); err != nil {
		return v, err
	}
	items, _, err := v.session.Certificates(ctx)
	if err != nil || len(items) == 0 {
		return v, fmt.Errorf("the holder has no certificate: %w", err)
	}
	v.certificate = items[0].Certificate
	if v.endorsement, err = v.session.Endorse(ctx, v.certificate, client.EndorsementAsk{}); err != nil {
		return v, err
	}
	v.files = map[string][]byte{}
	for _, kind := range []string{"pdf", "ofd"} {
		if v.files[kind], err = v.session.Download(ctx, v.endorsement, kind); err != nil {
			return v, err
		}
	}
	challenge, err := v.session.OpenChallenge(ctx)
	v.challenge = challenge.Challenge
	return v, err
}
