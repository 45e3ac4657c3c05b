package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// probe is an attempt to see what belongs to another: a link with a consent, or a question of a holder.
type probe struct {
	name string
	link string
	ask  func(ctx context.Context) (shown string, err error)
}

// allFields is all that a holder can consent to show.
func allFields() []client.ConsentField {
	return []client.ConsentField{"name", "birth", "photo", "idNumber"}
}

// withConsentOf is a copy's link with the secret of another copy's consent.
func withConsentOf(link, consent string) string {
	_, secret, _ := strings.Cut(consent, "&consent=")
	return link + "&consent=" + secret
}

// formerHolderProbes are the questions of a rightful holder about the former holder's copy.
func (d *testService) formerHolderProbes(h identifiedHolder, of client.Endorsement, who string) []probe {
	return []probe{
		{name: "the former holder's history, to a rightful one " + who, ask: func(ctx context.Context) (string, error) {
			items, err := h.History(ctx, h.certificate, client.ListEndorsementsParams{})
			for _, e := range items {
				if e.Endorsement == of.Endorsement {
					return "the copy is listed", err
				}
			}
			return "", err
		}},
		{name: "the former holder's PDF, to a rightful one " + who, ask: func(ctx context.Context) (string, error) {
			if link, err := h.Link(ctx, of, "pdf"); err == nil {
				return link.FileName, nil
			}
			return "", nil
		}},
		{name: "the former holder's ledger, to a rightful one " + who, ask: func(ctx context.Context) (string, error) {
			entries, err := h.Ledger(ctx, h.certificate)
			for _, e := range entries {
				if e.Endorsement == of.Endorsement {
					return "a verification of the copy is listed", err
				}
			}
			return "", err
		}},
		{name: "the former holder's consents, to a rightful one " + who, ask: func(ctx context.Context) (string, error) {
			if consents, err := h.Consents(ctx, of); err == nil && len(consents) > 0 {
				return fmt.Sprintf("%d consents", len(consents)), nil
			}
			return "", nil
		}},
		{name: "withdrawing the former holder's copy, by a rightful one " + who, ask: func(ctx context.Context) (string, error) {
			if _, err := h.Withdraw(ctx, of, ""); err == nil {
				return "it was withdrawn", nil
			}
			return "", nil
		}},
	}
}

// try says what a peek saw of the holder that it had no right to; "" is nothing.
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
