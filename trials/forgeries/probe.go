package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// probe is an attempt to see another holder's data: a link with a consent, or a request.
type probe struct {
	name string
	link string
	ask  func(ctx context.Context) (shown string, err error)
}

// withConsentOf is a copy's link with the secret of another copy's consent.
func withConsentOf(link, consent string) string {
	_, secret, _ := strings.Cut(consent, "&consent=")
	return link + "&consent=" + secret
}

// formerHolderProbes are the requests of a rightful holder for the former holder's copy.
func formerHolderProbes(h identifiedHolder, of client.Endorsement, who string) []probe {
	ask := func(what, shown string, show func(ctx context.Context) (bool, error)) probe {
		return probe{name: what + who, ask: func(ctx context.Context) (string, error) {
			if is, err := show(ctx); err != nil || !is {
				return "", err
			}
			return shown, nil
		}}
	}
	return []probe{
		ask("the former holder's history, to a rightful one ", "the copy is listed", func(ctx context.Context) (bool, error) {
			items, err := h.History(ctx, h.certificate, client.ListEndorsementsParams{})
			return slices.ContainsFunc(items, func(e client.Endorsement) bool { return e.Endorsement == of.Endorsement }), err
		}),
		ask("the former holder's PDF, to a rightful one ", "a link", func(ctx context.Context) (bool, error) {
			_, err := h.Link(ctx, of, "pdf")
			return err == nil, nil
		}),
		ask("the former holder's ledger, to a rightful one ", "a verification is listed", func(ctx context.Context) (bool, error) {
			entries, err := h.Ledger(ctx, h.certificate)
			return slices.ContainsFunc(entries, func(e client.Sighting) bool { return e.Endorsement == of.Endorsement }), err
		}),
		ask("the former holder's consents, to a rightful one ", "consents", func(ctx context.Context) (bool, error) {
			consents, err := h.Consents(ctx, of)
			return err == nil && len(consents) > 0, nil
		}),
		ask("withdrawing the former holder's copy, by a rightful one ", "it was withdrawn", func(ctx context.Context) (bool, error) {
			_, err := h.Withdraw(ctx, of, "")
			return err == nil, nil
		}),
	}
}

// try returns what is shown of the holder without a right to it; "" is nothing.
func (p probe) try(ctx context.Context, api *seed.API) (string, error) {
	if p.ask != nil {
		return p.ask(ctx)
	}
	v, err := api.VerifyAs(ctx, "", client.VerificationAsk{Token: p.link})
	if err != nil || v.Subject == nil || v.Subject.Disclosed == nil {
		return "", err
	}
	return fmt.Sprintf("disclosed: %.300v", v.Subject.Disclosed), nil
}
