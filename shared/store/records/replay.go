package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// ReplayWithdrawal withdraws a copy as the journal says, in a table restored to an earlier time.
// With dry it only reports what it would do. A copy that is already withdrawn keeps its time and
// reason.
func (s *Store) ReplayWithdrawal(ctx context.Context, w journal.Withdrawn, why string, at time.Time, dry bool) (journal.Outcome, error) {
	where, err := endorsementKey(w.Certificate, w.Endorsement)
	if err != nil {
		return journal.Gone, err
	}
	got, err := s.table.BatchGet(ctx, where)
	if err != nil || got[where] == nil {
		return journal.Gone, err
	}
	e, err := s.readEndorsement(got[where])
	switch {
	case err != nil:
		return journal.Gone, err
	case e.Holder != w.Holder:
		return journal.Gone, fmt.Errorf("copy %s was made for another person than who withdrew it", w.Endorsement)
	case e.WithdrawnAt != nil:
		return journal.Already, nil
	case dry:
		return journal.Applied, nil
	}
	_, err = s.Withdraw(ctx, w.Certificate, w.Holder, w.Endorsement, why, at)
	return journal.Applied, err
}

// ReplayRevocation ends a consent as the journal says; see ReplayWithdrawal.
func (s *Store) ReplayRevocation(ctx context.Context, r journal.Revoked, at time.Time, dry bool) (journal.Outcome, error) {
	if _, err := TimeOf(r.Consent); err != nil {
		return journal.Gone, err
	}
	where := consentKey(r.Certificate, r.Consent)
	got, err := s.table.BatchGet(ctx, where)
	if err != nil || got[where] == nil {
		return journal.Gone, err
	}
	c, err := s.openConsent(got[where])
	switch {
	case err != nil:
		return journal.Gone, err
	case c.Holder != r.Holder || c.Endorsement != r.Endorsement:
		return journal.Gone, fmt.Errorf("consent %s was given by another person than who ended it, or to another copy", r.Consent)
	case c.RevokedAt != nil && c.item.SealedID == nil:
		return journal.Already, nil
	case dry:
		return journal.Applied, nil
	}
	return journal.Applied, s.RevokeConsent(ctx, r.Certificate, r.Holder, r.Endorsement, r.Consent, at)
}

// ReplayErasure ends the consents and removes the bindings of a person who was erased, as the
// journal says. Consents given later stay.
func (s *Store) ReplayErasure(ctx context.Context, holder string, at time.Time, dry bool) (journal.Outcome, error) {
	ids, err := s.ListCertificatesEverHeld(ctx, holder)
	if err != nil {
		return journal.Gone, err
	}
	outcome := journal.Already
	for _, id := range ids {
		kept, err := s.KeptConsents(ctx, id, holder)
		if err != nil {
			return journal.Gone, err
		}
		for _, c := range kept {
			given, err := TimeOf(c.ID)
			if err != nil {
				return journal.Gone, err
			}
			if given.After(at) || !c.IsOpen(at) {
				continue
			}
			outcome = journal.Applied
			if dry {
				continue
			}
			if err := s.RevokeConsent(ctx, id, holder, c.Endorsement, c.ID, at); err != nil {
				return journal.Gone, err
			}
		}
	}
	bound, err := s.Bindings(ctx, holder)
	if err != nil {
		return journal.Gone, err
	}
	for _, b := range bound {
		if b.At.After(at) {
			continue
		}
		outcome = journal.Applied
		if dry {
			continue
		}
		if _, err := s.table.Do(ctx, "removing a binding", dynamo.Delete(b.key)); err != nil {
			return journal.Gone, err
		}
	}
	return outcome, nil
}

// ReplaySeal adds a change that stopped a seal, as the journal says; see ReplayWithdrawal. A seal that
// was changed later, or has ended otherwise, stays as it is.
func (s *Store) ReplaySeal(ctx context.Context, w journal.StoppedSeal, dry bool) (journal.Outcome, error) {
	read, err := s.ReadSeals(ctx)
	if err != nil {
		return journal.Gone, err
	}
	h := read.Of[w.Name()]
	if !h.LacksChange(w.Change) {
		if read.Differ && !dry {
			err = s.writeSeals(ctx, read.Revision, read.Of) // the newest replica counts
		}
		return journal.Already, err
	}
	if dry {
		return journal.Applied, nil
	}
	next, err := h.Add(w.Change)
	if err != nil {
		return journal.Gone, err
	}
	return journal.Applied, s.WriteSealHistory(ctx, read, w.Name(), next)
}
