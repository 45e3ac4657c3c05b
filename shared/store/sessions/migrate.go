package sessions

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// oldPhoneSK is the sort key of the former single phone for all portals.
const oldPhoneSK = "PHONE"

// Migration moves the former single phone of all portals to the portals' own statements.
type Migration struct {
	// Dry writes nothing. Keep leaves the old items for programs that still read them; a later run
	// without it also takes over what those programs changed.
	Dry, Keep bool
}

// IndexAccounts adds the missing entries by which accounts are found by their persons, in one of so
// many equal parts of the table, and returns how many it added.
func (s *Store) IndexAccounts(ctx context.Context, part, parts int, m Migration) (indexed int, err error) {
	err = s.scan(ctx, accountSK+"#", accountSK, part, parts, func(found attributes) error {
		item, err := decode[accountItem](found, accountSK)
		if err != nil {
			return err
		}
		held := newHeldItem(identity.Account{Portal: item.Portal, Username: item.Username, Holder: item.Holder})
		if _, err := get[holderItem](ctx, s, held.PK, held.SK); !errors.Is(err, ErrNotFound) {
			return err
		}
		if indexed++; m.Dry {
			return nil
		}
		w, err := s.put(held, absentOrPresent, nil)
		if err != nil {
			return err
		}
		// The transaction requires that the account still exists: an entry for an erased account
		// would name its person for ever.
		return ignoreChanged(s.write(ctx, "index an account", w, s.check(item.PK, item.SK, present, nil)))
	})
	return indexed, err
}

// MigratePhones copies each person's single phone to every portal where the person has an account,
// in one of so many equal parts of the table, and returns the number of people. Later statements of
// a portal stay. It runs after IndexAccounts of all parts.
func (s *Store) MigratePhones(ctx context.Context, part, parts int, m Migration) (moved int, err error) {
	err = s.scan(ctx, phonePK(""), oldPhoneSK, part, parts, func(found attributes) error {
		if moved++; m.Dry {
			return nil
		}
		return s.movePhone(ctx, found, m)
	})
	return moved, err
}

func (s *Store) movePhone(ctx context.Context, found attributes, m Migration) error {
	old, err := decode[phoneItem](found, oldPhoneSK)
	if err != nil {
		return err
	}
	holder := strings.TrimPrefix(old.PK, phonePK(""))
	phone := identity.Phone{Holder: holder, BoundAt: old.BoundAt.time()}
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
	gone := s.remove(old.PK, old.SK, "bound = :seen", attributes{":seen": number(old.BoundAt)})
	err = s.write(ctx, "remove a phone of all portals", gone)
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
	return s.write(ctx, "copy a phone to a portal", w)
}

func ignoreChanged(err error) error {
	if errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}

// scan calls do for the items of one kind in one of so many equal parts of the table.
func (s *Store) scan(ctx context.Context, kind, sk string, part, parts int, do func(attributes) error) error {
	pages := dynamodb.NewScanPaginator(s.db, &dynamodb.ScanInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		Segment: aws.Int32(int32(part)), TotalSegments: aws.Int32(int32(parts)),
		FilterExpression:          aws.String("begins_with(pk, :kind) AND sk = :sk"),
		ExpressionAttributeValues: attributes{":kind": text(kind), ":sk": text(sk)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outage.Wrap("sessions: look for old items", err)
		}
		for _, item := range page.Items {
			if err := do(item); err != nil {
				return err
			}
		}
	}
	return nil
}
