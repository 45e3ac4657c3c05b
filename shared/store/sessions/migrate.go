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

// oldPhoneSK is where one phone stood for all portals.
const oldPhoneSK = "PHONE"

// Migration brings what one phone for all portals left to where it is looked for now.
type Migration struct {
	// Dry writes nothing. Keep leaves the old items for programs that still read them; a run
	// without it then completes what those programs changed.
	Dry, Keep bool
}

// IndexAccounts lets the accounts in one equal part of the table of so many be
// found by their persons, and returns how many were not.
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
		// The account is still there: an entry of one that was erased meanwhile would name its person for ever.
		return ignoreChanged(s.write(ctx, "index an account", w, s.check(item.PK, item.SK, present, nil)))
	})
	return indexed, err
}

// MigratePhones copies the phones that were every portal's, in one equal part of
// the table of so many, to each portal where the person has an account, and
// returns how many people's. What a portal has stated since stays. It comes after
// IndexAccounts of all parts.
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

// copyPhone lets a portal state a phone, unless it has made a statement as late or later.
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

// scan goes through the items of one kind in one equal part of the table of so many.
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
