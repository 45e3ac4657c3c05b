package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// history prints the endorsements made for a certificate's present holder, oldest first, and with
// -follow each new one; or the events of one endorsement, whoever its holder is.
func (c console) history(ctx context.Context, args []string) error {
	f := c.flags("history", "CERT [COPY]")
	follow := f.Bool("follow", false, "continue, and print new entries until Ctrl-C")
	versions := f.Bool("versions", false, "print every version of the certificate, and who reported it, instead")
	asJSON := f.Bool("json", false, "print one JSON object a line")
	names, err := parse(f, args, 1, 2)
	if err != nil {
		return err
	}
	t, err := c.tables(ctx, onCertificate(names[0]))
	if err != nil {
		return err
	}
	id := names[0]
	if _, err := records.TimeOf(id); err != nil { // no id, so a 注册编号
		r, err := t.certificates.ByNumber(ctx, id)
		if err != nil {
			return explainNotFound(err, id)
		}
		id = r.Certificate.ID
	}
	if *versions {
		return explainNotFound(c.versionHistory(ctx, t, id, *asJSON), id)
	}
	if len(names) == 2 {
		return c.copyHistory(ctx, t, id, names[1], *follow, *asJSON)
	}
	for last := ""; ; {
		r, _, err := t.certificates.ForVerify(ctx, id, "")
		if err != nil {
			return explainNotFound(err, id)
		}
		made, err := t.endorsementsSince(ctx, id, r.Holder, last)
		if err != nil {
			return err
		}
		for _, e := range made {
			last = e.ID
			if err := c.printEndorsement(e, *asJSON); err != nil {
				return err
			}
		}
		if !*follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pollInterval):
		}
	}
}

// explainNotFound replaces the error for a missing certificate, whose text is for the holder, by
// one for an operator.
func explainNotFound(err error, name string) error {
	if errors.Is(err, records.ErrCertificateNotFound) {
		return fmt.Errorf("there is no certificate %s; one whose number a dispute took away is found by its id", name)
	}
	return err
}

// formatBeijingTime formats a time as all commands show it: RFC 3339 in Asia/Shanghai.
func formatBeijingTime(at time.Time) string { return at.In(civil.Zone()).Format(time.RFC3339) }

func (c console) printEndorsement(e endorsement.Endorsement, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(c.out).Encode(e)
	}
	withdrawn := ""
	if e.WithdrawnAt != nil {
		withdrawn = "  withdrawn " + formatBeijingTime(*e.WithdrawnAt)
	}
	_, err := fmt.Fprintf(c.out, "%s  %s  from %s%s\n", formatBeijingTime(e.MadeAt), e.ID, e.UseFrom, withdrawn)
	return err
}

// endorsementsSince reads the endorsements made for a holder after the one named last, oldest
// first.
func (t tables) endorsementsSince(ctx context.Context, certificate, holder, last string) ([]endorsement.Endorsement, error) {
	var all []endorsement.Endorsement
	for p := (records.Period{Limit: records.HistoryLimit}); ; {
		page, err := t.certificates.History(ctx, certificate, holder, p)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			if e.ID <= last {
				slices.Reverse(all)
				return all, nil
			}
			all = append(all, e)
		}
		if p.Cursor = page.Next; p.Cursor == "" {
			slices.Reverse(all)
			return all, nil
		}
	}
}
