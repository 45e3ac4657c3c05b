package sessions

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/jiazhu/jiazhu/shared/tags"
)

// Check gives what is wrong with the items in one equal part of the table, of so many, counted from 0: a
// tag, an account whose holder is not whose ID number it has, an entry of a person that leads to nobody's or
// somebody else's account, an account without its entry. It writes nothing.
func (s *Store) Check(ctx context.Context, part, parts int, found func(tags.Finding)) error {
	u := s.Unchecked()
	return u.db.Each(ctx, s.table, part, parts, func(read attributes) error {
		why, err := u.fault(ctx, read)
		if why != "" && err == nil {
			found(s.db.Found(read, why))
		}
		return err
	})
}

func (s *Store) fault(ctx context.Context, read attributes) (why string, err error) {
	if err := s.db.Check(read); errors.Is(err, tags.ErrTag) {
		return "its tag is missing or wrong", nil
	} else if err != nil {
		return "", err
	}
	if s.sound(read) != nil {
		return "its holder is not whose ID number it has", nil
	}
	var at head
	if err := attributevalue.UnmarshalMap(read, &at); err != nil {
		return "it cannot be read", nil
	}
	switch {
	case at.SK == accountSK && strings.HasPrefix(at.PK, accountPrefix):
		var a accountItem
		if err := attributevalue.UnmarshalMap(read, &a); err != nil {
			return "it cannot be read", nil
		}
		if read, err := s.account(a); err == nil && s.now(read) != a.Holder {
			return "its holder is named by another form of the ID number: jiazhu migrate brings it along", nil
		}
		if _, err := get[heldItem](ctx, s, heldPK(a.Holder), heldSK+a.Portal+"#"+a.Username); errors.Is(err, ErrNotFound) {
			return "its person's entry is missing", nil
		} else if err != nil {
			return "", err
		}
	case strings.HasPrefix(at.PK, heldPK("")):
		var h heldItem
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

// CheckPassword gives the finding that an account's password is not the newest that its person set; password
// is that one's hash.
func (s *Store) CheckPassword(ctx context.Context, portal, username, password string, found func(tags.Finding)) error {
	a, err := get[accountItem](ctx, s.Unchecked(), accountPK(portal, username), accountSK)
	if errors.Is(err, ErrNotFound) || err == nil && (a.PasswordHash == "" || a.PasswordHash == password) {
		return nil
	}
	if err != nil {
		return err
	}
	found(s.db.Found(key(a.PK, a.SK), "its person set another password since"))
	return nil
}
