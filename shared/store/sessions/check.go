package sessions

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/outage"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Check scans one of so many equal parts of the table, counted from 0, and calls found for every
// item that is wrong: an invalid tag; an account whose holder does not match its ID number; a
// person's entry for an account that does not exist or belongs to somebody else; an account without
// such an entry; a session that its account does not list; anything that should have ended,
// according to ends. An item that changes while it is compared with others is compared again. Check
// writes nothing.
func (s *Store) Check(ctx context.Context, part, parts int, now time.Time, ends EndTimes, found func(tags.Finding)) error {
	u := s.UncheckedStore()
	return u.db.ScanItems(ctx, s.table, part, parts, func(read attributes) error {
		why, err := u.fault(ctx, read, now, ends)
		if why == "" || err != nil {
			return err
		}
		again, err := u.db.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: &s.table, Key: attributes{"pk": read["pk"], "sk": read["sk"]}, ConsistentRead: aws.Bool(true),
		})
		if err != nil {
			return outage.Wrap("sessions: read an item again", err)
		}
		if len(again.Item) == 0 {
			return nil
		}
		if why, err = u.fault(ctx, again.Item, now, ends); why != "" {
			found(s.db.NewFinding(read, why))
		}
		return err
	})
}

func (s *Store) fault(ctx context.Context, read attributes, now time.Time, ends EndTimes) (why string, err error) {
	if err := s.db.Check(read); errors.Is(err, tags.ErrTag) {
		return "its tag is missing or wrong", nil
	} else if err != nil {
		return "", err
	}
	if s.checkAccountItem(read) != nil {
		return "its holder is not whose ID number it has", nil
	}
	if why, err := s.endedFault(ctx, read, ends); why != "" || err != nil {
		return why, err
	}
	var at itemHeader
	if err := attributevalue.UnmarshalMap(read, &at); err != nil {
		return "it cannot be read", nil
	}
	switch {
	case at.SK == accountSK && strings.HasPrefix(at.PK, accountPrefix):
		var a accountItem
		if err := attributevalue.UnmarshalMap(read, &a); err != nil {
			return "it cannot be read", nil
		}
		if read, err := s.account(a); err == nil && s.currentHolderKey(read) != a.Holder {
			return "its holder is named by another form of the ID number: jiazhu migrate brings it along", nil
		}
		if _, err := get[holderItem](ctx, s, heldPK(a.Holder), heldSK+a.Portal+"#"+a.Username); errors.Is(err, ErrNotFound) {
			return "its person's entry is missing", nil
		} else if err != nil {
			return "", err
		}
	case at.SK == sessionSK && strings.HasPrefix(at.PK, sessionPK("")):
		return s.sessionFault(ctx, read, now)
	case strings.HasPrefix(at.PK, heldPK("")):
		var h holderItem
		if err := attributevalue.UnmarshalMap(read, &h); err != nil {
			return "it cannot be read", nil
		}
		a, err := get[accountItem](ctx, s, accountPK(h.Portal, h.Username), accountSK)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return "", err
		}
		if err != nil || heldPK(a.Holder) != h.PK {
			return "it lists no account of its person", nil
		}
	}
	return "", nil
}

// sessionFault reports an unexpired session that was ended itself or whose account was.
func (s *Store) sessionFault(ctx context.Context, read attributes, now time.Time) (string, error) {
	var x sessionItem
	if err := attributevalue.UnmarshalMap(read, &x); err != nil {
		return "it cannot be read", nil
	}
	if !now.Before(x.ExpiresAt.time()) {
		return "", nil
	}
	a, err := get[accountItem](ctx, s, accountPK(x.Portal, x.Username), accountSK)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	if _, open := a.Sessions[strings.TrimPrefix(x.PK, sessionPK(""))]; !open || a.Holder != x.Holder {
		return "its account does not have it: it was ended", nil
	}
	return "", nil
}

// CheckPassword calls found if a person's account differs from what the journal says about its
// password at the time at; c has the password's hash, empty if the account was revoked. Accounts
// opened later, and accounts changed after the check began, are left out.
func (s *Store) CheckPassword(ctx context.Context, holder string, c journal.Credential, at, began time.Time, found func(tags.Finding)) error {
	a, err := get[accountItem](ctx, s.UncheckedStore(), accountPK(c.Portal, c.Username), accountSK)
	if errors.Is(err, ErrNotFound) || err == nil && (a.Holder != holder || a.CreatedAt.time().After(at) || a.UpdatedAt.time().After(began)) {
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case a.PasswordHash != c.Password:
		found(s.FoundAccount(c.Portal, c.Username, "its password is not the one that the journal says was set last"))
	case a.Link != nil && c.Link != "" && a.Link.Hash == c.Link:
		found(s.FoundAccount(c.Portal, c.Username, "it holds a password link that was used"))
	}
	return nil
}

// FoundAccount is the finding that an account is wrong.
func (s *Store) FoundAccount(portal, username, why string) tags.Finding {
	return s.db.NewFinding(key(accountPK(portal, username), accountSK), why)
}
