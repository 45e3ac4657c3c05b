package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// The number of a passport, as it is stored today and as programs before stored it.
const (
	passport       = "E12345678"
	passportBefore = "E 12345678"
)

// passportHolder holds a passport whose number the earlier version stored in another form than today's.
type passportHolder struct {
	seed.Holder
	certificate string
	copy        client.Endorsement
	latestEntry string // the latest entry of the ledger
}

// prepare has the foreigner endorse, and the copy be verified.
func (f *passportHolder) prepare(ctx context.Context, s *fixture) error {
	f.Holder = seed.EndorsableHolder(703, civil.Of(time.Now()))
	f.Passport = passportBefore
	if err := s.target.Enter(ctx, []seed.Holder{f.Holder}); err != nil {
		return err
	}
	session, certificate, err := s.loginAndIdentify(ctx, seed.Ministry, f.Holder)
	if err != nil {
		return err
	}
	f.certificate = certificate
	if f.copy, err = session.Endorse(ctx, certificate, client.EndorsementAsk{}); err != nil {
		return err
	}
	if v, err := s.code(ctx, f.copy.Token()); err != nil || v.Verdict != "valid" {
		return fmt.Errorf("the copy is %s: %w", v.Verdict, err)
	}
	entries, err := session.Ledger(ctx, certificate)
	if err != nil || len(entries) == 0 {
		return fmt.Errorf("the ledger has %d entries: %w", len(entries), err)
	}
	f.latestEntry = entries[0].ID
	return nil
}

// cameAlong wants all of it to be there, and both forms of the number to be the same person's.
func (f *passportHolder) cameAlong(ctx context.Context, s *fixture) error {
	for _, number := range []string{passportBefore, passport} {
		f.Passport = number
		row, err := f.Row()
		if err != nil {
			return err
		}
		_, err = s.target.Report(ctx, row)
		if err := errors.Join(err, s.target.Open(ctx, seed.Ministry, f.Holder), s.target.Open(ctx, seed.National, f.Holder)); err != nil {
			return fmt.Errorf("%s: %w", number, err)
		}
	}
	for _, portal := range []string{seed.Ministry, seed.National} {
		session, certificate, err := s.loginAndIdentify(ctx, portal, f.Holder)
		if err != nil || certificate != f.certificate {
			return fmt.Errorf("the certificate listed on %s is %q: %w", portal, certificate, err)
		}
		copies, err := session.History(ctx, certificate, client.ListEndorsementsParams{})
		if err != nil || !slices.ContainsFunc(copies, func(e client.Endorsement) bool { return e.Endorsement == f.copy.Endorsement }) {
			return fmt.Errorf("among %d copies the one of before is not: %w", len(copies), err)
		}
		entries, err := session.Ledger(ctx, certificate)
		if err != nil || len(entries) == 0 || entries[len(entries)-1].ID > f.latestEntry {
			return fmt.Errorf("among %d entries of the ledger the one of before is not: %w", len(entries), err)
		}
		made, err := session.Endorse(ctx, certificate, client.EndorsementAsk{})
		if err != nil {
			return err
		}
		for what, e := range map[string]client.Endorsement{"of before": f.copy, "of now": made} {
			if v, err := s.code(ctx, e.Token()); err != nil || v.Verdict != "valid" {
				return fmt.Errorf("the copy %s is %s: %w", what, v.Verdict, err)
			}
		}
	}
	return nil
}
