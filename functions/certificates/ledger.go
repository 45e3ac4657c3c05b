package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// verificationEntry is one entry of the verification ledger, as shown to the holder.
type verificationEntry struct {
	ID           string   `json:"id"`
	At           string   `json:"at"`
	Channel      string   `json:"channel"`
	Verdict      string   `json:"verdict"`
	Endorsement  string   `json:"endorsement,omitempty"`
	Organisation string   `json:"organisation,omitempty"`
	Asker        string   `json:"asker,omitempty"`
	Purpose      string   `json:"purpose,omitempty"`
	Consent      string   `json:"consent,omitempty"`
	Shown        []string `json:"shown,omitempty"`
}

type ledgerPage struct {
	Items []verificationEntry `json:"items"`
	Next  *string             `json:"next"`
}

// ledgerTimeFormat is RFC 3339 with milliseconds, which an entry's identifier carries too.
const ledgerTimeFormat = "2006-01-02T15:04:05.000-07:00"

// ledger is 核验记录: who verified the certificate or a copy of it, newest first. Only the present
// holder may read it, and entries from the time of a former holder are left out. Where the portal
// requires binding, the certificate must be bound. The ledger is read only after these checks, so
// that a stranger's request costs the same whatever the ledger holds.
func (a *app) ledger(ctx context.Context, r *api.Request) (*api.Response, error) {
	period, err := api.ReadPeriod(r.Query)
	if err != nil {
		return nil, err
	}
	f, err := a.open(ctx, r, records.ReadOptions{})
	if err != nil {
		return nil, err
	}
	page, err := a.certificates.ListVerifications(ctx, f.Certificate.ID, f.Holder, period)
	if err != nil {
		return nil, err
	}
	answer := ledgerPage{Items: []verificationEntry{}}
	for _, s := range page.Items {
		answer.Items = append(answer.Items, verificationEntry{
			ID: s.ID, At: s.Time().Format(ledgerTimeFormat), Channel: s.Channel, Verdict: s.Verdict, Endorsement: s.Endorsement,
			Organisation: s.Organisation, Asker: s.Asker, Purpose: s.Purpose, Consent: s.Consent, Shown: s.Shown,
		})
	}
	if page.Next != "" {
		answer.Next = &page.Next
	}
	return api.JSON(http.StatusOK, answer), nil
}
