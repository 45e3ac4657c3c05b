package sessions

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// skOldPhone is the sort key of the former single phone for all portals.
const skOldPhone = "PHONE"

// Migration moves the former single phone of all portals to the portals' own statements.
type Migration struct {
	// Dry writes nothing. Keep leaves the old items for programs that still read them; a later run
	// without it also takes over what those programs changed.
	Dry, Keep bool
}

// IndexAccounts adds the missing entries by which accounts are found by their persons, in one of so
// many equal parts of the table, and returns how many it added.
func (s *Store) IndexAccounts(ctx context.Context, part, parts int, m Migration) (indexed int, err error) {
	for item, err := range dynamo.DecodeAll[accountItem](s.table, s.scanKind(ctx, prefixAccount, skAccount, part, parts)) {
		if err != nil {
			return indexed, err
		}
		entry := newHolderItem(identity.Account{Portal: item.Portal, Username: item.Username, Holder: item.Holder})
		_, err := dynamo.GetAs[holderItem](ctx, s.table, entry.Key())
		if err == nil {
			continue
		}
		if !errors.Is(err, ErrNotFound) {
			return indexed, err
		}
		if indexed++; m.Dry {
			continue
		}
		// The transaction requires that the account still exists: an entry for an erased account
		// would name its person for ever.
		err = s.table.Transact(ctx, "indexing an account", putAlways(entry), dynamo.Check(item.Key()).IfPresent())
		if err := dynamo.IgnoreRefusal(err); err != nil {
			return indexed, err
		}
	}
	return indexed, nil
}

// MigratePhones copies each person's single phone to every portal where the person has an account,
// in one of so many equal parts of the table, and returns the number of people. Later statements of
// a portal stay. It runs after IndexAccounts of all parts.
func (s *Store) MigratePhones(ctx context.Context, part, parts int, m Migration) (moved int, err error) {
	for old, err := range dynamo.DecodeAll[phoneItem](s.table, s.scanKind(ctx, prefixPhone, skOldPhone, part, parts)) {
		if err != nil {
			return moved, err
		}
		if moved++; m.Dry {
			continue
		}
		if err := s.movePhone(ctx, old, m); err != nil {
			return moved, err
		}
	}
	return moved, nil
}

func (s *Store) movePhone(ctx context.Context, old phoneItem, m Migration) (err error) {
	holder := strings.TrimPrefix(old.PK, prefixPhone)
	phone := identity.Phone{Holder: holder, BoundAt: old.BoundAt.Time()}
	if old.Number != "" {
		if phone.Number, err = s.sealer.Open(old.Number, "phone/number/"+holder); err != nil {
			return fmt.Errorf("sessions: read a phone: %w", err)
		}
	}
	accounts, err := s.AccountsOf(ctx, holder)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := s.copyPhone(ctx, a.Portal, phone); err != nil {
			return err
		}
	}
	if m.Keep {
		return nil
	}
	err = s.table.Transact(ctx, "removing a phone of all portals",
		dynamo.Delete(old.Key()).If("bound = :seen", dynamo.Values{"seen": old.BoundAt}))
	if errors.Is(err, ErrChanged) {
		return fmt.Errorf("sessions: a phone changed meanwhile: %w", err)
	}
	return err
}

// copyPhone stores a phone as a portal's statement, unless the portal has one from the same time or
// later.
func (s *Store) copyPhone(ctx context.Context, portal string, phone identity.Phone) error {
	stated, err := s.Phone(ctx, phone.Holder, portal)
	if err != nil || !stated.BoundAt.Before(phone.BoundAt) {
		return err
	}
	phone.Portal = portal
	w, err := s.changePhone(PhoneChange{stated, phone})
	if err != nil {
		return err
	}
	return s.table.Transact(ctx, "copying a phone to a portal", w)
}

// scanKind reads the items of one kind in one of so many equal parts of the table.
func (s *Store) scanKind(ctx context.Context, prefix, sk string, part, parts int) iter.Seq2[dynamo.Item, error] {
	return s.table.Scan(ctx, dynamo.Scan{
		Part: part, Parts: parts, Filter: "begins_with(pk, :prefix) AND sk = :sk", Values: dynamo.Values{"prefix": prefix, "sk": sk},
	})
}
