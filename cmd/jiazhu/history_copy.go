package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// copyEvent is an event of one endorsement. Its time is in Asia/Shanghai.
type copyEvent struct {
	At     time.Time `json:"at"`
	What   string    `json:"what"`         // "made", "consented", "verified" or "withdrawn"
	ID     string    `json:"id,omitempty"` // of the consent or the verification
	By     string    `json:"by,omitempty"` // of a verification: "qr", "pdf", "ofd", "number" or "receipt"
	Result string    `json:"result,omitempty"`
	Who    string    `json:"who,omitempty"` // who verified, as far as it is known, or is meant to read
	Fields []string  `json:"fields,omitempty"`
	App    string    `json:"vouchedBy,omitempty"` // of the making: the identity app that vouched for the holder
	Note   string    `json:"note,omitempty"`
}

// copyHistory prints the events of one endorsement, oldest first, and with follow new ones as they
// happen. Consents that have ended are left out.
func (c console) copyHistory(ctx context.Context, t tables, certificate, id string, follow, asJSON bool) error {
	printed := map[string]bool{}
	for {
		all, err := c.events(ctx, t, certificate, id)
		if err != nil {
			return err
		}
		for _, e := range all {
			if printed[e.What+e.ID] {
				continue
			}
			printed[e.What+e.ID] = true
			if err := c.printEvent(e, asJSON); err != nil {
				return err
			}
		}
		if !follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pollInterval):
		}
	}
}

func (c console) events(ctx context.Context, t tables, certificate, id string) ([]copyEvent, error) {
	r, made, err := t.certificates.ForVerify(ctx, certificate, id)
	if errors.Is(err, records.ErrEndorsementNotFound) {
		return nil, fmt.Errorf("%w: %s; jiazhu history %s lists the copies", err, id, certificate)
	}
	if err != nil {
		return nil, explainNotFound(err, certificate)
	}
	if made == nil {
		return nil, fmt.Errorf("%w: there is no such copy; jiazhu history %s lists the copies", errUsage, certificate)
	}
	all := []copyEvent{{At: made.MadeAt, What: "made", App: made.VouchedBy, Note: fmt.Sprintf("%s to %s", made.UseFrom, made.UseUntil)}}
	if !r.Holding().Covers(made.Holder, made.CertVersion) {
		all[0].Note += ", void: the certificate's holder was corrected since"
	}
	if made.WithdrawnAt != nil {
		all = append(all, copyEvent{At: made.WithdrawnAt.In(civil.Zone()), What: "withdrawn"})
	}
	consents, err := t.certificates.Consents(ctx, certificate, made.Holder, id, c.now())
	if err != nil {
		return nil, err
	}
	for _, consent := range consents {
		at, err := records.TimeOf(consent.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, copyEvent{At: at, What: "consented", ID: consent.ID, Who: consent.To, Fields: consent.Fields})
	}
	seen, err := t.verificationsOf(ctx, certificate, *made)
	if err != nil {
		return nil, err
	}
	all = append(all, seen...)
	slices.SortStableFunc(all, func(a, b copyEvent) int { return a.At.Compare(b.At) })
	return all, nil
}

// verificationsOf returns the verifications of one endorsement that the ledger still has.
func (t tables) verificationsOf(ctx context.Context, certificate string, made endorsement.Endorsement) (all []copyEvent, err error) {
	for p := (records.Period{Limit: records.HistoryLimit}); ; {
		page, err := t.certificates.ListVerifications(ctx, certificate, made.Holder, p)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Items {
			if s.Endorsement != made.ID {
				continue
			}
			e := copyEvent{At: s.Time(), What: "verified", ID: s.ID, By: s.Channel, Result: s.Verdict, Who: s.Organisation, Fields: s.Shown}
			if e.Who == "" && s.Asker != "" {
				e.Who = endorsement.Quote(s.Asker) + " (self-stated, not verified)"
			}
			all = append(all, e)
		}
		if p.Cursor = page.Next; p.Cursor == "" {
			return all, nil
		}
	}
}

func (c console) printEvent(e copyEvent, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(c.out).Encode(e)
	}
	app := ""
	if e.App != "" {
		app = "vouched by " + e.App
	}
	rest := slices.DeleteFunc([]string{e.By, e.Result, e.Who, strings.Join(e.Fields, ", "), e.Note, app}, func(s string) bool { return s == "" })
	line := fmt.Sprintf("%s  %-9s  %s", formatBeijingTime(e.At), e.What, strings.Join(rest, "  "))
	_, err := fmt.Fprintln(c.out, strings.TrimRight(line, " "))
	return err
}
