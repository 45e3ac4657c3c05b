package sessions

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Check scans one of so many equal parts of the table, counted from 0, and calls found for every
// item that is wrong: an invalid tag; an account whose holder does not match its ID number; a
// person's entry for an account that does not exist or belongs to somebody else; an account without
// such an entry; a session that its account does not list; anything that should have ended,
// according to ends. Check writes nothing.
func (s *Store) Check(ctx context.Context, part, parts int, now time.Time, ends EndTimes, found func(tags.Finding)) error {
	u := s.UncheckedStore()
	return s.table.FindFaults(ctx, part, parts, func(item dynamo.Item) (string, error) { return u.fault(ctx, item, now, ends) }, found)
}

const unreadable = "it cannot be read"

func (s *Store) fault(ctx context.Context, item dynamo.Item, now time.Time, ends EndTimes) (why string, err error) {
	if err := s.table.Check(item); errors.Is(err, tags.ErrTag) {
		return "its tag is missing or wrong", nil
	} else if err != nil {
		return "", err
	}
	if s.checkAccountItem(item) != nil {
		return "its holder is not whose ID number it has", nil
	}
	if why, err := s.endedFault(ctx, item, ends); why != "" || err != nil {
		return why, err
	}
	if _, err := dynamo.DecodeAny[dynamo.Header](item); err != nil {
		return unreadable, nil
	}
	switch at := dynamo.KeyOf(item); {
	case at.SK == skAccount && strings.HasPrefix(at.PK, prefixAccount):
		return s.accountFault(ctx, item)
	case at.SK == skSession && strings.HasPrefix(at.PK, prefixSession):
		return s.sessionFault(ctx, item, now)
	case strings.HasPrefix(at.PK, prefixHolder):
		return s.entryFault(ctx, item)
	}
	return "", nil
}

// accountFault reports an account that its person's entries do not lead to.
func (s *Store) accountFault(ctx context.Context, item dynamo.Item) (string, error) {
	a, err := dynamo.DecodeAny[accountItem](item)
	if err != nil {
		return unreadable, nil
	}
	if read, err := s.account(a); err == nil && s.currentHolderKey(read) != a.Holder {
		return "its holder is named by another form of the ID number: jiazhu migrate brings it along", nil
	}
	_, err = dynamo.GetAs[holderItem](ctx, s.table, holderKey(a.Holder, a.Portal, a.Username))
	if errors.Is(err, ErrNotFound) {
		return "its person's entry is missing", nil
	}
	return "", err
}

// entryFault reports a person's entry that leads to no account of theirs.
func (s *Store) entryFault(ctx context.Context, item dynamo.Item) (string, error) {
	entry, err := dynamo.DecodeAny[holderItem](item)
	if err != nil {
		return unreadable, nil
	}
	a, err := dynamo.GetAs[accountItem](ctx, s.table, accountKey(entry.Portal, entry.Username))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	if err != nil || prefixHolder+a.Holder != entry.PK {
		return "it lists no account of its person", nil
	}
	return "", nil
}

// sessionFault reports an unexpired session that was ended itself or whose account was.
func (s *Store) sessionFault(ctx context.Context, item dynamo.Item, now time.Time) (string, error) {
	x, err := dynamo.DecodeAny[sessionItem](item)
	if err != nil {
		return unreadable, nil
	}
	if !now.Before(x.ExpiresAt.Time()) {
		return "", nil
	}
	a, err := dynamo.GetAs[accountItem](ctx, s.table, accountKey(x.Portal, x.Username))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	if _, open := a.Sessions[strings.TrimPrefix(x.PK, prefixSession)]; !open || a.Holder != x.Holder {
		return "its account does not have it: it was ended", nil
	}
	return "", nil
}

// CheckPassword calls found if a person's account differs from what the journal says about its
// password at the time at; c has the password's hash, empty if the account was revoked. Accounts
// opened later, and accounts changed after the check began, are left out.
func (s *Store) CheckPassword(ctx context.Context, holder string, c journal.Credential, at, began time.Time, found func(tags.Finding)) error {
	a, err := dynamo.GetAs[accountItem](ctx, s.table.UncheckedTable(), accountKey(c.Portal, c.Username))
	if errors.Is(err, ErrNotFound) || err == nil && (a.Holder != holder || a.CreatedAt.Time().After(at) || a.UpdatedAt.Time().After(began)) {
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
	return s.table.NewFinding(accountKey(portal, username).Item(), why)
}

// UncheckedStore returns the store without tag checks, for migrating items stored before there were
// tags.
func (s *Store) UncheckedStore() *Store {
	return &Store{table: s.table.UncheckedTable(), sealer: s.sealer}
}

// Adopt tags the items in one of so many equal parts of the table with the current key; see
// dynamo.Table. An account whose holder does not match its ID number counts as wrong.
func (s *Store) Adopt(ctx context.Context, part, parts int, how dynamo.AdoptOptions) (dynamo.AdoptResult, error) {
	how.Sound = s.checkAccountItem
	return s.table.Adopt(ctx, part, parts, how)
}

func (s *Store) checkAccountItem(item dynamo.Item) error {
	if at := dynamo.KeyOf(item); at.SK != skAccount || !strings.HasPrefix(at.PK, prefixAccount) {
		return nil
	}
	_, err := s.decodeAccount(item)
	return err
}

// HasTags reports whether any item carries a tag, valid or not.
func (s *Store) HasTags(ctx context.Context) (bool, error) { return s.table.HasTags(ctx) }
