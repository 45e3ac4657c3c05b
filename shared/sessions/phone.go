package sessions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/identity"
)

const phoneSK = "PHONE"

func phonePK(holder string) string { return "PHONE#" + holder }

// phoneItem stays when the phone is unbound, with no number: so an older
// binding that arrives late cannot undo the unbinding.
type phoneItem struct {
	head
	Number  string `dynamodbav:"number,omitempty"` // sealed
	BoundAt millis `dynamodbav:"bound"`
}

// PhoneBound reports whether a phone is bound to a person. It opens no number.
func (s *Store) PhoneBound(ctx context.Context, holder string) (bool, error) {
	item, err := get[phoneItem](ctx, s, phonePK(holder), phoneSK)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return item.Number != "", err
}

// Phone reads the phone bound to a person; an unbound one, not an error, if
// there is none.
func (s *Store) Phone(ctx context.Context, holder string) (identity.Phone, error) {
	item, err := get[phoneItem](ctx, s, phonePK(holder), phoneSK)
	if errors.Is(err, ErrNotFound) {
		return identity.Phone{Holder: holder}, nil
	}
	if err != nil {
		return identity.Phone{}, err
	}
	return s.openPhone(holder, item)
}

func (s *Store) phone(holder string, item attributes) (identity.Phone, error) {
	got, err := decode[phoneItem](item, phoneSK)
	if errors.Is(err, ErrNotFound) {
		return identity.Phone{Holder: holder}, nil
	}
	if err != nil {
		return identity.Phone{}, err
	}
	return s.openPhone(holder, got)
}

func (s *Store) openPhone(holder string, item phoneItem) (identity.Phone, error) {
	p := identity.Phone{Holder: holder, BoundAt: item.BoundAt.time()}
	if item.Number == "" {
		return p, nil
	}
	number, err := s.vault.Open(item.Number, "phone/number/"+holder)
	if err != nil {
		return identity.Phone{}, fmt.Errorf("sessions: read a phone: %w", err)
	}
	p.Number = number
	return p, nil
}

// putPhone binds, or with an empty number unbinds, unless a later change has
// been stored already.
func (s *Store) putPhone(p identity.Phone) (writeItem, error) {
	item := phoneItem{head: newHead(phonePK(p.Holder), phoneSK, time.Time{}), BoundAt: toMillis(p.BoundAt)}
	if p.Number != "" {
		sealed, err := s.vault.Seal(p.Number, "phone/number/"+p.Holder)
		if err != nil {
			return writeItem{}, fmt.Errorf("sessions: seal a phone number: %w", err)
		}
		item.Number = sealed
	}
	return s.put(item, absent+" OR bound <= :bound", attributes{":bound": number(item.BoundAt)})
}
