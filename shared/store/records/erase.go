package records

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// Binding says that a holder bound a certificate on a portal (绑定证照).
type Binding struct {
	Portal      string    `json:"portal"`
	Certificate string    `json:"certificate"`
	At          time.Time `json:"boundAt"` // in Asia/Shanghai, to the second

	key dynamo.Key
}

// Bindings lists a holder's bindings on every portal, including those of certificates that now
// belong to another person and those in the place where version 1 kept them.
func (s *Store) Bindings(ctx context.Context, holder string) (all []Binding, err error) {
	for pk, prefix := range map[string]string{prefixBinding + holder: "", prefixHolder + holder: prefixBinding} {
		for item, err := range dynamo.QueryAs[bindingItem](ctx, s.table, dynamo.Query{PK: pk, Prefix: prefix}) {
			if err != nil {
				return nil, err
			}
			b := Binding{key: item.Key()}
			b.Portal, b.Certificate, _ = strings.Cut(strings.TrimPrefix(b.key.SK, prefix), "#")
			at, err := time.Parse(time.RFC3339, item.BoundAt)
			if err != nil {
				return nil, fmt.Errorf("reading a binding: %w", err)
			}
			b.At = at.In(civil.Zone())
			all = append(all, b)
		}
	}
	return all, nil
}

// EraseBindings removes a holder's bindings on every portal and returns how many it removed.
func (s *Store) EraseBindings(ctx context.Context, holder string) (removed int, err error) {
	all, err := s.Bindings(ctx, holder)
	if err != nil {
		return 0, err
	}
	for _, b := range all {
		was, err := s.table.Do(ctx, "removing a binding", dynamo.Delete(b.key).ReturnItem())
		if err != nil {
			return removed, err
		}
		if len(was) > 0 {
			removed++
		}
	}
	return removed, nil
}

// KeptConsent is a consent as it is stored, ended or not.
type KeptConsent struct {
	Consent
	Sealed bool // it still contains the ID number, encrypted under its secret
}

// KeptConsents lists a holder's consents to all copies of a certificate, the oldest first,
// including ended ones.
func (s *Store) KeptConsents(ctx context.Context, certID, holder string) (all []KeptConsent, err error) {
	for item, err := range s.table.Query(ctx, dynamo.Query{PK: prefixCopies + certID, Prefix: prefixConsent}) {
		if err != nil {
			return nil, err
		}
		if dynamo.Text(item, "holder") != holder {
			continue
		}
		c, err := s.openConsent(item)
		if err != nil {
			return nil, err
		}
		all = append(all, c.keptConsent())
	}
	return all, nil
}

func (c storedConsent) keptConsent() KeptConsent {
	return KeptConsent{c.Consent, c.item.SealedID != nil}
}

// IsOpen reports whether erasing must change the consent: it is in force, or contains the ID
// number.
func (c KeptConsent) IsOpen(at time.Time) bool { return c.Holds(at) || c.Sealed }

// EndConsents ends a holder's consents to all copies of a certificate, removes the ID numbers
// stored with them, and returns how many it changed. A consent that had expired before is not
// marked as ended by the holder.
func (s *Store) EndConsents(ctx context.Context, certID, holder string, at time.Time) (ended int, err error) {
	all, err := s.KeptConsents(ctx, certID, holder)
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		switch {
		case c.Holds(at):
			err = s.RevokeConsent(ctx, certID, holder, c.Endorsement, c.ID, at)
		case c.Sealed:
			err = s.removeIDNumber(ctx, certID, holder, c.ID)
		default:
			continue
		}
		if err != nil {
			return ended, err
		}
		ended++
	}
	return ended, nil
}

// removeIDNumber removes the ID number stored with a consent.
func (s *Store) removeIDNumber(ctx context.Context, certID, holder, id string) error {
	_, err := s.table.Do(ctx, "removing the ID number of a consent",
		dynamo.Update(consentKey(certID, id), "REMOVE idNo", nil).If("holder = :holder", dynamo.Values{"holder": holder}))
	return dynamo.IgnoreRefusal(err)
}
