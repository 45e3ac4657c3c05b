package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// dispute is a dispute as shown to an operator.
type dispute struct {
	Number      string    `json:"number"`
	Dispute     string    `json:"dispute"`
	Certificate string    `json:"certificate"`
	Client      string    `json:"client"` // the claimant
	Reason      string    `json:"reason"`
	At          time.Time `json:"at"`
	To          string    `json:"to,omitempty"` // claimant or keeper, once it is settled
	By          string    `json:"by,omitempty"`
	Why         string    `json:"why,omitempty"`
}

func describeDispute(d records.Dispute) dispute {
	made := dispute{Number: d.Number, Dispute: d.ID, Certificate: d.Certificate, Client: d.Client, Reason: d.Reason, At: d.At}
	if s := d.Settled; s != nil {
		made.To, made.By, made.Why = "keeper", s.By, s.Why
		if s.ToClaimant {
			made.To = "claimant"
		}
	}
	return made
}

// listDisputes prints the open disputes, oldest first.
func (c console) listDisputes(ctx context.Context, args []string) error {
	f := c.flags("disputes list", "")
	alwaysJSON(f)
	if _, err := parse(f, args, 0, 0); err != nil {
		return err
	}
	t, err := c.tables(ctx, onThing("disputes", "open"))
	if err != nil {
		return err
	}
	open, err := t.certificates.OpenDisputes(ctx)
	if err != nil {
		return err
	}
	list := make([]dispute, 0, len(open))
	for _, d := range open {
		list = append(list, describeDispute(d))
	}
	return c.print(list)
}

// maxWhy is the longest reason, in characters.
const maxWhy = 200

// settleDispute decides a dispute about a number for its claimant or for the present keeper, with a
// reason.
func (c console) settleDispute(ctx context.Context, args []string) error {
	f := c.flags("disputes settle", "NUMBER DISPUTE")
	alwaysJSON(f)
	to := f.String("to", "", "who keeps the number, `claimant|keeper`: claimant ends the certificate that has it, keeper dismisses the dispute")
	why := f.String("why", "", "the reason, a `TEXT` that the claimant reads")
	names, err := parse(f, args, 2, 2)
	if err != nil {
		return err
	}
	if *to != "claimant" && *to != "keeper" {
		return fmt.Errorf("%w: -to must be claimant or keeper", errUsage)
	}
	if *why, err = certificate.NormalizeText(*why, maxWhy); err != nil || *why == "" {
		return fmt.Errorf("%w: -why must give the reason, in visible characters", errUsage)
	}
	if certificate.CheckImpersonal(*why) != nil {
		return fmt.Errorf("%w: -why contains an identity number or a mobile number, and the claimant reads it: remove it", errUsage)
	}
	t, err := c.tables(ctx, onCertificate(names[0]), onThing("dispute", names[1]))
	if err != nil {
		return err
	}
	d, err := t.certificates.SettleDispute(ctx, names[0], names[1], records.Settlement{
		ToClaimant: *to == "claimant", By: "operator:" + c.audit.entry.Who.name(), Why: *why, At: c.now(),
	})
	if d.Settled != nil && d.Settled.ToClaimant && (err == nil || errors.Is(err, records.ErrSettled)) {
		if err := t.name(ctx, c.now(), "", []string{cmp.Or(d.Settled.Ended, d.Certificate)}); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(err, records.ErrSettled):
		return fmt.Errorf("%w, for the %s: %s", err, describeDispute(d).To, d.Settled.Why)
	case errors.Is(err, records.ErrDisputeNotFound):
		return fmt.Errorf("there is no dispute %s about %s; jiazhu disputes list shows those that are open", names[1], names[0])
	case errors.Is(err, records.ErrCertificateChanged):
		return fmt.Errorf("the certificate or the dispute was changed at the same time; nothing is settled, repeat the command")
	case err != nil:
		return err
	}
	c.audit.noteCounts(map[string]string{"to": *to})
	return c.print(describeDispute(d))
}

// name returns the identity as a single word.
func (w awsIdentity) name() string {
	if w.ARN != "" {
		return w.ARN
	}
	return w.AccessKey
}
