package sessions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	prefixPhone  = "PHONE#"
	prefixPortal = "PORTAL#" // of sort keys
)

func phoneKey(holder, portal string) dynamo.Key {
	return dynamo.Key{PK: prefixPhone + holder, SK: prefixPortal + portal}
}

// phonePlace is the additional data of the sealed number in a portal's statement.
func phonePlace(holder, portal string) string { return "phone/number/" + holder + "/" + portal }

// phoneItem stays, without a number, when the phone is unbound, so that an older binding that
// arrives late cannot undo the unbinding.
type phoneItem struct {
	dynamo.Header
	Number  string        `dynamodbav:"number,omitempty"` // sealed
	BoundAt dynamo.Millis `dynamodbav:"bound"`
}

// PhoneBound reports whether a portal states a phone for a person. It decrypts no number.
func (s *Store) PhoneBound(ctx context.Context, holder, portal string) (bool, error) {
	item, err := dynamo.GetAs[phoneItem](ctx, s.table, phoneKey(holder, portal))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return item.Number != "", err
}

// Phone reads a portal's statement of a person's phone. If there is none, it returns an unbound
// phone and no error.
func (s *Store) Phone(ctx context.Context, holder, portal string) (identity.Phone, error) {
	item, err := dynamo.GetAs[phoneItem](ctx, s.table, phoneKey(holder, portal))
	return s.openPhone(holder, portal, item, err)
}

func (s *Store) openPhone(holder, portal string, item phoneItem, err error) (identity.Phone, error) {
	p := identity.Phone{Holder: holder, Portal: portal}
	if errors.Is(err, ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return identity.Phone{}, err
	}
	p.BoundAt = item.BoundAt.Time()
	if item.Number == "" {
		return p, nil
	}
	if p.Number, err = s.sealer.Open(item.Number, phonePlace(holder, portal)); err != nil {
		return identity.Phone{}, fmt.Errorf("sessions: read a phone: %w", err)
	}
	return p, nil
}

// PhoneChange is a portal's new statement and the one that was read. Both have the same person and
// portal.
type PhoneChange struct{ From, To identity.Phone }

// changePhone returns the write that states a phone, or with an empty number none. It fails if the
// stored statement is not the one that was read, or is later than the new one.
func (s *Store) changePhone(c PhoneChange) (dynamo.Write, error) {
	item := phoneItem{Header: newHeader(phoneKey(c.To.Holder, c.To.Portal), time.Time{}), BoundAt: dynamo.ToMillis(c.To.BoundAt)}
	if c.To.Number != "" {
		sealed, err := s.sealer.Seal(c.To.Number, phonePlace(c.To.Holder, c.To.Portal))
		if err != nil {
			return dynamo.Write{}, fmt.Errorf("sessions: seal a phone number: %w", err)
		}
		item.Number = sealed
	}
	if c.From.BoundAt.IsZero() {
		return dynamo.Put(item).IfAbsent(), nil
	}
	return dynamo.Put(item).If("bound = :seen AND bound <= :bound",
		dynamo.Values{"seen": dynamo.ToMillis(c.From.BoundAt), "bound": item.BoundAt}), nil
}
